/** What commonly calls what: the order in which components are offered next to one that stands on the board. */

import { refuseLink } from "./refusals";
import { search } from "./search";
import type { Behavior, CatalogEntry, Dataset } from "./types";

/** How usual a call from one behaviour to another is; what is not named is possible and rare. */
const USUAL: Readonly<Record<Behavior, Partial<Record<Behavior, number>>>> = {
  client: { router: 6, cache: 4, service: 3, queue: 1, observer: 1 },
  router: { service: 6, router: 4, cache: 2, store: 1, observer: 1 },
  service: { cache: 6, store: 5, queue: 4, service: 3, router: 2, observer: 2 },
  cache: { store: 5, service: 4, router: 3, queue: 1, observer: 1 },
  queue: { service: 6, queue: 2, store: 2, observer: 1 },
  store: { queue: 3, observer: 2 },
  observer: { service: 6, queue: 4, router: 2, store: 2 },
};

/** From the outside in: calls that go back outwards are rare. */
const DEPTH: Readonly<Record<CatalogEntry["place"], number>> = { client: 0, edge: 1, region: 2 };
const OUTWARDS = -4;
/** A way in is offered first to whoever comes from outside. */
const WAY_IN = 2;
/** What keeps all data of the question before what keeps none. */
const FITS = 1;
/** What is there already is seldom wanted twice. */
const REPEATED = -3;

/** Where a component is wanted: what is to call it, and what it is to call. */
export interface Gap {
  readonly callers: readonly CatalogEntry[];
  readonly callees: readonly CatalogEntry[];
  /** Components that stand at this place already. */
  readonly present: ReadonlySet<string>;
}

const usual = (source: CatalogEntry, target: CatalogEntry): number =>
  (USUAL[source.behavior][target.behavior] ?? 0) +
  (DEPTH[target.place] < DEPTH[source.place] ? OUTWARDS : 0) +
  (source.place !== "region" && target.traits.includes("entry") ? WAY_IN : 0);

function fits({ behavior, keeps }: CatalogEntry, datasets: readonly Dataset[]): number {
  const kinds = datasets.flatMap(({ kind }) => kind ?? []);
  if ((behavior !== "store" && behavior !== "cache") || kinds.length === 0) return 0;
  return (FITS * kinds.filter((kind) => keeps.includes(kind)).length) / kinds.length;
}

function worth(entry: CatalogEntry, { callers, callees, present }: Gap, datasets: readonly Dataset[]): number {
  const calls = [...callers.map((caller) => usual(caller, entry)), ...callees.map((callee) => usual(entry, callee))];
  const sum = calls.reduce((total, value) => total + value, 0);
  return sum + fits(entry, datasets) + (present.has(entry.id) ? REPEATED : 0);
}

const mayStand = (entry: CatalogEntry, { callers, callees }: Gap): boolean =>
  callers.every((caller) => refuseLink(caller, entry) === null) && callees.every((callee) => refuseLink(entry, callee) === null);

/** The components that may stand there and answer the query, the most usual first; a query is answered before that. */
export function offers(
  entries: readonly CatalogEntry[],
  gap: Gap,
  datasets: readonly Dataset[],
  query: string,
): readonly CatalogEntry[] {
  const allowed = entries.filter((entry) => mayStand(entry, gap));
  const value = new Map(allowed.map((entry) => [entry.id, worth(entry, gap, datasets)]));
  const sorted = allowed.toSorted((one, other) => (value.get(other.id) ?? 0) - (value.get(one.id) ?? 0));
  // The search keeps this order among what answers equally well.
  return search(sorted, query);
}
