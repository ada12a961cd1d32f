import { NEUTRAL_PATIENCE } from "./policies";
import { describe, expect, it } from "vitest";
import { arrangeMissing, layered } from "./arrange";
import { isPlaced, readDocument } from "./document";
import { align, boundsOf, boxAt, CARD, centredAt, distribute, freeSpot, GRID, overlaps, snap, type Box } from "./geometry";
import { between, fromLayoutGraph, toLayoutGraph } from "./layout";
import { small } from "./fixtures";

const row = (...xs: number[]): Map<string, Box> => new Map(xs.map((x, index) => [`n${index}`, boxAt({ x, y: index * 7 }, CARD)]));

describe("placing", () => {
  it("snaps to the grid", () => {
    expect(snap({ x: 14, y: -16 })).toEqual({ x: GRID, y: -2 * GRID });
    expect(centredAt({ x: 75, y: 30 }, CARD)).toEqual({ x: 0, y: 0 });
  });

  it("finds a free spot near the wanted one", () => {
    expect(freeSpot({ x: 1, y: 1 }, CARD, [])).toEqual({ x: 0, y: 0 });
    const taken: Box[] = [];
    for (let count = 0; count < 60; count += 1) {
      const box = boxAt(freeSpot({ x: 0, y: 0 }, CARD, taken), CARD);
      expect(taken.some((other) => overlaps(box, other))).toBe(false);
      taken.push(box);
    }
  });

  it("measures bounds", () => {
    expect(boundsOf([])).toBeNull();
    expect(boundsOf(row(0, 100).values())).toEqual({ x: 0, y: 0, width: 250, height: 67 });
  });
});

describe("lining up", () => {
  it("brings edges and middles together", () => {
    const boxes = row(0, 100, 300);
    expect([...align(boxes, "left").values()].map(({ x }) => x)).toEqual([0, 0, 0]);
    expect([...align(boxes, "right").values()].map(({ x }) => x)).toEqual([300, 300, 300]);
    expect([...align(boxes, "center").values()].map(({ x }) => x)).toEqual([150, 150, 150]);
    expect([...align(boxes, "top").values()].map(({ y }) => y)).toEqual([0, 0, 0]);
    expect([...align(boxes, "middle").values()].map(({ y }) => y)).toEqual([7, 7, 7]);
    expect([...align(boxes, "bottom").values()].map(({ y }) => y)).toEqual([14, 14, 14]);
  });

  it("spaces out evenly between the outermost", () => {
    const moves = distribute(row(0, 160, 500), "horizontal");
    expect([...moves.values()].map(({ x }) => x)).toEqual([0, 250, 500]);
    expect(distribute(row(0, 10), "horizontal").size).toBe(0);
  });
});

describe("drawing what has no places", () => {
  const chain = (ids: string) => [...ids].slice(1).map((to, index) => ({ from: ids[index] ?? "", to, carries: "all" as const, share: null, calls: null, ...NEUTRAL_PATIENCE, label: null }));

  it("puts callers left of those they call", () => {
    const places = layered(["a", "b", "c", "d"], [...chain("abc"), ...chain("ad")]);
    expect(places.get("a")?.x).toBeLessThan(places.get("b")?.x ?? 0);
    expect(places.get("b")?.x).toBeLessThan(places.get("c")?.x ?? 0);
    expect(places.get("d")?.x).toBe(places.get("b")?.x);
    expect(places.get("d")?.y).not.toBe(places.get("b")?.y);
  });

  it("ends with cycles and long chains", () => {
    expect(layered(["a", "b", "c"], [...chain("abc"), ...chain("ca")]).size).toBe(3);
    const ids = Array.from({ length: 5000 }, (_, index) => `n${index}`);
    const line = ids.slice(1).map((to, index) => ({ ...chain("ab")[0]!, from: ids[index] ?? "", to }));
    expect(layered(ids, line).get("n4999")?.x).toBe(4999 * 230);
  });

  it("gives every node a place of its own and keeps places that were given", () => {
    const raw = { nodes: [{ id: "a", component: "app", position: { x: 40, y: 40 } }, { id: "b", component: "app" }, { id: "c", component: "app" }], connections: [{ from: "a", to: "b" }], notes: [{ id: "n", text: "t" }] };
    const design = arrangeMissing(readDocument(raw));
    expect(design.nodes[0]?.position).toEqual({ x: 40, y: 40 });
    expect(design.nodes[1]?.position).toEqual({ x: 270, y: 40 });
    expect(design.nodes.every(isPlaced) && design.notes.every(isPlaced)).toBe(true);
    const boxes = design.nodes.map((node) => boxAt(node.position, CARD));
    expect(boxes.every((box, index) => boxes.slice(index + 1).every((other) => !overlaps(box, other)))).toBe(true);
  });

  it("is the same every time", () => {
    const bare = readDocument({ nodes: small().nodes.map(({ id, component }) => ({ id, component })), connections: small().connections });
    expect(arrangeMissing(bare)).toEqual(arrangeMissing(bare));
  });
});

describe("automatic layout", () => {
  it("hands over sizes and connections, and keeps the corner of what is laid out", () => {
    const graph = toLayoutGraph(small());
    expect(graph.children[1]).toEqual({ id: "n:app", ...CARD });
    expect(graph.edges[0]).toEqual({ id: "e:users>app", sources: ["n:users"], targets: ["n:app"] });
    const { moves } = fromLayoutGraph(small(), [{ id: "n:users", x: 12, y: 12 }, { id: "n:app", x: 242, y: 52 }]);
    expect(moves.get("users")).toEqual({ x: 0, y: 0 });
    expect(moves.get("app")).toEqual({ x: 230, y: 40 });
  });

  it("glides from start to end", () => {
    const [from, to] = [new Map([["a", { x: 0, y: 0 }]]), new Map([["a", { x: 100, y: 40 }]])];
    expect(between(from, to, 0).get("a")).toEqual({ x: 0, y: 0 });
    expect(between(from, to, 0.5).get("a")).toEqual({ x: 50, y: 20 });
    expect(between(from, to, 1).get("a")).toEqual({ x: 100, y: 40 });
  });
});
