/** What people can do to a board: each reads the board, refuses with a reason or makes one undoable edit. */

import { strings } from "../strings";
import type { Board } from "./board";
import { writeClipping } from "./clippings";
import { connectionId, nodesById } from "./document";
import { addNode, addNote, connect, moveNodes, moveNotes, remove, reverse } from "./edits";
import { boxesOf, flowIdsOf, partMoves } from "./flow";
import { cut, isEmpty, paste, type Fragment } from "./fragments";
import { align, CARD, centredAt, distribute, freeSpot, GRID, NOTE, type Alignment, type Box, type Direction, type Moves } from "./geometry";
import { describeConnection, nodeLabel } from "./labels";
import { reconnect, refuseReconnection, type End } from "./links";
import { refuseConnection, refuseConnections, refuseNodes, refuseNotes, type Refusal } from "./refusals";
import { NOTHING, sizeOf } from "./selection";
import type { Design, NoteKind, Position } from "./types";

/** How far right of the selected card a new one goes. */
const BESIDE = CARD.width + 80;
const PASTE_STEP = 3 * GRID;

const say = (board: Board, refusal: Refusal): void => {
  board.toast(strings.refusals[refusal]);
};

export function labelOf(board: Board, id: string): string {
  const node = nodesById(board.state.design).get(id);
  return node === undefined ? id : nodeLabel(node, board.state.catalog.get(node.component));
}

/** Places a component centred on `point`, or beside the selected card, or in the middle of the view. */
export function placeComponent(board: Board, component: string, point: Position | null = null): void {
  const { design, catalog, readonly } = board.state;
  const entry = catalog.get(component);
  const refusal = refuseNodes(design, 1);
  if (readonly) return;
  if (entry === undefined) board.toast(strings.toasts.unknownComponent(component));
  else if (refusal !== null) say(board, refusal);
  else {
    const position = point === null ? vacantSpot(board) : centredAt(point, CARD);
    const added = addNode(design, entry, position);
    board.edit(added.design, { selection: { ...NOTHING, nodes: [added.id] }, announce: strings.announce.placed(entry.name) });
    board.camera?.reveal([added.id]);
  }
}

function vacantSpot(board: Board): Position {
  const { design, selection } = board.state;
  const taken = [...boxesOf(design).values()];
  const last = nodesById(design).get(selection.nodes.at(-1) ?? "");
  const wanted =
    last === undefined
      ? centredAt(board.camera?.centre() ?? { x: 0, y: 0 }, CARD)
      : { x: last.position.x + BESIDE, y: last.position.y };
  return freeSpot(wanted, CARD, taken);
}

/** Adds an empty note centred on `point`, or in the middle of the view. */
export function placeNote(board: Board, point: Position | null = null, kind: NoteKind = "sticky"): void {
  const { design, readonly } = board.state;
  const refusal = refuseNotes(design, 1);
  if (readonly) return;
  if (refusal !== null) {
    say(board, refusal);
    return;
  }
  const wanted = centredAt(point ?? board.camera?.centre() ?? { x: 0, y: 0 }, NOTE);
  const added = addNote(design, "", freeSpot(wanted, NOTE, [...boxesOf(design).values()]), kind);
  board.edit(added.design, { selection: { ...NOTHING, notes: [added.id] } });
}

/** Draws an arrow, or says why not. */
export function connectNodes(board: Board, from: string, to: string): boolean {
  const { design, catalog, readonly } = board.state;
  if (readonly) return false;
  const refusal = refuseConnection(design, catalog, from, to);
  if (refusal !== null) {
    say(board, refusal);
    return false;
  }
  board.edit(connect(design, from, to), { announce: strings.announce.connected(labelOf(board, from), labelOf(board, to)) });
  return true;
}

/** Connects the two selected nodes, in the order in which they were selected. */
export function connectSelected(board: Board): void {
  const [from, to] = board.state.selection.nodes;
  if (from !== undefined && to !== undefined) connectNodes(board, from, to);
}

export function reverseConnection(board: Board, from: string, to: string): void {
  const { design, catalog } = board.state;
  const refusal = refuseConnection(design, catalog, to, from);
  if (refusal === "duplicate") board.toast(strings.toasts.reverseTaken);
  else if (refusal !== null) say(board, refusal);
  else {
    const selection = { ...NOTHING, connections: [connectionId(to, from)] };
    board.edit(reverse(design, connectionId(from, to)), { selection });
  }
}

/** Leads one end of a connection to another node, with its settings; or says why not. Says whether it did. */
export function reconnectNodes(board: Board, id: string, end: End, node: string): boolean {
  const { design, catalog, readonly } = board.state;
  if (readonly) return false;
  const refusal = refuseReconnection(design, catalog, id, end, node);
  if (refusal !== null) {
    say(board, refusal);
    return false;
  }
  const [from = "", to = ""] = id.split(">");
  const ends = end === "from" ? ([node, to] as const) : ([from, node] as const);
  board.edit(reconnect(design, catalog, id, end, node), {
    selection: { ...NOTHING, connections: [connectionId(...ends)] },
    announce: strings.gestures.reconnected(labelOf(board, ends[0]), labelOf(board, ends[1])),
  });
  return true;
}

/** The node whose connections are being gone through. */
const anchors = new WeakMap<Board, string>();

function anchorOf(board: Board): string | undefined {
  const { nodes, connections } = board.state.selection;
  const ends = connections[0]?.split(">") ?? [];
  const anchor = nodes[0] ?? anchors.get(board);
  return nodes.length > 0 || ends.includes(anchor ?? "") ? anchor : ends[0];
}

/** Selects the next connection of the selected node, and after the last one the node again. */
export function selectNextConnection(board: Board): void {
  const anchor = anchorOf(board);
  if (anchor === undefined) return;
  anchors.set(board, anchor);
  const { design, selection, annotations } = board.state;
  const own = design.connections.filter(({ from, to }) => from === anchor || to === anchor);
  const ids = own.map(({ from, to }) => connectionId(from, to));
  const index = ids.indexOf(selection.connections[0] ?? "") + 1;
  const [id, connection] = [ids[index], own[index]];
  if (id === undefined || connection === undefined) {
    board.select({ ...NOTHING, nodes: [anchor] });
    board.camera?.focusNode(anchor);
    return;
  }
  board.select({ ...NOTHING, connections: [id] });
  board.camera?.focusRoot();
  board.announce(describeConnection(connection, (end) => labelOf(board, end), annotations.edges[id]?.rate));
}

export function removeSelected(board: Board): void {
  const { design, selection } = board.state;
  const count = sizeOf(selection);
  if (count === 0) return;
  board.edit(remove(design, selection), { selection: NOTHING, announce: strings.announce.removed(count) });
  // The focused element is gone: without this the next key press would go to the page.
  board.camera?.focusRoot();
}

let clipboard: { fragment: Fragment; pastes: number } = { fragment: { nodes: [], connections: [], notes: [], groups: [] }, pastes: 0 };

export const canPaste = (): boolean => !isEmpty(clipboard.fragment);

/** Copies what is selected, and returns it as a text for the clipboard of the machine; null when that is nothing. */
export function copySelected(board: Board): string | null {
  const fragment = cut(board.state.design, board.state.selection);
  if (isEmpty(fragment)) return null;
  clipboard = { fragment, pastes: 0 };
  board.announce(strings.toasts.copied(fragment.nodes.length + fragment.notes.length));
  return writeClipping(board.state.design, fragment);
}

export function cutSelected(board: Board): string | null {
  const text = copySelected(board);
  removeSelected(board);
  return text;
}

export function pasteCopied(board: Board): void {
  clipboard.pastes += 1;
  insert(board, clipboard.fragment, clipboard.pastes * PASTE_STEP);
}

export function duplicateSelected(board: Board): void {
  insert(board, cut(board.state.design, board.state.selection), PASTE_STEP);
}

function insert(board: Board, fragment: Fragment, step: number): void {
  const { design } = board.state;
  if (isEmpty(fragment)) return;
  const refusal =
    refuseNodes(design, fragment.nodes.length) ??
    refuseConnections(design, fragment.connections.length) ??
    refuseNotes(design, fragment.notes.length);
  if (refusal !== null) {
    say(board, refusal);
    return;
  }
  const pasted = paste(design, fragment, { x: step, y: step });
  const count = fragment.nodes.length + fragment.notes.length;
  board.edit(pasted.design, { selection: pasted.selection, announce: strings.announce.pasted(count) });
}

/** The design with everything, by flow id, at its new place. */
export const moved = (design: Design, moves: Moves): Design => {
  const { nodes, notes } = partMoves(moves);
  return moveNotes(moveNodes(design, nodes), notes);
};

/** The document takes over positions by flow id. */
export function commitMoves(board: Board, moves: Moves, merge?: string): void {
  board.edit(moved(board.state.design, moves), merge === undefined ? {} : { merge });
}

function selectedBoxes(board: Board): ReadonlyMap<string, Box> {
  const selected = new Set(flowIdsOf(board.state.selection));
  return new Map([...boxesOf(board.state.design)].filter(([id]) => selected.has(id)));
}

/** Moves the selection by so many grid steps; nudges in a row are one step of the history. */
export function nudge(board: Board, columns: number, rows: number): void {
  const boxes = selectedBoxes(board);
  if (boxes.size === 0) return;
  const moves = new Map([...boxes].map(([id, { x, y }]) => [id, { x: x + columns * GRID, y: y + rows * GRID }]));
  commitMoves(board, moves, `nudge ${[...boxes.keys()].join(" ")}`);
}

export const alignSelected = (board: Board, alignment: Alignment): void => {
  commitMoves(board, align(selectedBoxes(board), alignment));
};

export const distributeSelected = (board: Board, direction: Direction): void => {
  commitMoves(board, distribute(selectedBoxes(board), direction));
};
