/** Getting at things without a mouse: from card to card, and connections to a target chosen from a list. */

import type { Board } from "./board";
import { nodesById } from "./document";
import { boxesOf, flowIdsOf, isNoteFlowId, noteIdOf } from "./flow";
import { nodeLabel } from "./labels";
import { refuseConnection } from "./refusals";
import { firstOf, nextOn, type Way } from "./walk";
import type { BoardState } from "./board";
import type { Design } from "./types";

const firsts = new WeakMap<Design, string | null>();

function firstIn(design: Design): string | null {
  let first = firsts.get(design);
  if (first === undefined) {
    first = firstOf(boxesOf(design));
    firsts.set(design, first);
  }
  return first;
}

const isOn = (design: Design, id: string): boolean =>
  isNoteFlowId(id) ? design.notes.some((note) => note.id === noteIdOf(id)) : nodesById(design).has(id);

/** Where a walk goes on from: what had the focus last, else what is selected, else the upper left. */
export function entryOf({ design, entry, selection }: BoardState): string | null {
  if (entry !== null && isOn(design, entry)) return entry;
  return flowIdsOf(selection)[0] ?? firstIn(design);
}

/** Gives the focus to the next card or note that way; to the first one where nothing had it. */
export function walk(board: Board, way: Way): void {
  const { design, entry, selection } = board.state;
  const from = entryOf(board.state);
  if (from === null) return;
  const isBegun = from === entry || flowIdsOf(selection).includes(from);
  const next = isBegun ? nextOn(boxesOf(design), from, way) : from;
  if (next === null) return;
  board.store.set({ entry: next });
  board.camera?.focusNode(next);
}

/** Asks what the selected node is to call. */
export function askForTarget(board: Board): void {
  const [from] = board.state.selection.nodes;
  if (from !== undefined) board.store.set({ aiming: from, menu: null });
}

export interface Target {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

/** What a node may call that it does not call yet, those named like the query. */
export function targetsOf({ design, catalog }: BoardState, from: string, query: string): readonly Target[] {
  const wanted = query.trim().toLowerCase();
  return design.nodes
    .filter((node) => refuseConnection(design, catalog, from, node.id) === null)
    .map((node) => {
      const entry = catalog.get(node.component);
      return { id: node.id, name: nodeLabel(node, entry), kind: entry?.name ?? node.component };
    })
    .filter(({ id, name, kind }) => `${name} ${kind} ${id}`.toLowerCase().includes(wanted));
}
