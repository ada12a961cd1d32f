/** What becomes of a connection's settings when it runs elsewhere: those that mean nothing there go back to neutral. */

import { connectionId } from "./document";
import { NEUTRAL_PATIENCE } from "./policies";
import { refuseConnection, type Refusal } from "./refusals";
import type { Behavior, Catalog, Connection, Design } from "./types";

export type End = "from" | "to";

/** The settings of a connection that mean something out of that behaviour; the same as Python judges by. */
export function meaningful(connection: Connection, behavior: Behavior | undefined): Connection {
  if (behavior === undefined) return connection;
  const { carries, share, on_miss, fallback } = connection;
  const isQueue = behavior === "queue";
  const asksCaches = behavior === "client" || behavior === "service" || behavior === "cache";
  const { retries, retry_budget, backoff, hedge_after } = isQueue ? NEUTRAL_PATIENCE : connection;
  return {
    ...connection,
    carries: carries === "failed" && !isQueue ? "all" : carries,
    share: behavior === "router" ? share : null,
    on_miss: asksCaches ? on_miss : null,
    fallback: behavior === "service" && fallback,
    retries,
    retry_budget,
    backoff,
    hedge_after,
  };
}

const behaviorOf = (design: Design, catalog: Catalog, id: string): Behavior | undefined =>
  catalog.get(design.nodes.find((node) => node.id === id)?.component ?? "")?.behavior;

/** A share that would let its source send on more than it got is no longer one. */
function withinWhole(design: Design, connection: Connection): Connection {
  if (connection.share === null) return connection;
  const others = design.connections.filter(({ from, to }) => from === connection.from && to !== connection.to);
  const sum = others.reduce((total, { share }) => total + (share ?? 0), connection.share);
  return sum > 1 ? { ...connection, share: null } : connection;
}

const without = (design: Design, id: string): Design => ({
  ...design,
  connections: design.connections.filter(({ from, to }) => connectionId(from, to) !== id),
});

const find = (design: Design, id: string): Connection | undefined =>
  design.connections.find(({ from, to }) => connectionId(from, to) === id);

/** Why an end of a connection cannot go to that node, or null when it can. */
export function refuseReconnection(design: Design, catalog: Catalog, id: string, end: End, node: string): Refusal | null {
  const connection = find(design, id);
  if (connection === undefined) return "missing_end";
  const [from, to] = end === "from" ? [node, connection.to] : [connection.from, node];
  return refuseConnection(without(design, id), catalog, from, to);
}

/** The connection with one end at another node, where it stands in the list, with the settings that still mean something. */
export function reconnect(design: Design, catalog: Catalog, id: string, end: End, node: string): Design {
  const connection = find(design, id);
  if (connection === undefined || connection[end] === node) return design;
  const moved = { ...connection, [end]: node };
  const kept = end === "to" ? moved : withinWhole(without(design, id), meaningful(moved, behaviorOf(design, catalog, node)));
  return { ...design, connections: design.connections.map((item) => (item === connection ? kept : item)) };
}

/** A fresh connection. */
const plain = (from: string, to: string): Connection => ({
  from, to, carries: "all", share: null, calls: null, ...NEUTRAL_PATIENCE, label: null,
});

/**
 * The connection led through a node: its settings stay on the half that goes on to the old target. What they say of
 * the old source only, such as its share of the requests or its cache, stays with that.
 */
export function leadThrough(design: Design, catalog: Catalog, id: string, node: string): Design {
  const connection = find(design, id);
  if (connection === undefined) return design;
  const { from, to, ...settings } = connection;
  const onward = meaningful({ ...connection, from: node, share: null, on_miss: null }, behaviorOf(design, catalog, node));
  const left = Object.entries(settings).filter(([key, value]) => onward[key as keyof Connection] !== value);
  const first: Connection = { ...plain(from, node), ...Object.fromEntries(left) };
  const halves = [first, { ...onward, to }];
  return { ...design, connections: design.connections.flatMap((item) => (item === connection ? halves : [item])) };
}
