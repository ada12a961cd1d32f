import { beforeAll, describe, expect, it } from "vitest";
import ELK from "elkjs/lib/elk.bundled.js";
import { arranged } from "./arrangement";
import { readDocument } from "./document";
import { small } from "./fixtures";
import { boxAt, CARD, overlaps, type Box } from "./geometry";
import { framesBetween, fromLayoutGraph, toLayoutGraph } from "./layout";
import type { Design } from "./types";
import { framesOf, regionsOf } from "./zones";

/** Two regions; in the first two zones with three cards each, in the second an empty zone; clients and a store outside. */
const regional = (patch: Record<string, object> = {}): Design =>
  readDocument({
    zones: [
      { id: "a", region: "eu", frame: { x: 0, y: 0, width: 900, height: 700 } },
      { id: "b", region: "eu" },
      { id: "c", region: "us", frame: { x: 2000, y: 0, width: 300, height: 200 } },
    ],
    nodes: ["users", "lb", "a1", "a2", "a3", "b1", "b2", "b3", "store"].map((id, index) => ({
      id,
      component: "app",
      zones: /^[ab]\d$/.test(id) ? [id.charAt(0)] : [],
      position: { x: 40 * index, y: 30 * index },
      ...patch[id],
    })),
    connections: [
      ["users", "lb"], ["lb", "a1"], ["lb", "b1"], ["a1", "a2"], ["a1", "a3"], ["b1", "b2"], ["b1", "b3"], ["a2", "store"], ["b2", "store"],
    ].map(([from, to]) => ({ from, to })),
    groups: [{ id: "g", nodes: ["a2", "a3"] }, { id: "mixed", nodes: ["a1", "b1"] }],
  });

let elk: InstanceType<typeof ELK>;

beforeAll(() => {
  elk = new ELK();
});

async function layOut(design: Design, nodes: readonly string[] | null = null): Promise<Design> {
  const only = nodes === null ? null : new Set(nodes);
  const graph = structuredClone(toLayoutGraph(design, only)) as Parameters<typeof elk.layout>[0];
  const { children } = await elk.layout(graph);
  return arranged(design, fromLayoutGraph(design, (children ?? []) as never), only);
}

const boxes = (design: Design): readonly (readonly [string, Box])[] => design.nodes.map((node) => [node.id, boxAt(node.position, CARD)]);

const clashes = (items: readonly (readonly [string, Box])[]): string[] =>
  items.flatMap(([one, box], index) => items.slice(index + 1).filter(([, other]) => overlaps(box, other)).map(([other]) => `${one} ${other}`));

const at = (design: Design, id: string) => design.nodes.find((node) => node.id === id)!.position;

describe("automatic layout with zones", () => {
  it("nests regions, zones, and the groups that stand in one zone", () => {
    const graph = toLayoutGraph(regional());
    const eu = graph.children.find((child) => child.id === "r:eu");
    expect(eu?.children?.map((child) => child.id)).toEqual(["z:a", "z:b"]);
    expect(eu?.children?.[0]?.children?.map((child) => child.id)).toEqual(["n:a1", "g:g"]);
    expect(graph.children.find((child) => child.id === "r:us")?.children).toEqual([{ id: "z:c", width: 300, height: 200 }]);
    expect(graph.layoutOptions["elk.hierarchyHandling"]).toBe("INCLUDE_CHILDREN");
    expect(toLayoutGraph(small()).layoutOptions).not.toHaveProperty("elk.hierarchyHandling");
  });

  it("puts no card on another, none into a zone it is not in, and no zone or region on another", async () => {
    const design = await layOut(regional());
    expect(clashes(boxes(design))).toEqual([]);
    const frames = framesOf(design);
    expect([...frames.keys()]).toEqual(["a", "b", "c"]);
    expect(clashes([...frames])).toEqual([]);
    expect(clashes(regionsOf(design, frames).map(({ id, frame }) => [id, frame]))).toEqual([]);
    for (const [id, box] of boxes(design)) {
      const inside = [...frames].filter(([, frame]) => overlaps(box, frame)).map(([zone]) => zone);
      expect([id, inside]).toEqual([id, design.nodes.find((node) => node.id === id)!.zones]);
    }
  });

  it("draws a frame around its nodes, keeps the size of an empty one, and makes none for a zone without", async () => {
    const { zones } = await layOut(regional());
    expect(zones[0]?.frame?.height).toBeLessThan(700);
    expect(zones[1]?.frame).toBeNull();
    expect(zones[2]?.frame).toMatchObject({ width: 300, height: 200 });
  });

  it("gives the same drawing for the same design", async () => {
    expect(await layOut(regional())).toEqual(await layOut(regional()));
  });
});

describe("pinned nodes", () => {
  it("stay exactly where they are, with everything else around them and nothing on them", async () => {
    const pins = { lb: { position: { x: 333, y: -77 }, pinned: true }, a2: { position: { x: 1111, y: 505 }, pinned: true } };
    const design = await layOut(regional(pins));
    expect(at(design, "lb")).toEqual({ x: 333, y: -77 });
    expect(at(design, "a2")).toEqual({ x: 1111, y: 505 });
    expect(clashes(boxes(design))).toEqual([]);
    expect(clashes([...framesOf(design)])).toEqual([]);
    const empty = framesOf(design).get("c")!;
    expect(boxes(design).filter(([, box]) => overlaps(box, empty))).toEqual([]);
  });

  it("stay also when all of them are pinned on one place", async () => {
    const design = await layOut(regional({ a1: { position: { x: 5, y: 5 }, pinned: true }, b1: { position: { x: 5, y: 5 }, pinned: true } }));
    expect([at(design, "a1"), at(design, "b1")]).toEqual([{ x: 5, y: 5 }, { x: 5, y: 5 }]);
    expect(clashes(boxes(design))).toEqual(["a1 b1"]);
  });
});

describe("tidying a selection", () => {
  it("moves nothing else, and puts nothing on what stays", async () => {
    const before = regional({ store: { position: { x: 180, y: 60 } } });
    const chosen = ["users", "lb", "a1"];
    const after = await layOut(before, chosen);
    for (const node of before.nodes.filter(({ id }) => !chosen.includes(id))) expect(at(after, node.id)).toEqual(node.position);
    expect(after.zones).toEqual(before.zones);
    const mine = (pair: string): boolean => pair.split(" ").some((id) => chosen.includes(id));
    expect(clashes(boxes(after)).filter(mine)).toEqual([]);
    expect(at(after, "users").x).toBeLessThan(at(after, "lb").x);
  });

  it("keeps the corner of what it tidies where there is room", async () => {
    const apart = readDocument({
      nodes: [
        { id: "x", component: "app", position: { x: 500, y: 400 } },
        { id: "y", component: "app", position: { x: 520, y: 430 } },
        { id: "z", component: "app", position: { x: 0, y: 0 } },
      ],
      connections: [{ from: "x", to: "y" }],
    });
    const after = await layOut(apart, ["x", "y"]);
    expect(at(after, "x")).toEqual({ x: 500, y: 400 });
    expect(at(after, "y")).toEqual({ x: 730, y: 400 });
  });
});

it("frames glide from where they were to where they come to be", () => {
  const [from, to] = [new Map([["a", { x: 0, y: 0, width: 100, height: 100 }]]), new Map([["a", { x: 100, y: 40, width: 300, height: 50 }]])];
  expect(framesBetween(from, to, 0).get("a")).toEqual(from.get("a"));
  expect(framesBetween(from, to, 0.5).get("a")).toEqual({ x: 50, y: 20, width: 200, height: 75 });
  expect(framesBetween(from, to, 1).get("a")).toEqual(to.get("a"));
});
