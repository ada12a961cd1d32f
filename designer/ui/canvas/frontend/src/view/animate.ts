import type { Board } from "../model/board";
import { commitMoves } from "../model/commands";
import { boxesOf } from "../model/flow";
import type { Moves } from "../model/geometry";
import { between } from "../model/layout";
import { prefersStillness } from "./theme";

const DURATION_MS = 320;

/** Glides everything to its new place, then writes that into the document as one step. */
export function glide(board: Board, to: Moves): void {
  const { design } = board.state;
  if (prefersStillness() || document.hidden) {
    commitMoves(board, to);
    return;
  }
  const from: Moves = boxesOf(design);
  const start = performance.now();
  const frame = (now: number): void => {
    // An edit in between has changed what there is to move: it wins.
    if (board.state.design !== design) return;
    const progress = Math.min(1, (now - start) / DURATION_MS);
    if (progress === 1) {
      commitMoves(board, to);
      return;
    }
    board.setMoving(between(from, to, progress));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
