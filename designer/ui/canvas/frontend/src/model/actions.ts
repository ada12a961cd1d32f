/** The one list of actions: toolbar, keys, panels and later menus and a command palette all read it. */

import { strings } from "../strings";
import { askForAddition } from "./additions";
import { removeZoneOf } from "./areas";
import { paletteMode, type Board, type Panel } from "./board";
import {
  alignSelected,
  canPaste,
  connectSelected,
  copySelected,
  cutSelected,
  distributeSelected,
  duplicateSelected,
  nudge,
  pasteCopied,
  placeNote,
  removeSelected,
  selectNextConnection,
} from "./commands";
import { fail, failSelected } from "./failing";
import type { Alignment, Direction } from "./geometry";
import { canRedo, canUndo } from "./history";
import { matches, type KeyPress } from "./keys";
import { follow, followNext } from "./paths";
import { askForEnd, askForTarget, walk } from "./reach";
import { everything, NOTHING, sizeOf } from "./selection";
import { LENSES } from "./views";
import type { Way } from "./walk";
import { ZONE_ACTIONS } from "./zoneActions";

export type ActionGroup = "edit" | "view" | "build";

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly group: ActionGroup;
  readonly keys: readonly string[];
  /** Whether it changes the document, and so is refused on a board that is read only. */
  readonly edits?: boolean;
  /** Whether it can do something now. */
  enabled(board: Board): boolean;
  run(board: Board): void;
}

const always = (): boolean => true;
const hasSelection = (board: Board): boolean => sizeOf(board.state.selection) > 0;
const hasItems = (board: Board): boolean => board.state.selection.nodes.length + board.state.selection.notes.length > 0;
const isFilled = (board: Board): boolean => board.state.design.nodes.length + board.state.design.notes.length > 0;
/** One card or one connection, and nothing else. */
const hasOne = ({ state: { selection } }: Board): boolean => sizeOf(selection) === 1 && selection.notes.length === 0;
const hasConnection = (board: Board): boolean => hasOne(board) && board.state.selection.connections.length === 1;
const hasAtLeast = (count: number) => (board: Board) =>
  board.state.selection.nodes.length + board.state.selection.notes.length >= count;

const togglePanel = (board: Board, panel: Panel): void => {
  board.store.set({ panel: board.state.panel === panel ? null : panel });
};

/** The traffic looked at, and how far the design carries, which is worked out once somebody looks. */
function toggleTraffic(board: Board): void {
  togglePanel(board, "traffic");
  if (board.state.panel === "traffic") board.look({ ladder: true });
}

/** One step back: what is held, then what is open, then what is selected. */
function escape(board: Board): void {
  const { placing, panel, tool, view, path, asking, gathering, full } = board.state;
  if (placing !== null) board.store.set({ placing: null });
  else if (asking !== null) board.store.set({ asking: null });
  else if (gathering) board.store.set({ gathering: false });
  else if (panel === "failing" && view.failed !== null) fail(board, null);
  else if (panel === "paths") follow(board, null);
  else if (panel !== null) board.store.set({ panel: null });
  else if (view.failed !== null) fail(board, null);
  else if (path !== null) follow(board, null);
  else if (tool !== "select") board.store.set({ tool: "select" });
  else if (full) board.store.set({ full: false });
  else {
    board.select(NOTHING);
    board.chooseZone(null);
  }
  board.camera?.focusRoot();
}

/** The chosen zone goes; without one, what is selected. */
function removeChosen(board: Board): void {
  if (board.state.zone === null) removeSelected(board);
  else removeZoneOf(board, board.state.zone);
}

/** A menu has no clipboard event: the machine's clipboard is told too, where the page may. */
function share(text: string | null): void {
  if (text !== null) void navigator.clipboard?.writeText(text).catch(() => undefined);
}

const { actions: labels } = strings;

const edit: readonly Action[] = [
  { id: "undo", label: labels.undo, group: "edit", keys: ["Mod+Z"], edits: true, enabled: (b) => canUndo(b.state.history), run: (b) => { b.undo(); b.announce(strings.announce.undone); } },
  { id: "redo", label: labels.redo, group: "edit", keys: ["Mod+Shift+Z", "Mod+Y"], edits: true, enabled: (b) => canRedo(b.state.history), run: (b) => { b.redo(); b.announce(strings.announce.redone); } },
  { id: "copy", label: labels.copy, group: "edit", keys: ["Mod+C"], enabled: hasItems, run: (b) => { share(copySelected(b)); } },
  { id: "cut", label: labels.cut, group: "edit", keys: ["Mod+X"], edits: true, enabled: hasItems, run: (b) => { share(cutSelected(b)); } },
  { id: "paste", label: labels.paste, group: "edit", keys: ["Mod+V"], edits: true, enabled: canPaste, run: pasteCopied },
  { id: "duplicate", label: labels.duplicate, group: "edit", keys: ["Mod+D"], edits: true, enabled: hasItems, run: duplicateSelected },
  { id: "select-all", label: labels.selectAll, group: "edit", keys: ["Mod+A"], enabled: isFilled, run: (b) => { b.select(everything(b.state.design)); } },
  { id: "delete", label: labels.remove, group: "edit", keys: ["Delete", "Backspace"], edits: true, enabled: (b) => hasSelection(b) || b.state.zone !== null, run: removeChosen },
  { id: "escape", label: labels.escape, group: "edit", keys: ["Escape"], enabled: always, run: escape },
];

const build: readonly Action[] = [
  { id: "search", label: labels.search, group: "build", keys: ["/"], edits: true, enabled: always, run: (b) => { b.store.set({ palette: true }); b.camera?.focusSearch(); } },
  { id: "quick-add", label: labels.quickAdd, group: "build", keys: ["A"], edits: true, enabled: hasOne, run: (b) => { askForAddition(b, "after"); } },
  { id: "quick-add-before", label: labels.quickAddBefore, group: "build", keys: ["Shift+A"], edits: true, enabled: (b) => hasOne(b) && b.state.selection.nodes.length === 1, run: (b) => { askForAddition(b, "before"); } },
  { id: "connect", label: labels.connect, group: "build", keys: ["C"], edits: true, enabled: (b) => b.state.selection.nodes.length === 2, run: connectSelected },
  { id: "connect-to", label: labels.connectTo, group: "build", keys: ["Shift+C"], edits: true, enabled: (b) => b.state.selection.nodes.length === 1, run: askForTarget },
  { id: "lead-end", label: strings.gestures.leadEnd, group: "build", keys: ["Shift+E"], edits: true, enabled: hasConnection, run: (b) => { askForEnd(b, "to"); } },
  { id: "lead-start", label: strings.gestures.leadStart, group: "build", keys: ["Shift+S"], edits: true, enabled: hasConnection, run: (b) => { askForEnd(b, "from"); } },
  { id: "next-connection", label: labels.nextConnection, group: "build", keys: ["E"], enabled: (b) => b.state.selection.nodes.length + b.state.selection.connections.length === 1, run: selectNextConnection },
  { id: "note", label: labels.note, group: "build", keys: ["N"], edits: true, enabled: always, run: (b) => { placeNote(b, b.spot); } },
  { id: "inspect", label: labels.inspect, group: "build", keys: ["Enter"], enabled: hasSelection, run: (b) => { b.camera?.focusInspector(); } },
  { id: "layout", label: labels.layout, group: "build", keys: ["L"], edits: true, enabled: (b) => b.state.design.nodes.length > 1, run: (b) => { b.arrange?.(); } },
  { id: "zones", label: labels.zones, group: "build", keys: ["Z"], enabled: always, run: (b) => { togglePanel(b, "zones"); } },
];

const view: readonly Action[] = [
  { id: "select-tool", label: labels.selectTool, group: "view", keys: ["V"], enabled: always, run: (b) => { b.store.set({ tool: "select" }); } },
  { id: "hand-tool", label: labels.handTool, group: "view", keys: ["H"], enabled: always, run: (b) => { b.store.set({ tool: "hand" }); } },
  { id: "fit", label: labels.fit, group: "view", keys: ["F"], enabled: isFilled, run: (b) => { b.camera?.fit(); } },
  { id: "zoom-in", label: labels.zoomIn, group: "view", keys: ["+", "="], enabled: always, run: (b) => { b.camera?.zoomIn(); } },
  { id: "zoom-out", label: labels.zoomOut, group: "view", keys: ["-"], enabled: always, run: (b) => { b.camera?.zoomOut(); } },
  { id: "zoom-reset", label: labels.zoomReset, group: "view", keys: ["0"], enabled: always, run: (b) => { b.camera?.zoomReset(); } },
  { id: "palette", label: labels.palette, group: "view", keys: ["P"], enabled: always, run: (b) => { b.store.set({ palette: paletteMode(b.state) === "closed" }); } },
  { id: "commands", label: labels.commands, group: "view", keys: ["Mod+K"], enabled: always, run: (b) => { b.store.set({ asking: { kind: "commands" } }); } },
  { id: "outline", label: labels.outline, group: "view", keys: ["O"], enabled: always, run: (b) => { togglePanel(b, "outline"); } },
  { id: "menu", label: labels.menu, group: "view", keys: ["Shift+F10", "ContextMenu"], enabled: always, run: (b) => { b.store.set({ menu: "selection" }); } },
  { id: "full-screen", label: labels.fullScreen, group: "view", keys: ["Shift+F"], enabled: always, run: (b) => { b.store.set({ full: !b.state.full }); } },
  { id: "gather", label: labels.gather, group: "view", keys: [], enabled: isFilled, run: (b) => { b.store.set({ gathering: !b.state.gathering, tool: "select" }); } },
  { id: "shortcuts", label: labels.shortcuts, group: "view", keys: ["?"], enabled: always, run: (b) => { togglePanel(b, "shortcuts"); } },
];

const look: readonly Action[] = [
  ...LENSES.map((lens, index): Action => ({
    id: `lens-${lens}`, label: labels.lens[lens], group: "view", keys: [String(index + 1)], enabled: isFilled, run: (b) => { b.look({ lens }); b.announce(labels.lens[lens]); },
  })),
  { id: "fail", label: labels.fail, group: "view", keys: ["X"], enabled: isFilled, run: failSelected },
  { id: "path", label: labels.path, group: "view", keys: ["R"], enabled: (b) => (b.state.annotations.paths?.length ?? 0) > 0, run: followNext },
  { id: "traffic", label: labels.traffic, group: "view", keys: ["Shift+T"], enabled: isFilled, run: toggleTraffic },
  { id: "traffic-reset", label: labels.trafficReset, group: "view", keys: [], enabled: (b) => b.state.view.scale !== 1, run: (b) => { b.look({ scale: 1 }); } },
];

/** Actions the browser has events of its own for, which carry what lies on its clipboard. */
export const CLIPBOARD_EVENTS: ReadonlySet<string> = new Set(["copy", "cut", "paste"]);

/** Grid steps of a plain arrow key and of one with Shift. */
const NEAR = 1;
const FAR = 5;

const arrows = (id: string, label: string, modifier: string, steps: number): readonly Action[] =>
  ([["ArrowLeft", -steps, 0], ["ArrowRight", steps, 0], ["ArrowUp", 0, -steps], ["ArrowDown", 0, steps]] as const).map(
    ([key, columns, rows]) => ({
      id: `${id}-${key.slice("Arrow".length).toLowerCase()}`,
      label,
      group: "edit",
      keys: [modifier + key],
      edits: true,
      enabled: hasItems,
      run: (b: Board) => { nudge(b, columns, rows); },
    }),
  );

const WAYS: readonly Way[] = ["left", "right", "up", "down"];

const walks: readonly Action[] = WAYS.map((way) => ({
  id: `walk-${way}`,
  label: labels.walk,
  group: "view",
  keys: [`Alt+Arrow${way.charAt(0).toUpperCase()}${way.slice(1)}`],
  enabled: isFilled,
  run: (b: Board) => { walk(b, way); },
}));

const ALIGNMENTS: readonly Alignment[] = ["left", "center", "right", "top", "middle", "bottom"];
const DIRECTIONS: readonly Direction[] = ["horizontal", "vertical"];

const lineUp: readonly Action[] = [
  ...ALIGNMENTS.map((alignment): Action => ({
    id: `align-${alignment}`, label: labels.align[alignment], group: "edit", keys: [], edits: true, enabled: hasAtLeast(2), run: (b) => { alignSelected(b, alignment); },
  })),
  ...DIRECTIONS.map((direction): Action => ({
    id: `distribute-${direction}`, label: labels.distribute[direction], group: "edit", keys: [], edits: true, enabled: hasAtLeast(3), run: (b) => { distributeSelected(b, direction); },
  })),
];

export const ACTIONS: readonly Action[] = [
  ...edit,
  ...build,
  ...ZONE_ACTIONS,
  ...view,
  ...look,
  ...arrows("nudge", labels.nudge, "", NEAR),
  ...arrows("nudge-far", labels.nudgeFar, "Shift+", FAR),
  ...walks,
  ...lineUp,
];

const byId = new Map(ACTIONS.map((action) => [action.id, action]));

/** The action of that id. Throws for an id that does not exist: a slip of the programmer. */
export function actionOf(id: string): Action {
  const action = byId.get(id);
  if (action === undefined) throw new Error(`no action ${id}`);
  return action;
}

export const isEnabled = (action: Action, board: Board): boolean =>
  !(action.edits === true && board.state.readonly) && action.enabled(board);

/** The action a key press stands for, or null. */
export const actionFor = (press: KeyPress): Action | null =>
  ACTIONS.find((action) => action.keys.some((chord) => matches(press, chord))) ?? null;
