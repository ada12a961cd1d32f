/** Adding a component together with its connection: after a node, before it, or into a connection. */

import { strings } from "../strings";
import type { Asking, Board } from "./board";
import { connectNodes, labelOf } from "./commands";
import { connectionId, nodesById } from "./document";
import { addNode, connect } from "./edits";
import { boxesOf } from "./flow";
import { offers, type Gap } from "./followers";
import { CARD, centredAt, freeSpot } from "./geometry";
import { leadThrough } from "./links";
import { refuseConnections, refuseNodes } from "./refusals";
import { NOTHING } from "./selection";
import type { CatalogEntry, Connection, Design, Position } from "./types";

export type Place = Exclude<Asking, { readonly kind: "commands" }>;

/** How far a new card stands from the one it is connected to. */
const BESIDE = CARD.width + 80;

const connectionOf = (design: Design, id: string): Connection | undefined =>
  design.connections.find(({ from, to }) => connectionId(from, to) === id);

/** The nodes that will call the new one, and those it will call. */
function endsOf(design: Design, place: Place): { readonly callers: readonly string[]; readonly callees: readonly string[] } {
  if (place.kind === "after") return { callers: [place.node], callees: [] };
  if (place.kind === "before") return { callers: [], callees: [place.node] };
  const connection = connectionOf(design, place.connection);
  return connection === undefined ? { callers: [], callees: [] } : { callers: [connection.from], callees: [connection.to] };
}

/** What is called by the caller, or calls the callee, already. */
function neighbours({ connections }: Design, { kind, ...place }: Place): readonly string[] {
  if (!("node" in place)) return [];
  return kind === "after"
    ? connections.filter(({ from }) => from === place.node).map(({ to }) => to)
    : connections.filter(({ to }) => to === place.node).map(({ from }) => from);
}

function gapAt(board: Board, place: Place): Gap {
  const { design, catalog } = board.state;
  const nodes = nodesById(design);
  const component = (id: string): string => nodes.get(id)?.component ?? "";
  const entriesOf = (ids: readonly string[]): CatalogEntry[] => ids.flatMap((id) => catalog.get(component(id)) ?? []);
  const { callers, callees } = endsOf(design, place);
  const present = new Set(neighbours(design, place).map(component));
  return { callers: entriesOf(callers), callees: entriesOf(callees), present };
}

/** The components that may be connected there and answer the query, the most usual first. */
export function offersAt(board: Board, place: Place, query: string): readonly CatalogEntry[] {
  const { catalog, datasets } = board.state;
  return offers([...catalog.values()], gapAt(board, place), datasets, query);
}

/** Where the new card is wanted, if nothing stands there. */
function wantedAt(design: Design, place: Place): Position {
  const nodes = nodesById(design);
  const at = (id: string | undefined): Position => nodes.get(id ?? "")?.position ?? { x: 0, y: 0 };
  if (place.kind === "between") {
    const { callers, callees } = endsOf(design, place);
    const [from, to] = [at(callers[0]), at(callees[0])];
    return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  }
  if (place.point !== null) return centredAt(place.point, CARD);
  const { x, y } = at(place.node);
  return { x: place.kind === "after" ? x + BESIDE : x - BESIDE, y };
}

function joined(board: Board, design: Design, place: Place, id: string): Design {
  if (place.kind === "after") return connect(design, place.node, id);
  if (place.kind === "before") return connect(design, id, place.node);
  return leadThrough(design, board.state.catalog, place.connection, id);
}

function announcement(board: Board, place: Place, name: string): string {
  const words = strings.gestures;
  return place.kind === "between" ? words.inserted(name) : words.added(name, labelOf(board, place.node));
}

/** Places the component there, connects it and selects it, as one step; or says why not. */
export function addConnected(board: Board, place: Place, component: string): void {
  const { design, catalog, readonly } = board.state;
  const entry = catalog.get(component);
  if (readonly || entry === undefined) return;
  const refusal = refuseNodes(design, 1) ?? refuseConnections(design, 1);
  if (refusal !== null) {
    board.toast(strings.refusals[refusal]);
    return;
  }
  const spot = freeSpot(wantedAt(design, place), CARD, [...boxesOf(design).values()]);
  const added = addNode(design, entry, spot);
  board.edit(joined(board, added.design, place, added.id), {
    selection: { ...NOTHING, nodes: [added.id] },
    announce: announcement(board, place, entry.name),
  });
  board.camera?.reveal([added.id]);
}

/** Opens the list of what may be added after, before or in the middle of what is selected. */
export function askForAddition(board: Board, kind: "after" | "before"): void {
  const { nodes, connections } = board.state.selection;
  const [node, connection] = [nodes[0], connections[0]];
  if (node !== undefined) board.store.set({ asking: { kind, node, point: null } });
  else if (connection !== undefined) board.store.set({ asking: { kind: "between", connection } });
}

/** An arrow that ends on the bare board asks what to put there; one that ends on a card connects. */
export function endArrow(board: Board, from: string, onto: string | null, point: Position): void {
  if (onto !== null) connectNodes(board, from, onto);
  else if (!board.state.readonly) board.store.set({ asking: { kind: "after", node: from, point } });
}
