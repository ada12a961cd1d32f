import { describe, expect, it } from "vitest";
import { boxAt, CARD, type Box } from "./geometry";
import { drawIntoLine, guidesOf } from "./guides";

const card = (x: number, y: number): Box => boxAt({ x, y }, CARD);
const boxes = new Map([["a", card(0, 0)], ["b", card(500, 300)]]);
const at = (x: number, y: number) => new Map([["b", { x, y }]]);

describe("a dragged card", () => {
  it("is drawn to an edge or a middle that is near, less far where the view is near", () => {
    expect(drawIntoLine(boxes, at(500, 5), 1).get("b")).toEqual({ x: 500, y: 0 });
    expect(drawIntoLine(boxes, at(500, 7), 1).get("b")).toEqual({ x: 500, y: 7 });
    expect(drawIntoLine(boxes, at(500, 5), 2).get("b")).toEqual({ x: 500, y: 5 });
    expect(drawIntoLine(boxes, at(154, 300), 1).get("b")).toEqual({ x: 150, y: 300 });
  });

  it("takes with it what is held together with it", () => {
    const three = new Map([...boxes, ["c", card(500, 500)]]);
    const moves = drawIntoLine(three, new Map([["b", { x: 300, y: 4 }], ["c", { x: 300, y: 204 }]]), 1);
    expect([...moves.values()]).toEqual([{ x: 300, y: 0 }, { x: 300, y: 200 }]);
  });

  it("is drawn half way between its neighbours, which shows as two equal gaps", () => {
    const row = new Map([["a", card(0, 0)], ["b", card(300, 7)], ["c", card(650, 14)]]);
    const moves = drawIntoLine(row, new Map([["b", { x: 322, y: 7 }]]), 1);
    expect(moves.get("b")?.x).toBe(325);
    const gaps = guidesOf(row, moves).filter(({ kind }) => kind === "gap");
    expect(gaps.map(({ from, to }) => to - from)).toEqual([175, 175]);
  });

  it("shows with what it is in line, and nothing when it is in line with nothing", () => {
    const lines = guidesOf(boxes, at(500, 0));
    expect(lines.map(({ axis, at: place, kind }) => [axis, place, kind])).toEqual([["y", 0, "line"], ["y", 60, "line"], ["y", 30, "line"]]);
    expect(lines[0]).toMatchObject({ from: 0, to: 650 });
    expect(guidesOf(boxes, at(517, 317))).toEqual([]);
    expect(guidesOf(boxes, new Map())).toEqual([]);
    expect(drawIntoLine(boxes, new Map([["gone", { x: 1, y: 1 }]]), 1).get("gone")).toEqual({ x: 1, y: 1 });
  });
});
