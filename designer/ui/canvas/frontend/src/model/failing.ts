/** Taking something down to see what still holds. It is a way of looking: nothing that is drawn changes. */

import { strings } from "../strings";
import type { Board } from "./board";
import type { Failed } from "./annotations";
import { sameFailed } from "./views";

const words = strings.meaning.failing;

/** Shows the board without that node, zone or region; null: all is up again. */
export function fail(board: Board, failed: Failed | null): void {
  const { panel } = board.state;
  board.look({ failed });
  board.store.set({ panel: failed !== null ? "failing" : panel === "failing" ? null : panel });
  board.announce(failed === null ? words.restored : words.asked);
}

function chosenOf({ state: { selection, zone } }: Board): Failed | null {
  const [node] = selection.nodes;
  if (zone !== null) return { kind: "zone", name: zone };
  return selection.nodes.length === 1 && node !== undefined ? { kind: "node", name: node } : null;
}

/** The chosen zone or the selected node is down, or up again; with neither, asks what should be. */
export function failSelected(board: Board): void {
  const { view, panel } = board.state;
  const failed = chosenOf(board);
  if (failed !== null) fail(board, sameFailed(failed, view.failed) ? null : failed);
  else if (view.failed !== null) fail(board, null);
  else board.store.set({ panel: panel === "failing" ? null : "failing" });
}
