import type { Board } from "../model/board";
import { boxesOf } from "../model/flow";
import type { Moves } from "../model/geometry";
import { between, framesBetween } from "../model/layout";
import type { Design } from "../model/types";
import { framesOf } from "../model/zones";
import { prefersStillness } from "./theme";

const DURATION_MS = 320;

/** Glides everything to its place in the new design, then puts that on the board as one step. */
export function glide(board: Board, next: Design): void {
  const { design } = board.state;
  if (prefersStillness() || document.hidden) {
    board.edit(next);
    return;
  }
  const [from, to] = [boxesOf(design), boxesOf(next)];
  const start = performance.now();
  const frame = (now: number): void => {
    // An edit in between has changed what there is to move: it wins.
    if (board.state.design !== design) return;
    const progress = Math.min(1, (now - start) / DURATION_MS);
    if (progress === 1) {
      board.edit(next);
      return;
    }
    const framing = framesBetween(framesOf(design), framesOf(next), progress);
    board.store.set({ moving: between(from, to, progress), framing });
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Where everything that both drawings have and that stands elsewhere in the second one goes to. */
function movesBetween(board: Board, to: Design): { readonly from: Moves; readonly moves: Moves } {
  const from: Moves = boxesOf(board.state.design, board.state.moving);
  const isMoved = (id: string, x: number, y: number): boolean => {
    const start = from.get(id);
    return start !== undefined && (start.x !== x || start.y !== y);
  };
  return { from, moves: new Map([...boxesOf(to)].filter(([id, { x, y }]) => isMoved(id, x, y))) };
}

/** Lets the drawing become another one: what both have glides to its new place. Nothing of it is an edit. */
export function morph(board: Board, to: Design, isAnnotated = true, duration = DURATION_MS): void {
  const { from, moves } = movesBetween(board, to);
  if (moves.size === 0 || prefersStillness() || document.hidden) {
    board.present(to, null, isAnnotated);
    return;
  }
  const start = performance.now();
  board.present(to, between(from, moves, 0), isAnnotated);
  const frame = (now: number): void => {
    // Another drawing was put here meanwhile.
    if (board.state.design !== to) return;
    const progress = Math.min(1, Math.max(0, now - start) / duration);
    board.setMoving(progress === 1 ? null : between(from, moves, progress));
    if (progress < 1) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
