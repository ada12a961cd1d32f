/** Pasting: a piece copied from a board is put in at once; Python is asked what any other text may be. */

import { strings } from "../strings";
import { arrangeMissing } from "./arrange";
import type { Board } from "./board";
import { isClipping, readClipping } from "./clippings";
import { readDocument } from "./document";
import { boxesOf } from "./flow";
import { cut, paste, type Fragment } from "./fragments";
import { boundsOf, freeSpot } from "./geometry";
import { refuseConnections, refuseNodes, refuseNotes, type Refusal } from "./refusals";
import { everything } from "./selection";
import type { Design, Position, Zone } from "./types";

/** Longest text Python is asked to read, in bytes. */
export const MAX_TEXT = 200_000;

/** The text put on the board, at that point of its plane where there is one; or the reason why not. */
export function pasteText(board: Board, text: string, point: Position | null): void {
  if (board.state.readonly) return;
  const piece = isClipping(text) ? readClipping(text) : null;
  if (piece !== null) {
    const count = piece.nodes.length + piece.notes.length;
    insert(board, arrangeMissing(piece), point, strings.announce.pasted(count));
    return;
  }
  const size = new TextEncoder().encode(text).length;
  if (size > MAX_TEXT) board.toast(strings.gestures.tooLong(`${Math.round(size / 1000)} kB`));
  else {
    board.toast(strings.gestures.reading);
    board.ask(text, point);
  }
}

/** What Python has made of a pasted text, put on the board with what it says of it. */
export function insertDocument(board: Board, document: unknown, point: Position | null, note: string): void {
  if (insert(board, arrangeMissing(readDocument(document)), point, note)) board.toast(note);
}

/** The zones that are missing. */
const withZones = (design: Design, zones: readonly Zone[]): Design => {
  const known = new Set(design.zones.map((zone) => zone.id));
  return { ...design, zones: [...design.zones, ...zones.filter((zone) => !known.has(zone.id))] };
};

/** How far the fragment must move to stand at the point, or in the middle of the view, on nothing else. */
function offsetTo(board: Board, piece: Design, point: Position | null): Position {
  const bounds = boundsOf(boxesOf(piece).values());
  if (bounds === null) return { x: 0, y: 0 };
  const { width, height } = bounds;
  const middle = point ?? board.camera?.centre() ?? { x: 0, y: 0 };
  const wanted = { x: middle.x - width / 2, y: middle.y - height / 2 };
  const spot = freeSpot(wanted, { width, height }, [...boxesOf(board.state.design).values()]);
  return { x: spot.x - bounds.x, y: spot.y - bounds.y };
}

/** How many there would be of what is too many. */
function countAfter(refusal: Refusal, design: Design, { nodes, connections, notes }: Fragment): string {
  if (refusal === "too_many_connections") return strings.gestures.wouldBe(design.connections.length + connections.length, "connection");
  if (refusal === "too_many_notes") return strings.gestures.wouldBe(design.notes.length + notes.length, "note");
  return strings.gestures.wouldBe(design.nodes.length + nodes.length, "node");
}

/** Puts all of a design on the board and selects it, as one step; says whether it could. */
function insert(board: Board, piece: Design, point: Position | null, announce: string): boolean {
  const { design, catalog } = board.state;
  const fragment: Fragment = cut(piece, everything(piece));
  const stranger = fragment.nodes.find((node) => catalog.size > 0 && !catalog.has(node.component));
  if (stranger !== undefined) {
    board.toast(strings.toasts.unknownComponent(stranger.component));
    return false;
  }
  const refusal =
    refuseNodes(design, fragment.nodes.length) ??
    refuseConnections(design, fragment.connections.length) ??
    refuseNotes(design, fragment.notes.length);
  if (refusal !== null) {
    board.toast(`${strings.refusals[refusal]} ${countAfter(refusal, design, fragment)}`);
    return false;
  }
  const pasted = paste(withZones(design, piece.zones), fragment, offsetTo(board, piece, point));
  board.edit(pasted.design, { selection: pasted.selection, announce });
  // The keys are now for what was pasted, and not for the card that had the focus before.
  board.camera?.focusRoot();
  board.camera?.reveal(pasted.selection.nodes);
  return true;
}
