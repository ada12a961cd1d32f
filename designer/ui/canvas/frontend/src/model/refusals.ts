/** What may not be drawn, and why. Everything else is allowed: a poor design is judged, not forbidden. */

import { connectionId, MAX_CONNECTIONS, MAX_NODES, MAX_NOTES, nodesById } from "./document";
import type { Catalog, CatalogEntry, Design } from "./types";

export type Refusal =
  | "self"
  | "duplicate"
  | "into_client"
  | "from_store"
  | "from_watcher"
  | "into_starter"
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
  const refusal = refuseLink(catalog.get(nodes.get(from)?.component ?? ""), catalog.get(target.component));
  return refusal ?? refuseConnections(design, 1);
}

/** What watches (monitoring) is told and calls nobody; another observer (a scheduler) starts things by itself. */
const watches = ({ behavior, traits }: CatalogEntry): boolean => behavior === "observer" && traits.includes("observes");
const startsByItself = (entry: CatalogEntry): boolean => entry.behavior === "observer" && !watches(entry);

/**
 * Why no node of the one component may call one of the other, or null. The engine lets nothing pass these
 * connections, or nothing that means anything: a store ends a request, and only its changes leave it.
 */
export function refuseLink(source: CatalogEntry | undefined, target: CatalogEntry | undefined): Refusal | null {
  if (target?.behavior === "client") return "into_client";
  if (source === undefined || target === undefined) return null;
  if (source.behavior === "store" && target.behavior !== "queue" && !watches(target)) return "from_store";
  if (watches(source)) return "from_watcher";
  return startsByItself(target) ? "into_starter" : null;
}

/** Why so many more nodes cannot be placed, or null when they can. */
export const refuseNodes = (design: Design, more: number): Refusal | null =>
  design.nodes.length + more > MAX_NODES ? "too_many_nodes" : null;

/** Why so many more connections cannot be drawn, or null when they can. */
export const refuseConnections = (design: Design, more: number): Refusal | null =>
  design.connections.length + more > MAX_CONNECTIONS ? "too_many_connections" : null;

/** Why so many more notes cannot be placed, or null when they can. */
export const refuseNotes = (design: Design, more: number): Refusal | null =>
  design.notes.length + more > MAX_NOTES ? "too_many_notes" : null;

const hasConnection = (design: Design, from: string, to: string): boolean => {
  const id = connectionId(from, to);
  return design.connections.some((item) => connectionId(item.from, item.to) === id);
};
