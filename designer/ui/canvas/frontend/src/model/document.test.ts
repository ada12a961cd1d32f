import { describe, expect, it } from "vitest";
import { isPlaced, nodesById, readDocument, writeDocument } from "./document";
import { remove } from "./edits";
import { small } from "./fixtures";
import { NEUTRAL_PATIENCE, NEUTRAL_POLICIES } from "./policies";
import type { Design, Policies } from "./types";

describe("reading", () => {
  it("fills in neutral values", () => {
    const [node] = readDocument({ nodes: [{ id: "a", component: "cache" }] }).nodes;
    expect(node).toMatchObject({ name: null, instances: 1, shards: 1, replicas: 0, partitions: 1, zones: [], read_from: "any", calls: "sequence", routing: null });
    expect(node !== undefined && isPlaced(node)).toBe(false);
  });

  it("reads nulls as left out", () => {
    const design = readDocument({ nodes: [{ id: "a", component: "cache", name: null, position: null, routing: null }], scenario: null });
    expect(design.nodes[0]?.name).toBeNull();
    expect(design.scenario).toBeNull();
  });

  it("reads settings that cannot be used as neutral", () => {
    const settings = { writes: "sometimes", ttl: "60 s", ordered: "yes", limit: Number.NaN, retries: 3 };
    const nodes = [{ id: "a", component: "cache", ...settings }, { id: "b", component: "app" }];
    const design = readDocument({ nodes, connections: [{ from: "a", to: "b", mode: 7, on_miss: "true", retries: null }] });
    expect(design.nodes[0]).toMatchObject(NEUTRAL_POLICIES);
    expect(design.nodes[0]).not.toHaveProperty("retries");
    expect(design.connections[0]).toMatchObject(NEUTRAL_PATIENCE);
  });

  it("drops connections without ends and survives nonsense", () => {
    expect(readDocument({ nodes: [{ id: "a" }], connections: [{ from: "a", to: "gone" }, 7, null] }).connections).toEqual([]);
    for (const nonsense of [null, undefined, 3, "text", [], { nodes: "many" }]) {
      expect(readDocument(nonsense).nodes).toEqual([]);
    }
  });
});

describe("writing", () => {
  it("leaves neutral values out", () => {
    const written = writeDocument(readDocument({ nodes: [{ id: "a", component: "cache", position: { x: 1, y: 2 } }] }));
    expect(written).toEqual({ version: 1, name: "Untitled design", nodes: [{ id: "a", component: "cache", position: { x: 1, y: 2 } }] });
  });

  it("gives back what was read", () => {
    const design = small();
    expect(readDocument(JSON.parse(JSON.stringify(writeDocument(design))))).toEqual(design);
  });

  it("keeps everything that says something", () => {
    const policies: Policies = {
      routing: "hash", read_from: "leader", calls: "parallel", sessions: "local", writes: "back", eviction: "lfu", ttl: 60, acks: "all", leaders: "multi",
      read_quorum: 1, write_quorum: 3, partitioning: "range", hashing: "modulo", index: "global", delivery: "at_most_once",
      deliveries: 5, ordered: true, limit: 0.5, deadline: 2, backup_every: 86_400,
    };
    const raw = {
      version: 1,
      name: "n",
      scenario: "s",
      zones: [{ id: "a", name: "Zone A", region: "eu" }, { id: "b" }],
      nodes: [{ id: "x", component: "store", name: "N", instances: 2, shards: 3, replicas: 1, partitions: 4, zones: ["a"], holds: ["d"], provides: ["p"], figures: { memory: 5 }, position: { x: 1.5, y: 2 }, color: "red", ...policies }],
    };
    expect(writeDocument(readDocument(raw))).toEqual(raw);
  });

  it("writes connection settings, and not the neutral ones", () => {
    const nodes = [{ id: "a" }, { id: "b" }].map((node) => ({ ...node, component: "app" }));
    const connections = [{ from: "a", to: "b", carries: "read", share: 0, calls: 2, label: "l" }, { from: "b", to: "a", carries: "all" }];
    expect(writeDocument(readDocument({ nodes, connections }))["connections"]).toEqual([connections[0], { from: "b", to: "a" }]);
    const patience = { mode: "async", on_miss: false, timeout: 0.2, retries: 2, retry_budget: 0.1, backoff: 0.05, hedge_after: 0.05, fallback: true };
    const patient = [{ from: "a", to: "b", carries: "failed", ...patience }];
    expect(writeDocument(readDocument({ nodes, connections: patient }))["connections"]).toEqual(patient);
  });
});

describe("what is ignored", () => {
  const nodes = ["a", "b"].map((id) => ({ id, component: "app", position: { x: 0, y: 0 } }));
  const ignore = [
    { rule: "reliability.single-instance", nodes: ["a", "b"], because: "a drill" },
    { rule: "reliability.single-instance", nodes: ["a"], because: "it may stop" },
    { rule: "cost.budget-missed", because: "<b>not mine</b>" },
  ];
  const written = (design: Design) => writeDocument(design)["ignore"];

  it("is carried through unchanged", () => {
    expect(written(readDocument({ nodes, ignore }))).toEqual(ignore);
    expect(writeDocument(readDocument({ nodes }))).not.toHaveProperty("ignore");
  });

  it("goes with its node and comes back with it", () => {
    const design = readDocument({ nodes, ignore });
    const without = (id: string): Design => remove(design, { nodes: [id], connections: [], notes: [] });
    expect(written(without("a"))).toEqual([{ ...ignore[0], nodes: ["b"] }, ignore[2]]);
    expect(written({ ...without("a"), nodes: design.nodes })).toEqual(ignore);
  });

  it("is never said twice of one place", () => {
    const design = remove(readDocument({ nodes, ignore }), { nodes: ["b"], connections: [], notes: [] });
    expect(written(design)).toEqual([{ ...ignore[0], nodes: ["a"] }, ignore[2]]);
  });

  it("survives nonsense", () => {
    expect(readDocument({ nodes, ignore: [7, null, { nodes: ["a"] }, { rule: 3 }] }).ignore).toEqual([]);
  });
});

it("indexes nodes once per design", () => {
  const design = small();
  expect(nodesById(design)).toBe(nodesById(design));
  expect(nodesById(design).get("app")?.instances).toBe(2);
});
