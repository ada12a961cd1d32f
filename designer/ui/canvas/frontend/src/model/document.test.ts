import { describe, expect, it } from "vitest";
import { isPlaced, nodesById, readDocument, writeDocument } from "./document";
import { small } from "./fixtures";

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
    const raw = {
      version: 1,
      name: "n",
      scenario: "s",
      zones: [{ id: "a", name: "Zone A", region: "eu" }, { id: "b" }],
      nodes: [{ id: "x", component: "store", name: "N", instances: 2, shards: 3, replicas: 1, partitions: 4, zones: ["a"], holds: ["d"], provides: ["p"], figures: { memory: 5 }, routing: "random", read_from: "leader", calls: "parallel", position: { x: 1.5, y: 2 }, color: "red" }],
    };
    expect(writeDocument(readDocument(raw))).toEqual(raw);
  });

  it("writes connection settings, and not the neutral ones", () => {
    const nodes = [{ id: "a" }, { id: "b" }].map((node) => ({ ...node, component: "app" }));
    const connections = [{ from: "a", to: "b", carries: "read", share: 0, calls: 2, label: "l" }, { from: "b", to: "a", carries: "all" }];
    expect(writeDocument(readDocument({ nodes, connections }))["connections"]).toEqual([connections[0], { from: "b", to: "a" }]);
  });
});

it("indexes nodes once per design", () => {
  const design = small();
  expect(nodesById(design)).toBe(nodesById(design));
  expect(nodesById(design).get("app")?.instances).toBe(2);
});
