/** Catalogues by name: registered once by their own mount, read by every board that names them. */

import type { Catalog, CatalogEntry } from "./types";

const catalogs = new Map<string, Catalog>();
const listeners = new Set<() => void>();

const NONE: Catalog = new Map<string, CatalogEntry>();

export function registerCatalog(name: string, entries: readonly CatalogEntry[]): void {
  if (catalogs.has(name)) return;
  catalogs.set(name, new Map(entries.map((entry) => [entry.id, entry])));
  for (const listener of [...listeners]) listener();
}

/** The catalogue of that name, empty until it is registered. */
export const catalogOf = (name: string): Catalog => catalogs.get(name) ?? NONE;

export function onCatalog(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
