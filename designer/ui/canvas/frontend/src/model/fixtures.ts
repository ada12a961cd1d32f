/** Small designs and a small catalogue for the tests of the model. */

import { readDocument } from "./document";
import type { BoardData, Catalog, CatalogEntry, Design } from "./types";

export const entryOf = (id: string, patch: Partial<CatalogEntry> = {}): CatalogEntry => ({
  id,
  name: id.charAt(0).toUpperCase() + id.slice(1),
  group: "compute",
  summary: `A ${id}.`,
  keywords: [],
  behavior: "service",
  traits: [],
  knobs: ["instances"],
  defaults: { instances: 1, shards: 1, replicas: 0, partitions: 1 },
  place: "region",
  replication: "none",
  keeps: [],
  icon: "data:,",
  figures: {},
  ...patch,
});

export const CATALOG: Catalog = new Map(
  [
    entryOf("users", { behavior: "client", group: "clients" }),
    entryOf("app", { defaults: { instances: 2, shards: 1, replicas: 0, partitions: 1 } }),
    entryOf("cache", { behavior: "cache", group: "data", keywords: ["Redis", "Memcached"] }),
    entryOf("store", { name: "SQL store", behavior: "store", group: "data", keywords: ["PostgreSQL"] }),
  ].map((entry) => [entry.id, entry]),
);

/** users > app > cache, store; placed in a row of three columns. */
export const small = (): Design =>
  readDocument({
    nodes: [
      { id: "users", component: "users", position: { x: 0, y: 0 } },
      { id: "app", component: "app", instances: 2, position: { x: 230, y: 0 } },
      { id: "cache", component: "cache", position: { x: 460, y: -50 } },
      { id: "store", component: "store", position: { x: 460, y: 50 } },
    ],
    connections: [
      { from: "users", to: "app" },
      { from: "app", to: "cache" },
      { from: "app", to: "store" },
    ],
    notes: [{ id: "note", text: "hello", position: { x: 0, y: 200 } }],
  });

export const boardData = (patch: Partial<BoardData> = {}): BoardData => ({
  kind: "board",
  board: "b",
  epoch: 1,
  document: { nodes: [{ id: "app", component: "app", position: { x: 0, y: 0 } }] },
  catalog: "c",
  annotations: { revision: 0, nodes: {}, edges: {} },
  commands: [],
  acknowledged: 0,
  saved: "saved",
  height: 600,
  ...patch,
});
