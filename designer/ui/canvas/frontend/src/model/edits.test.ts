import { describe, expect, it } from "vitest";
import { MAX_GROUPS } from "./document";
import * as edits from "./edits";
import { CATALOG, entryOf, small } from "./fixtures";
import { cut, paste } from "./fragments";
import { groupNodes, updateGroup } from "./groups";
import { freshId, freshZoneId, isId } from "./ids";
import { NEUTRAL_PATIENCE } from "./policies";
import { NOTHING } from "./selection";

const placedApp = () => edits.addNode(small(), CATALOG.get("app") ?? entryOf("app"), { x: 5, y: 6 });

describe("ids", () => {
  it("numbers what is taken", () => {
    expect(freshId("cache", new Set())).toBe("cache");
    expect(freshId("cache", new Set(["cache", "cache_2"]))).toBe("cache_3");
  });

  it("is always valid", () => {
    for (const base of ["9lives", "a b", "é", "x".repeat(80), ""]) expect(isId(freshId(base, new Set()))).toBe(true);
    const long = "x".repeat(40);
    expect(freshId(long, new Set([long]))).toHaveLength(40);
  });

  it("letters zones", () => {
    expect(freshZoneId(new Set(["a", "b"]))).toBe("c");
    expect(freshZoneId(new Set("abcdefghijklmnopqrstuvwxyz"))).toBe("zone");
  });
});

describe("nodes", () => {
  it("start with the component's counts under a fresh id", () => {
    const { design, id } = placedApp();
    expect(id).toBe("app_2");
    expect(design.nodes.at(-1)).toMatchObject({ id, component: "app", instances: 2, position: { x: 5, y: 6 } });
  });

  it("keep their identity when nothing changes", () => {
    const design = small();
    expect(edits.updateNode(design, "app", { instances: 2 })).toBe(design);
    expect(edits.updateNode(design, "nobody", { instances: 9 })).toBe(design);
    expect(edits.moveNodes(design, new Map([["app", { x: 230, y: 0 }]]))).toBe(design);
    expect(edits.remove(design, NOTHING)).toBe(design);
  });

  it("leave the others untouched", () => {
    const before = small();
    const after = edits.updateNode(before, "app", { name: "Front" });
    expect(after.nodes[1]?.name).toBe("Front");
    expect(after.nodes[0]).toBe(before.nodes[0]);
    expect(after.connections).toBe(before.connections);
  });

  it("keep counts within their limits", () => {
    expect(edits.setCount(small(), "app", "instances", 0).nodes[1]?.instances).toBe(1);
    expect(edits.setCount(small(), "app", "replicas", -3).nodes[1]?.replicas).toBe(0);
    expect(edits.setCount(small(), "app", "instances", 1e9).nodes[1]?.instances).toBe(10_000);
    expect(edits.setCount(small(), "app", "instances", 2.6).nodes[1]?.instances).toBe(3);
  });

  it("never keep quorums of more copies than there are", () => {
    const quorum = edits.updateNode(small(), "store", { replicas: 2, read_quorum: 3, write_quorum: 1 });
    expect(edits.setCount(quorum, "store", "replicas", 1).nodes[3]).toMatchObject({ replicas: 1, read_quorum: 2, write_quorum: 1 });
    expect(edits.setCount(quorum, "store", "replicas", 4).nodes[3]).toMatchObject({ replicas: 4, read_quorum: 3 });
  });

  it("override figures and give them back", () => {
    const changed = edits.setFigure(small(), "cache", "memory", 64e9);
    expect(changed.nodes[2]?.figures).toEqual({ memory: 64e9 });
    expect(edits.setFigure(changed, "cache", "memory", 64e9)).toBe(changed);
    expect(edits.setFigure(changed, "cache", "memory", null).nodes[2]?.figures).toEqual({});
  });

  it("stay on the plane", () => {
    const far = edits.moveNodes(small(), new Map([["app", { x: 1e9, y: -1e9 }]]));
    expect(far.nodes[1]?.position).toEqual({ x: 1e6, y: -1e6 });
  });

  it("take their connections with them when removed", () => {
    const after = edits.remove(small(), { ...NOTHING, nodes: ["app"], notes: ["note"] });
    expect(after.nodes.map((node) => node.id)).toEqual(["users", "cache", "store"]);
    expect(after.connections).toEqual([]);
    expect(after.notes).toEqual([]);
  });
});

describe("connections", () => {
  it("are added, changed, turned round and removed", () => {
    const joined = edits.connect(small(), "cache", "store");
    expect(joined.connections.at(-1)).toEqual({ from: "cache", to: "store", carries: "all", share: null, calls: null, ...NEUTRAL_PATIENCE, label: null });
    const changed = edits.updateConnection(joined, "cache>store", { carries: "read", share: 0.4 });
    expect(changed.connections.at(-1)).toMatchObject({ carries: "read", share: 0.4 });
    expect(edits.reverse(changed, "cache>store").connections.at(-1)).toMatchObject({ from: "store", to: "cache", share: 0.4 });
    expect(edits.remove(changed, { ...NOTHING, connections: ["cache>store"] }).connections).toHaveLength(3);
  });

  it("lose the patience of their caller when they are turned round", () => {
    const patient = edits.updateConnection(small(), "app>store", { mode: "async", timeout: 1, retries: 2, on_miss: true, carries: "failed" });
    expect(edits.reverse(patient, "app>store").connections.at(-1)).toMatchObject({ from: "store", to: "app", carries: "all", ...NEUTRAL_PATIENCE });
  });

  it("are not turned into one that exists", () => {
    const both = edits.connect(small(), "cache", "app");
    expect(edits.reverse(both, "cache>app")).toBe(both);
  });
});

describe("zones", () => {
  const withZones = () => edits.addZone(edits.addZone(small()).design).design;

  it("are added in order, and a node keeps the design's order", () => {
    const design = withZones();
    expect(design.zones).toEqual([{ id: "a", name: null, region: "region", frame: null }, { id: "b", name: null, region: "region", frame: null }]);
    const ticked = edits.toggleZone(edits.toggleZone(design, "app", "b"), "app", "a");
    expect(ticked.nodes[1]?.zones).toEqual(["a", "b"]);
    expect(edits.toggleZone(ticked, "app", "a").nodes[1]?.zones).toEqual(["b"]);
  });

  it("leave their nodes when removed", () => {
    const ticked = edits.toggleZone(withZones(), "app", "a");
    const after = edits.removeZone(ticked, "a");
    expect(after.zones.map((zone) => zone.id)).toEqual(["b"]);
    expect(after.nodes[1]?.zones).toEqual([]);
  });

  it("take region names and make ids of them", () => {
    expect(edits.setRegion(withZones(), "a", "eu west").zones[0]?.region).toBe("eu_west");
    expect(edits.setRegion(withZones(), "a", "  ").zones[0]?.region).toBe("region");
  });
});

it("ticks and unticks datasets", () => {
  const ticked = edits.toggleDataset(small(), "store", "urls");
  expect(ticked.nodes[3]?.holds).toEqual(["urls"]);
  expect(edits.toggleDataset(ticked, "store", "urls").nodes[3]?.holds).toEqual([]);
});

describe("copying", () => {
  it("takes nodes, what runs between them, and notes", () => {
    const fragment = cut(small(), { ...NOTHING, nodes: ["app", "cache"], notes: ["note"] });
    expect(fragment.connections.map((item) => item.to)).toEqual(["cache"]);
    expect(fragment.notes).toHaveLength(1);
  });

  it("pastes under fresh ids, moved, and selects what it pasted", () => {
    const fragment = cut(small(), { ...NOTHING, nodes: ["app", "cache"], notes: ["note"] });
    const { design, selection } = paste(paste(small(), fragment, { x: 30, y: 30 }).design, fragment, { x: 60, y: 60 });
    expect(selection).toEqual({ nodes: ["app_3", "cache_3"], connections: ["app_3>cache_3"], notes: ["note_3"] });
    expect(design.nodes.at(-1)?.position).toEqual({ x: 520, y: 10 });
    expect(new Set(design.nodes.map((node) => node.id)).size).toBe(design.nodes.length);
  });

  it("leaves zones behind that the other board does not have", () => {
    const zoned = edits.toggleZone(edits.addZone(small()).design, "app", "a");
    const fragment = cut(zoned, { ...NOTHING, nodes: ["app"] });
    expect(paste(small(), fragment, { x: 0, y: 0 }).design.nodes.at(-1)?.zones).toEqual([]);
  });

  it("takes a group along that is copied whole, and no part of one", () => {
    const grouped = updateGroup(groupNodes(small(), ["app", "cache"]), "group", { name: "Reads", color: "teal" });
    const whole = cut(grouped, { ...NOTHING, nodes: ["app", "cache", "store"] });
    expect(paste(grouped, whole, { x: 0, y: 0 }).design.groups).toEqual([
      { id: "group", name: "Reads", color: "teal", nodes: ["app", "cache"] },
      { id: "group_2", name: "Reads", color: "teal", nodes: ["app_2", "cache_2"] },
    ]);
    expect(cut(grouped, { ...NOTHING, nodes: ["app"] }).groups).toEqual([]);
  });

  it("leaves the groups away for which there is no room", () => {
    const groups = Array.from({ length: MAX_GROUPS }, (_, index) => ({ id: `g${index}`, name: null, color: null, nodes: ["store"] }));
    const fragment = cut(groupNodes(small(), ["app", "cache"]), { ...NOTHING, nodes: ["app", "cache"] });
    const pasted = paste({ ...small(), groups }, fragment, { x: 0, y: 0 });
    expect(pasted.design.groups).toEqual(groups);
    expect(pasted.selection.nodes).toEqual(["app_2", "cache_2"]);
  });
});
