/** One board: its document, history, selection and view, kept while the page comes and goes. */

import { strings } from "../strings";
import { arrangeMissing } from "./arrange";
import type { Camera, Viewport } from "./camera";
import { Courses } from "./courses";
import { EMPTY_DESIGN, readDocument, writeDocument } from "./document";
import type { Moves } from "./geometry";
import { begin, canRedo, canUndo, commit, redo, undo, type History } from "./history";
import { forget, recall, remember } from "./keepsake";
import { Outbox } from "./outbox";
import { differences, NOTHING, sameSelection, sizeOf, within } from "./selection";
import type { BoardState, PaletteMode, Width } from "./state";
import { hearer } from "./server";
import { shared } from "./sharing";
import { Store } from "./store";
import { insertDocument } from "./pasting";
import type { Annotations, Details, Ladder, View } from "./annotations";
import type { BoardData, BoardMessage, BoardRequest, Catalog, CatalogEntry, Command, Design, Position, Selection } from "./types";
import { asks, isAsking, PLAIN, still } from "./views";

export type { Camera, Viewport } from "./camera";
export type { Aim, Area, Asking, BoardState, MenuPlace, Message, PaletteMode, Panel, Placing, Tool, Width } from "./state";

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
  framing: null,
  carrying: false,
  zone: null,
  renaming: null,
  dragged: false,
  placing: null,
  asking: null,
  menu: null,
  aiming: null,
  gathering: false,
});

/** What changes with every frame of a drag; cards and lines read none of it. */
const FLEETING: ReadonlySet<keyof BoardState> = new Set(["moving", "framing", "carrying", "dragged"]);

export class Board {
  readonly store = new Store<BoardState>({
    ...fresh(EMPTY_DESIGN),
    catalog: NO_CATALOG,
    annotations: NO_ANNOTATIONS,
    details: null,
    view: PLAIN,
    path: null,
    step: 0,
    ladder: null,
    compared: null,
    datasets: [],
    saved: "",
    unseen: false,
    readonly: false,
    panel: null,
    full: false,
    entry: null,
    palette: null,
    width: null,
    low: false,
    tool: "select",
    held: false,
    toast: null,
    announcement: null,
    flash: { id: 0, nodes: [], connections: [] },
    fits: 0,
    replay: null,
  }, FLEETING);

  camera: Camera | null = null;
  /** Lays out everything, or only some nodes; set by the view, which owns the worker. */
  arrange: ((only?: readonly string[]) => void) | null = null;
  /** Lets the drawing become another one before the reader's eyes; set by the view. */
  morph: ((design: Design) => void) | null = null;
  viewport: Viewport | null = null;
  readonly courses = new Courses();
  /** What the view last made room for: the dock's height in pixels, a narrow board's bareness, what was selected. */
  readonly cleared = { dock: 0, isBare: true, selection: "" };
  /** Where on the plane a menu was opened, while what was chosen in it runs. */
  spot: Position | null = null;
  /** The last of `fits` that the view has followed. */
  fitted = 0;

  private epoch: number | null = null;
  private received = NO_ANNOTATIONS;
  private revision = 0;
  private lastCommand = 0;
  private messages = 0;
  /** The annotations before the first edit that Python has not answered yet. */
  private before: Annotations | null = null;
  private requests = 0;
  /** What Python was asked and has not answered, and where on the plane the answer is wanted. */
  private request: BoardRequest | null = null;
  private wanted: Position | null = null;
  private outbox: Outbox<BoardMessage> | null = null;

  constructor(readonly id: string) {}

  get state(): BoardState {
    return this.store.get();
  }

  /** Connects the board to a page. */
  attach(send: (message: BoardMessage) => void): void {
    this.outbox?.close();
    this.outbox = new Outbox(send, hearer);
  }

  /** Sends the document again if Python has not seen its newest revision: after a page change or a reconnect. */
  resend(acknowledged: number): void {
    if (this.revision > acknowledged || isAsking(this.state.view)) this.outbox?.push(this.message());
  }

  detach(): void {
    this.outbox?.close();
    this.outbox = null;
  }

  /** Takes what Python sent: a new document only when the epoch is new, annotations always. */
  receive(data: BoardData): void {
    const replay = data.replay ?? null;
    const isOver = this.state.replay !== null && replay === null;
    this.received = shared(this.received, data.annotations);
    if (data.readonly === true && this.epoch !== null && (isOver || data.epoch !== this.epoch)) this.follow(data);
    else if (data.epoch !== this.epoch) this.load(data);
    else this.acknowledge(data.acknowledged);
    this.store.set({
      annotations: replay === null ? this.received : this.state.annotations,
      datasets: shared(this.state.datasets, data.datasets ?? []),
      saved: data.saved,
      unseen: this.revision > data.acknowledged,
      readonly: data.readonly === true,
      replay,
    });
    this.compare(this.received);
    this.obey(data.commands);
  }

  private acknowledge(revision: number): void {
    this.outbox?.acknowledge(revision);
    if (revision >= this.revision) forget(this.id);
  }

  /** What the edits since the last answer have changed, once the newest of them is answered. */
  private compare(after: Annotations): void {
    if (this.before === null || after.revision < this.revision) return;
    this.store.set({ compared: { before: this.before, after } });
    this.before = null;
  }

  /** Looks at the board another way: no edit, so nothing that undo would take back. Python answers what it must. */
  look(patch: Partial<View>): void {
    const { view } = this.state;
    const next = { ...view, ...patch };
    this.store.set({ view: next });
    if (!asks(view, next)) return;
    this.before = null;
    this.store.set({ compared: null });
    this.outbox?.push(this.message());
  }

  /** What cards and lines have to say besides; of a run that a newer one has overtaken it is older than the numbers. */
  setDetails(details: Details): void {
    this.store.set({ details: shared(this.state.details, details) });
  }

  setLadder(ladder: Ladder): void {
    this.store.set({ ladder });
  }

  setCatalog(catalog: Catalog): void {
    this.store.set({ catalog });
  }

  private load(data: BoardData): void {
    const isFirst = this.epoch === null;
    const kept = isFirst ? this.keptOf(data) : null;
    this.epoch = data.epoch;
    this.revision = kept?.revision ?? data.acknowledged;
    this.before = null;
    this.request = null;
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
    const view = still(this.state.view, design);
    this.store.set({ history: begin(design), design, selection, moving, annotations, view });
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
      case "insert":
        if (this.settle(command.request)) insertDocument(this, command.document, this.wanted, command.note);
        break;
      case "tell":
        if (command.request === undefined || this.settle(command.request)) this.toast(command.text);
        break;
    }
  }

  /** Asks Python to read a text that was pasted; what it makes of it is put at `point`. A newer question replaces an older one. */
  ask(text: string, point: Position | null): void {
    this.requests += 1;
    this.request = { number: this.requests, kind: "paste", text };
    this.wanted = point;
    // A revision of its own: so it is repeated until Python has seen it, like an edit.
    this.revision += 1;
    this.store.set({ unseen: true });
    this.outbox?.push(this.message());
  }

  /** Takes the answer to the open question; says whether it was for that one. */
  private settle(request: number): boolean {
    const isOpen = this.request?.number === request;
    if (isOpen) this.request = null;
    return isOpen;
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
      this.store.set({ moving: null, framing: null });
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
    this.before ??= this.state.annotations;
    const view = still(this.state.view, design);
    const zone = design.zones.some(({ id }) => id === this.state.zone) ? this.state.zone : null;
    const kept = within(selection, design);
    const message = this.message({ design, selection: kept, view });
    // Before anything is drawn of it, which takes a while on a large board.
    this.outbox?.push(message);
    this.store.set({ history, design, selection: kept, moving: null, framing: null, zone: sizeOf(kept) > 0 ? null : zone, view, unseen: true });
    remember(message);
  }

  select(selection: Selection): void {
    const next = within(selection, this.state.design);
    if (!sameSelection(next, this.state.selection)) this.store.set({ selection: next, zone: null, compared: null });
  }

  /** Chooses a zone, or none, instead of what is selected. */
  chooseZone(zone: string | null): void {
    this.store.set({ zone, selection: zone === null ? this.state.selection : NOTHING });
  }

  setMoving(moving: Moves | null, dragged = false): void {
    this.store.set({ moving, dragged });
  }

  toast(text: string): void {
    this.messages += 1;
    this.store.set({ toast: { id: this.messages, text } });
  }

  announce(text: string): void {
    this.messages += 1;
    this.store.set({ announcement: { id: this.messages, text } });
  }

  private message({ design, selection, view }: Pick<BoardState, "design" | "selection" | "view"> = this.state): BoardMessage {
    return {
      board: this.id,
      epoch: this.epoch ?? 0,
      revision: this.revision,
      document: writeDocument(design),
      selection: { nodes: selection.nodes, connections: selection.connections },
      view,
      request: this.request,
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
