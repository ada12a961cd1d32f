import type { Board } from "../model/board";
import { boxesOf } from "../model/flow";
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
