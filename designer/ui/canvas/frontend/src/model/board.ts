/** One board: its document, history, selection and view, kept while the page comes and goes. */

import { strings } from "../strings";
import { arrangeMissing } from "./arrange";
import { EMPTY_DESIGN, readDocument, writeDocument } from "./document";
import type { Moves } from "./geometry";
import { begin, canRedo, canUndo, commit, redo, undo, type History } from "./history";
import { Outbox } from "./outbox";
import { differences, NOTHING, sameSelection, within } from "./selection";
import { Store } from "./store";
import type { Annotations, BoardData, BoardMessage, Catalog, CatalogEntry, Command, Dataset, Design, Position, Selection } from "./types";

export interface Viewport extends Position {
  readonly zoom: number;
}

/** What the board asks of whoever draws it. Positions are on the board's plane. */
export interface Camera {
  /** Shows the whole drawing; at once where it is the first sight of it. */
  fit(isFirst?: boolean): void;
  /** Shows what will stand at these places. */
  fitTo(moves: Moves): void;
  zoomIn(): void;
  zoomOut(): void;
  zoomReset(): void;
  /** Brings nodes into view unless all of them are. */
  reveal(nodes: readonly string[]): void;
  centre(): Position;
  /** The place on the plane that is shown at a place of the window, in pixels. */
  planeAt(point: Position): Position;
  focusRoot(): void;
  focusNode(id: string): void;
  focusInspector(): void;
  focusSearch(): void;
}

export type Panel = "zones" | "shortcuts" | "outline";
export type Tool = "select" | "hand";
export type Width = "compact" | "medium" | "wide";
/** The whole palette, its icons only, or none of it. */
export type PaletteMode = "open" | "rail" | "closed";

/** A component on its way to the board: held while dragging, or waiting for a click. */
export interface Placing {
  readonly component: string;
  readonly mode: "drag" | "armed";
}

/** Where a menu opens: at a place of the window, in pixels, or at what is selected. */
export type MenuPlace = Position | "selection";

export interface Message {
  readonly id: number;
  readonly text: string;
}

export interface BoardState {
  readonly history: History<Design>;
  readonly design: Design;
  readonly selection: Selection;
  /** Positions of what is being dragged or animated, by flow id; the document follows at the end. */
  readonly moving: Moves | null;
  readonly catalog: Catalog;
  readonly annotations: Annotations;
  readonly datasets: readonly Dataset[];
  readonly saved: string;
  readonly readonly: boolean;
  readonly placing: Placing | null;
  readonly panel: Panel | null;
  /** Whether people opened or closed the palette; null leaves it to the width of the board. */
  readonly palette: boolean | null;
  readonly menu: MenuPlace | null;
  /** The node for which a target is being chosen. */
  readonly asking: string | null;
  /** Whether taps add to the selection. */
  readonly gathering: boolean;
  /** Whether the board fills the window. */
  readonly full: boolean;
  /** The card or note, by flow id, that had the focus last: Tab comes back to it. */
  readonly entry: string | null;
  /** How much room there is; null until the width is known. */
  readonly width: Width | null;
  readonly tool: Tool;
  /** Whether the space bar is held: the hand tool for as long. */
  readonly held: boolean;
  readonly toast: Message | null;
  readonly announcement: Message | null;
  /** Nodes to flash; `id` grows with every flash. */
  readonly flash: { readonly id: number; readonly nodes: readonly string[]; readonly connections: readonly string[] };
  /** Grows when the view should be fitted. */
  readonly fits: number;
}

export interface EditOptions {
  readonly merge?: string;
  readonly selection?: Selection;
  readonly announce?: string;
}

const UNASKED: Readonly<Record<Width, PaletteMode>> = { compact: "closed", medium: "rail", wide: "open" };

/** How much of the palette is on screen: none where nothing can be placed, else what people chose or fits. */
export function paletteMode({ palette, width, readonly }: BoardState): PaletteMode {
  if (readonly || width === null) return "closed";
  if (palette !== null) return palette ? "open" : "closed";
  return UNASKED[width];
}

export const isHand = ({ tool, held }: BoardState): boolean => tool === "hand" || held;

const NO_ANNOTATIONS: Annotations = { revision: 0, nodes: {}, edges: {} };
const NO_CATALOG: Catalog = new Map<string, CatalogEntry>();

const fresh = (design: Design) => ({
  history: begin(design),
  design,
  selection: NOTHING,
  moving: null,
  placing: null,
  menu: null,
  asking: null,
  gathering: false,
});

export class Board {
  readonly store = new Store<BoardState>({
    ...fresh(EMPTY_DESIGN),
    catalog: NO_CATALOG,
    annotations: NO_ANNOTATIONS,
    datasets: [],
    saved: "",
    readonly: false,
    panel: null,
    full: false,
    entry: null,
    palette: null,
    width: null,
    tool: "select",
    held: false,
    toast: null,
    announcement: null,
    flash: { id: 0, nodes: [], connections: [] },
    fits: 0,
  });

  camera: Camera | null = null;
  /** Runs an automatic layout; set by the view, which owns the worker. */
  arrange: (() => void) | null = null;
  viewport: Viewport | null = null;
  /** Where on the plane a menu was opened, while what was chosen in it runs. */
  spot: Position | null = null;
  /** The last of `fits` that the view has followed. */
  fitted = 0;

  private epoch: number | null = null;
  private revision = 0;
  private lastCommand = 0;
  private messages = 0;
  private outbox: Outbox<BoardMessage> | null = null;

  constructor(readonly id: string) {}

  get state(): BoardState {
    return this.store.get();
  }

  /** Connects the board to a page. */
  attach(send: (message: BoardMessage) => void): void {
    this.outbox?.close();
    this.outbox = new Outbox(send);
  }

  /** Sends the document again if Python has not seen its newest revision: after a page change or a reconnect. */
  resend(acknowledged: number): void {
    if (this.revision > acknowledged) this.outbox?.push(this.message());
  }

  detach(): void {
    this.outbox?.close();
    this.outbox = null;
  }

  /** Takes what Python sent: a new document only when the epoch is new, annotations always. */
  receive(data: BoardData): void {
    if (data.epoch !== this.epoch) this.load(data);
    else this.outbox?.acknowledge(data.acknowledged);
    this.store.set({
      annotations: data.annotations,
      datasets: data.datasets ?? [],
      saved: data.saved,
      readonly: data.readonly === true,
    });
    this.obey(data.commands);
  }

  setCatalog(catalog: Catalog): void {
    this.store.set({ catalog });
  }

  private load(data: BoardData): void {
    const isFirst = this.epoch === null;
    this.epoch = data.epoch;
    this.revision = data.acknowledged;
    if (!isFirst) this.viewport = null;
    this.store.set({ ...fresh(arrangeMissing(readDocument(data.document))), fits: this.state.fits + 1 });
  }

  private obey(commands: readonly Command[]): void {
    const newest = Math.max(0, ...commands.map((command) => command.seq));
    // A lower number than seen before means that Python has started to count anew.
    if (newest < this.lastCommand && commands.length > 0) this.lastCommand = 0;
    for (const command of [...commands].sort((one, other) => one.seq - other.seq)) {
      if (command.seq <= this.lastCommand) continue;
      this.lastCommand = command.seq;
      this.execute(command);
    }
  }

  private execute(command: Command): void {
    switch (command.kind) {
      case "select":
        this.show({ ...NOTHING, nodes: command.nodes, connections: command.connections ?? [] });
        break;
      case "apply":
        this.apply(arrangeMissing(readDocument(command.document)));
        break;
      case "fit":
        this.store.set({ fits: this.state.fits + 1 });
        break;
      case "layout":
        this.arrange?.();
        break;
    }
  }

  /** Selects, brings into view and flashes. */
  show(selection: Selection): void {
    this.select(selection);
    this.flash(this.state.selection);
  }

  /** Brings into view and flashes. */
  private flash({ nodes, connections }: Selection): void {
    const ends = connections.flatMap((id) => id.split(">"));
    this.store.set({ flash: { id: this.state.flash.id + 1, nodes, connections } });
    this.camera?.reveal([...nodes, ...ends]);
  }

  /** An edit made by Python: says so and shows where. */
  private apply(design: Design): void {
    const touched = differences(this.state.design, design);
    this.edit(design);
    this.toast(strings.toasts.applied);
    this.flash(touched);
  }

  /** Puts a new design on the board as one step that can be undone, and tells Python. */
  edit(design: Design, options: EditOptions = {}): void {
    if (this.state.readonly) return;
    const history = commit(this.state.history, design, options.merge ?? null);
    if (history === this.state.history) {
      this.store.set({ moving: null });
      return;
    }
    this.move(history, options.selection ?? this.state.selection);
    if (options.announce !== undefined) this.announce(options.announce);
  }

  undo(): void {
    if (!this.state.readonly && canUndo(this.state.history)) this.move(undo(this.state.history), this.state.selection);
  }

  redo(): void {
    if (!this.state.readonly && canRedo(this.state.history)) this.move(redo(this.state.history), this.state.selection);
  }

  private move(history: History<Design>, selection: Selection): void {
    const design = history.present;
    this.revision += 1;
    this.store.set({ history, design, selection: within(selection, design), moving: null });
    this.outbox?.push(this.message());
  }

  select(selection: Selection): void {
    const next = within(selection, this.state.design);
    if (!sameSelection(next, this.state.selection)) this.store.set({ selection: next });
  }

  setMoving(moving: Moves | null): void {
    this.store.set({ moving });
  }

  toast(text: string): void {
    this.messages += 1;
    this.store.set({ toast: { id: this.messages, text } });
  }

  announce(text: string): void {
    this.messages += 1;
    this.store.set({ announcement: { id: this.messages, text } });
  }

  private message(): BoardMessage {
    const { design, selection } = this.state;
    return {
      board: this.id,
      epoch: this.epoch ?? 0,
      revision: this.revision,
      document: writeDocument(design),
      selection: { nodes: selection.nodes, connections: selection.connections },
    };
  }
}

const boards = new Map<string, Board>();

/** The board of that id; it outlives every page that shows it. */
export function boardOf(id: string): Board {
  let board = boards.get(id);
  if (board === undefined) {
    board = new Board(id);
    boards.set(id, board);
  }
  return board;
}
