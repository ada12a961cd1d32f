/** One board: its document, history, selection and view, kept while the page comes and goes. */

import { strings } from "../strings";
import { arrangeMissing } from "./arrange";
import { EMPTY_DESIGN, readDocument, writeDocument } from "./document";
import type { Moves } from "./geometry";
import { begin, canRedo, canUndo, commit, redo, undo, type History } from "./history";
import { forget, recall, remember } from "./keepsake";
import { Outbox } from "./outbox";
import { differences, NOTHING, sameSelection, within } from "./selection";
import { Store } from "./store";
import type { Annotations, BoardData, BoardMessage, Catalog, CatalogEntry, Command, Dataset, Design, Position, ReplayData, Selection } from "./types";

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
  focusRoot(): void;
  focusNode(id: string): void;
  focusInspector(): void;
  focusSearch(): void;
}

export type Panel = "zones" | "shortcuts";
export type Tool = "select" | "hand";
export type Width = "compact" | "medium" | "wide";
/** The whole palette, its icons only, or none of it. */
export type PaletteMode = "open" | "rail" | "closed";

/** A component on its way to the board: held while dragging, or waiting for a click. */
export interface Placing {
  readonly component: string;
  readonly mode: "drag" | "armed";
}

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
  /** What is being played, on a board that is read only. */
  readonly replay: ReplayData | null;
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
    palette: null,
    width: null,
    tool: "select",
    held: false,
    toast: null,
    announcement: null,
    flash: { id: 0, nodes: [], connections: [] },
    fits: 0,
    replay: null,
  });

  camera: Camera | null = null;
  /** Runs an automatic layout; set by the view, which owns the worker. */
  arrange: (() => void) | null = null;
  /** Lets the drawing become another one before the reader's eyes; set by the view. */
  morph: ((design: Design) => void) | null = null;
  viewport: Viewport | null = null;
  /** The last of `fits` that the view has followed. */
  fitted = 0;

  private epoch: number | null = null;
  private received = NO_ANNOTATIONS;
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
    const replay = data.replay ?? null;
    const isOver = this.state.replay !== null && replay === null;
    this.received = data.annotations;
    if (data.readonly === true && this.epoch !== null && (isOver || data.epoch !== this.epoch)) this.follow(data);
    else if (data.epoch !== this.epoch) this.load(data);
    else this.acknowledge(data.acknowledged);
    this.store.set({
      annotations: replay === null ? data.annotations : this.state.annotations,
      datasets: data.datasets ?? [],
      saved: data.saved,
      readonly: data.readonly === true,
      replay,
    });
    this.obey(data.commands);
  }

  private acknowledge(revision: number): void {
    this.outbox?.acknowledge(revision);
    if (revision >= this.revision) forget(this.id);
  }

  setCatalog(catalog: Catalog): void {
    this.store.set({ catalog });
  }

  private load(data: BoardData): void {
    const isFirst = this.epoch === null;
    const kept = isFirst ? this.keptOf(data) : null;
    this.epoch = data.epoch;
    this.revision = kept?.revision ?? data.acknowledged;
    if (!isFirst) this.viewport = null;
    const design = arrangeMissing(readDocument(kept === null ? data.document : kept.document));
    this.store.set({ ...fresh(design), fits: this.state.fits + 1 });
  }

  /** What was drawn before the page was loaded anew and Python has not seen; of an epoch that is over it is only sent. */
  private keptOf(data: BoardData): BoardMessage | null {
    const kept = recall(this.id);
    if (kept === null) return null;
    if (kept.epoch === data.epoch && kept.revision > data.acknowledged) return kept;
    forget(this.id);
    if (kept.epoch < data.epoch) {
      this.outbox?.push(kept);
      this.outbox?.acknowledge(kept.revision);
    }
    return null;
  }

  /** Another drawing on a board that is only looked at: the view stays, unless what changed is out of sight. */
  private follow(data: BoardData): void {
    this.epoch = data.epoch;
    this.revision = data.acknowledged;
    const design = arrangeMissing(readDocument(data.document));
    const { nodes } = differences(this.state.design, design);
    if (this.morph === null) this.present(design);
    else this.morph(design);
    if (nodes.length > 0) this.camera?.reveal(nodes);
  }

  /** Shows a drawing that nobody edits here; without annotations where they are about another one. */
  present(design: Design, moving: Moves | null = null, isAnnotated = true): void {
    const selection = within(this.state.selection, design);
    const annotations = isAnnotated ? this.received : NO_ANNOTATIONS;
    this.store.set({ history: begin(design), design, selection, moving, annotations });
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
    const message = this.message();
    remember(message);
    this.outbox?.push(message);
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
