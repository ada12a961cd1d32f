import { describe, expect, it } from "vitest";
import { boxAt, CARD, overlaps, type Box } from "./geometry";
import { placeLabels } from "./placement";
import { routeConnections } from "./routes";

const card = (x: number, y: number): Box => boxAt({ x, y }, CARD);
const line = (from: string, to: string) => ({ from, to });
const TEXT = "12.3k/s";
/** As wide and as high as that text is drawn. */
const around = (at: { readonly x: number; readonly y: number } | undefined): Box => boxAt({ x: (at?.x ?? 0) - 24, y: (at?.y ?? 0) - 7 }, { width: 48, height: 14 });
const labels = (...ids: string[]) => new Map(ids.map((id) => [id, TEXT]));

describe("labels", () => {
  it("stand in the middle of their line while that is free", () => {
    const boxes = new Map([["a", card(0, 0)], ["b", card(300, 0)]]);
    const places = placeLabels(routeConnections(boxes, [line("a", "b")]), labels("a>b"), boxes);
    expect(places.get("a>b")?.x).toBeCloseTo(225);
  });

  it("of lines that cross stand apart", () => {
    const boxes = new Map([["a", card(0, 0)], ["b", card(0, 200)], ["c", card(400, 0)], ["d", card(400, 200)]]);
    const connections = [line("a", "d"), line("b", "c")];
    const places = placeLabels(routeConnections(boxes, connections), labels("a>d", "b>c"), boxes);
    expect(overlaps(around(places.get("a>d")), around(places.get("b>c")))).toBe(false);
  });

  it("of a line beside a card stand where the card is not", () => {
    const boxes = new Map([["a", card(0, 0)], ["wall", card(0, 150)], ["b", card(0, 300)]]);
    const routes = routeConnections(boxes, [line("b", "a")]);
    expect(routes.get("b>a")?.lane).not.toBeNull();
    const at = placeLabels(routes, labels("b>a"), boxes).get("b>a");
    expect([...boxes.values()].some((box) => overlaps(around(at), box))).toBe(false);
  });

  it("of short lines, and of lines that say nothing, have no place", () => {
    const boxes = new Map([["a", card(0, 0)], ["b", card(200, 0)], ["c", card(600, 0)]]);
    const routes = routeConnections(boxes, [line("a", "b"), line("b", "c")]);
    expect(placeLabels(routes, labels("a>b"), boxes).size).toBe(0);
    expect(placeLabels(routes, new Map(), boxes).size).toBe(0);
  });
});
