/** What may not be drawn, and why. Everything else is allowed: a poor design is judged, not forbidden. */

import { connectionId, MAX_CONNECTIONS, MAX_NODES, MAX_NOTES, nodesById } from "./document";
import type { Catalog, Design } from "./types";

export type Refusal =
  | "self"
  | "duplicate"
  | "into_client"
  | "missing_end"
  | "too_many_nodes"
  | "too_many_connections"
  | "too_many_notes";

/** Why a connection cannot be drawn, or null when it can. */
export function refuseConnection(design: Design, catalog: Catalog, from: string, to: string): Refusal | null {
  const nodes = nodesById(design);
  const target = nodes.get(to);
  if (target === undefined || !nodes.has(from)) return "missing_end";
  if (from === to) return "self";
  if (hasConnection(design, from, to)) return "duplicate";
  if (catalog.get(target.component)?.behavior === "client") return "into_client";
  return design.connections.length >= MAX_CONNECTIONS ? "too_many_connections" : null;
}

/** Why so many more nodes cannot be placed, or null when they can. */
export const refuseNodes = (design: Design, more: number): Refusal | null =>
  design.nodes.length + more > MAX_NODES ? "too_many_nodes" : null;

/** Why so many more notes cannot be placed, or null when they can. */
export const refuseNotes = (design: Design, more: number): Refusal | null =>
  design.notes.length + more > MAX_NOTES ? "too_many_notes" : null;

const hasConnection = (design: Design, from: string, to: string): boolean => {
  const id = connectionId(from, to);
  return design.connections.some((item) => connectionId(item.from, item.to) === id);
};
