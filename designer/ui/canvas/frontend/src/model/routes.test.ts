import { describe, expect, it } from "vitest";
import { boxAt, CARD, overlaps, type Box } from "./geometry";
import { middleOf, sidesBetween } from "./anchors";
import { curveOf } from "./curves";
import { routeConnections, sameRoute } from "./routes";

const card = (x: number, y: number): Box => boxAt({ x, y }, CARD);
const line = (from: string, to: string) => ({ from, to });

describe("sides", () => {
  it("join cards where they face each other", () => {
    expect(sidesBetween(card(0, 0), card(300, 200))).toEqual(["right", "left"]);
    expect(sidesBetween(card(300, 0), card(0, 0))).toEqual(["left", "right"]);
    expect(sidesBetween(card(0, 0), card(20, 200))).toEqual(["bottom", "top"]);
    expect(sidesBetween(card(0, 200), card(20, 0))).toEqual(["top", "bottom"]);
    expect(sidesBetween(card(0, 0), card(10, 10))).toEqual(["right", "left"]);
  });

  it("have a middle", () => {
    expect(middleOf(card(0, 0), "right")).toEqual({ x: 150, y: 30, side: "right" });
    expect(middleOf(card(0, 0), "top")).toEqual({ x: 75, y: 0, side: "top" });
  });
});

describe("routes", () => {
  it("spread along a side in the order of their other ends", () => {
    const boxes = new Map([["a", card(0, 0)], ["low", card(300, 100)], ["high", card(300, -100)]]);
    const routes = routeConnections(boxes, [line("a", "low"), line("a", "high")]);
    const [low, high] = [routes.get("a>low")?.source, routes.get("a>high")?.source];
    expect(high?.y).toBeLessThan(low?.y ?? 0);
    expect(((high?.y ?? 0) + (low?.y ?? 0)) / 2).toBe(30);
  });

  it("stay on the side however many there are", () => {
    const boxes = new Map([["a", card(0, 0)], ...Array.from({ length: 40 }, (_, index): [string, Box] => [`n${index}`, card(400, index * 100)])]);
    const routes = routeConnections(boxes, Array.from({ length: 40 }, (_, index) => line("a", `n${index}`)));
    for (const { source } of routes.values()) expect(source.y).toBeGreaterThanOrEqual(0);
    for (const { source } of routes.values()) expect(source.y).toBeLessThanOrEqual(60);
  });

  it("keep both directions apart", () => {
    const boxes = new Map([["a", card(0, 0)], ["b", card(300, 0)]]);
    const routes = routeConnections(boxes, [line("a", "b"), line("b", "a")]);
    expect(routes.get("a>b")?.source.y).not.toBe(routes.get("b>a")?.target.y);
  });

  it("leave out connections without both ends", () => {
    expect(routeConnections(new Map([["a", card(0, 0)]]), [line("a", "b")]).size).toBe(0);
  });

  it("do not depend on what they are asked after", () => {
    const boxes = new Map([["a", card(0, 0)], ["b", card(300, 0)]]);
    const [one, other] = [routeConnections(boxes, [line("a", "b")]), routeConnections(boxes, [line("a", "b")])];
    expect(sameRoute(one.get("a>b"), other.get("a>b"))).toBe(true);
    expect(sameRoute(one.get("a>b"), undefined)).toBe(false);
  });
});

describe("the way round", () => {
  const between = new Map([["a", card(0, 0)], ["wall", card(300, 0)], ["b", card(600, 0)]]);

  it("is taken when a card stands in the way, and touches none", () => {
    const lane = routeConnections(between, [line("a", "b")]).get("a>b")?.lane;
    expect(lane).toBeDefined();
    const strip = { x: lane?.from ?? 0, y: (lane?.at ?? 0) - 4, width: (lane?.to ?? 0) - (lane?.from ?? 0), height: 8 };
    expect([...between.values()].some((box) => overlaps(strip, box))).toBe(false);
    expect(curveOf({ ...routeConnections(between, [line("a", "b")]).get("a>b")! }).middle.y).toBe(lane?.at);
  });

  it("is taken by upright lines too", () => {
    const stack = new Map([["a", card(0, 0)], ["wall", card(0, 150)], ["b", card(0, 300)]]);
    const lane = routeConnections(stack, [line("a", "b")]).get("a>b")?.lane;
    expect(lane == null || (lane.at < 0 || lane.at > 150)).toBe(true);
    expect(lane).not.toBeNull();
  });

  it("is not taken where the line is free", () => {
    const clear = new Map([...between, ["wall", card(300, 400)]]);
    expect(routeConnections(clear, [line("a", "b")]).get("a>b")?.lane).toBeNull();
  });

  it("is sought anew only for lines of what has moved", () => {
    const routes = routeConnections(between, [line("a", "b")]);
    const opened = new Map([...between, ["wall", card(300, 400)]]);
    const before = (...moved: string[]) => ({ routes, moved: new Set(moved) });
    expect(routeConnections(opened, [line("a", "b")], before("wall")).get("a>b")?.lane).toEqual(routes.get("a>b")?.lane);
    expect(routeConnections(opened, [line("a", "b")], before("wall", "a")).get("a>b")?.lane).toBeNull();
  });

  it("is left and entered without crossing the lines beside it", () => {
    const boxes = new Map([["a", card(0, 0)], ["up", card(300, -60)], ["down", card(300, 60)], ["b", card(600, 0)]]);
    const connections = [line("a", "up"), line("a", "b"), line("a", "down")];
    const blocked = routeConnections(new Map([...boxes, ["wall", card(300, 0)]]), connections);
    const lane = blocked.get("a>b")?.lane;
    const [own, up, down] = ["a>b", "a>up", "a>down"].map((id) => blocked.get(id)?.source.y ?? 0);
    expect(lane).not.toBeNull();
    expect((lane?.at ?? 0) < 0 ? own! < up! : own! > down!).toBe(true);
  });

  it("is not shared by two lines", () => {
    const boxes = new Map([...between, ["c", card(0, 12)], ["d", card(600, 12)]]);
    const routes = routeConnections(boxes, [line("a", "b"), line("c", "d")]);
    expect(routes.get("a>b")?.lane?.at).not.toBe(routes.get("c>d")?.lane?.at);
  });
});

describe("curves", () => {
  it("end with the head at the card", () => {
    const route = { source: middleOf(card(0, 0), "right"), target: middleOf(card(300, 0), "left") };
    const { path, head, middle, length } = curveOf(route, 2);
    expect(path.startsWith("M150,30 C")).toBe(true);
    expect(head.startsWith("M300,30")).toBe(true);
    expect(middle.y).toBe(30);
    expect(length).toBe(150);
  });

  it("never give a number that cannot be drawn", () => {
    const boxes = new Map([["a", card(0, 0)], ["b", card(0, 0)]]);
    for (const route of routeConnections(boxes, [line("a", "b")]).values()) expect(curveOf(route).path).not.toMatch(/NaN|Infinity/);
  });
});
