/** Getting at things without a mouse: from card to card, and connections to a target chosen from a list. */

import type { Aim, Board, BoardState } from "./board";
import { connectNodes, reconnectNodes } from "./commands";
import { connectionId, nodesById } from "./document";
import { boxesOf, flowIdsOf, isNoteFlowId, noteIdOf } from "./flow";
import { nodeLabel } from "./labels";
import { refuseReconnection, type End } from "./links";
import { refuseConnection, type Refusal } from "./refusals";
import { firstOf, nextOn, type Way } from "./walk";
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
  if (from !== undefined) board.store.set({ aiming: { kind: "connect", from }, menu: null });
}

/** Asks where that end of the selected connection is to go. */
export function askForEnd(board: Board, end: End): void {
  const [connection] = board.state.selection.connections;
  if (connection !== undefined) board.store.set({ aiming: { kind: "lead", connection, end }, menu: null });
}

/** Whether there is still what the target is chosen for. */
export function isAimed({ design }: BoardState, aim: Aim): boolean {
  if (aim.kind === "connect") return nodesById(design).has(aim.from);
  return design.connections.some(({ from, to }) => connectionId(from, to) === aim.connection);
}

export interface Target {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Why it cannot be chosen; null where it can. */
  readonly refusal: Refusal | null;
}

const isSame = ({ connection, end }: Aim & { readonly kind: "lead" }, node: string): boolean =>
  connection.split(">")[end === "from" ? 0 : 1] === node;

/**
 * The nodes named like the query that may be chosen. Where an end of a connection goes elsewhere also those that may
 * not, after the others: who looks for one learns why.
 */
export function targetsOf({ design, catalog }: BoardState, aim: Aim, query: string): readonly Target[] {
  const wanted = query.trim().toLowerCase();
  const isLead = aim.kind === "lead";
  const refuse = (node: string): Refusal | null =>
    isLead ? refuseReconnection(design, catalog, aim.connection, aim.end, node) : refuseConnection(design, catalog, aim.from, node);
  return design.nodes
    .filter(({ id }) => !(isLead && isSame(aim, id)))
    .map((node): Target => {
      const entry = catalog.get(node.component);
      return { id: node.id, name: nodeLabel(node, entry), kind: entry?.name ?? node.component, refusal: refuse(node.id) };
    })
    .filter(({ refusal }) => isLead || refusal === null)
    .filter(({ id, name, kind }) => `${name} ${kind} ${id}`.toLowerCase().includes(wanted))
    .sort((one, other) => Number(one.refusal !== null) - Number(other.refusal !== null));
}

/** Does what the target was chosen for, or says why not; says whether it was done. */
export function aimAt(board: Board, aim: Aim, node: string): boolean {
  return aim.kind === "connect" ? connectNodes(board, aim.from, node) : reconnectNodes(board, aim.connection, aim.end, node);
}
