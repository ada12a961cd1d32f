import ELK from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";
import { arrangeMissing } from "./arrange";
import { readDocument } from "./document";
import { fold } from "./fold";
import { boxAt, CARD, overlaps, type Moves } from "./geometry";
import { fromLayoutGraph, toLayoutGraph } from "./layout";
import type { Design } from "./types";

const chain = (count: number, patch: object = {}): Design =>
  readDocument({
    nodes: Array.from({ length: count }, (_, index) => ({ id: `n${index}`, component: "app" })),
    connections: Array.from({ length: count - 1 }, (_, index) => ({ from: `n${index}`, to: `n${index + 1}` })),
    ...patch,
  });

const placesOf = (design: Design): Moves => new Map(design.nodes.map((node) => [node.id, node.position]));
const row = (count: number): Moves => new Map(Array.from({ length: count }, (_, index) => [`n${index}`, { x: 230 * index, y: 0 }]));
const rowsOf = (places: Moves): readonly (readonly string[])[] =>
  [...new Set([...places.values()].map(({ y }) => y))].map((top) => [...places].filter(([, { y }]) => y === top).map(([id]) => id));
const at = (places: Moves, id: string) => places.get(id) ?? { x: NaN, y: NaN };

describe("a long drawing", () => {
  it("stays one row as long as its cards can be read", () => {
    expect(fold(row(6))).toEqual(row(6));
    expect(placesOf(arrangeMissing(chain(6))).get("n5")).toEqual({ x: 1150, y: 0 });
  });

  it("goes on in rows of which every other runs back, each under the end of the one before", () => {
    const places = fold(row(10));
    expect(rowsOf(places)).toEqual([["n0", "n1", "n2", "n3"], ["n4", "n5", "n6", "n7"], ["n8", "n9"]]);
    expect(at(places, "n3").x).toBe(at(places, "n4").x);
    expect(at(places, "n7").x).toBe(at(places, "n8").x);
    expect(at(places, "n4").x - at(places, "n5").x).toBe(230);
    expect(at(places, "n0")).toEqual({ x: 0, y: 0 });
  });

  it("keeps what stands above each other above each other, and puts no card on another", () => {
    const wide = new Map([...row(9), ...[...row(9)].map(([id, place]) => [`${id}b`, { x: place.x, y: 100 }] as const)]);
    const places = fold(wide);
    for (const [id, place] of row(9)) {
      expect([id, place.y]).toEqual([id, 0]);
      expect(at(places, `${id}b`)).toEqual({ x: at(places, id).x, y: at(places, id).y + 100 });
    }
    const boxes = [...places.values()].map((place) => boxAt(place, CARD));
    expect(boxes.filter((box, index) => boxes.some((other, number) => number > index && overlaps(box, other)))).toEqual([]);
  });

  it("stays as it is where it is as high as it is wide, or where columns overlap", () => {
    const square = new Map([...Array(8).keys()].flatMap((x) => [...Array(12).keys()].map((y) => [`${x} ${y}`, { x: 230 * x, y: 100 * y }] as const)));
    expect(fold(square)).toBe(square);
    const slanted = new Map([...row(9)].map(([id, place], index) => [id, { x: place.x / 3, y: 100 * index }] as const));
    expect(fold(slanted)).toBe(slanted);
  });

  it("is laid out in rows by the layout engine as well, but not around pins or in zones", async () => {
    const elk = new ELK();
    const layOut = async (design: Design): Promise<Moves> => {
      const { children } = await elk.layout(structuredClone(toLayoutGraph(design)) as Parameters<typeof elk.layout>[0]);
      return fromLayoutGraph(design, (children ?? []) as never).moves;
    };
    expect(rowsOf(await layOut(arrangeMissing(chain(10)))).length).toBe(3);
    const pinned = arrangeMissing(chain(10));
    const [first, ...others] = pinned.nodes;
    expect(rowsOf(await layOut({ ...pinned, nodes: [{ ...first!, pinned: true }, ...others] })).length).toBe(1);
    const zoned = chain(10, { zones: [{ id: "a" }], nodes: [...Array(10).keys()].map((index) => ({ id: `n${index}`, component: "app", zones: ["a"] })) });
    expect(rowsOf(placesOf(arrangeMissing(zoned))).length).toBe(1);
  });
});
