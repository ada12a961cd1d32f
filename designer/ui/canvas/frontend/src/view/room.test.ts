import { describe, expect, it } from "vitest";
import { overlaps, type Box } from "../model/geometry";
import { cleared, fitted, gapsOf, isWithin, seenOf, type Room, type View } from "./room";

const frame = { width: 1000, height: 600 };
const sides = { left: 200, right: 0, top: 60, bottom: 0 };
/** A panel in the lower right corner. */
const dock: Box = { x: 660, y: 240, width: 330, height: 350 };
const room: Room = { frame, sides, pieces: [dock] };
const PLAIN: View = { x: 0, y: 0, zoom: 1 };

const shown = (box: Box, { x, y, zoom }: View): Box => ({
  x: box.x * zoom + x,
  y: box.y * zoom + y,
  width: box.width * zoom,
  height: box.height * zoom,
});

const isFree = (box: Box, view: View): boolean => {
  const at = shown(box, view);
  return isWithin([box], view, frame) && at.x >= sides.left && at.y >= sides.top && !overlaps(at, dock);
};

describe("the gaps between panels", () => {
  it("are those beside a panel and above it, the largest first", () => {
    expect(gapsOf(room)).toEqual([
      { left: 200, top: 60, right: 340, bottom: 0 },
      { left: 200, top: 60, right: 0, bottom: 360 },
      { left: 200, top: 60, right: 340, bottom: 360 },
    ]);
  });

  it("are the whole where nothing is in it", () => {
    expect(gapsOf({ frame, sides, pieces: [] })).toEqual([sides]);
  });
});

describe("a drawing that is fitted", () => {
  it("is covered by nothing, and as large as it can be", () => {
    const [wide, high]: readonly Box[] = [{ x: 0, y: 0, width: 900, height: 60 }, { x: 0, y: 0, width: 300, height: 700 }];
    for (const box of [wide, high]) {
      const view = fitted([box as Box], room);
      expect(view !== null && isFree(box as Box, view)).toBe(true);
    }
    expect(fitted([wide as Box], room)?.zoom).toBeCloseTo(720 / 900);
  });

  it("may go around a corner", () => {
    const shape: readonly Box[] = [
      { x: 0, y: 0, width: 150, height: 60 },
      { x: 500, y: 0, width: 150, height: 60 },
      { x: 0, y: 300, width: 150, height: 60 },
    ];
    const view = fitted(shape, room);
    expect(view?.zoom).toBe(1.1);
    expect(shape.every((box) => view !== null && isFree(box, view))).toBe(true);
  });

  it("is none where nothing is drawn", () => {
    expect(fitted([], room)).toBeNull();
  });
});

describe("a view that makes room", () => {
  const free: Box = { x: 300, y: 100, width: 150, height: 60 };
  const covered: Box = { x: 620, y: 300, width: 150, height: 60 };

  it("stays the very same where nothing is covered", () => {
    expect(cleared(PLAIN, [free], room)).toBe(PLAIN);
    expect(cleared(PLAIN, [], room)).toBe(PLAIN);
  });

  it("moves no more than needed, and does not zoom for that", () => {
    const view = cleared(PLAIN, [covered], room);
    expect(view).toEqual({ x: 660 - 16 - 770, y: 0, zoom: 1 });
    expect(isFree(covered, view)).toBe(true);
  });

  it("zooms out where all would not fit", () => {
    const both = [{ x: 210, y: 100, width: 150, height: 60 }, { x: 800, y: 400, width: 150, height: 60 }];
    const view = cleared(PLAIN, both, room);
    expect(view.zoom).toBeLessThan(1);
    expect(both.every((box) => isFree(box, view))).toBe(true);
  });

  it("knows what is seen at all", () => {
    const far: Box = { x: 5_000, y: 0, width: 150, height: 60 };
    expect(seenOf([free, far], PLAIN, frame)).toEqual([free]);
    expect(isWithin([free], PLAIN, frame)).toBe(true);
    expect(isWithin([free, far], PLAIN, frame)).toBe(false);
  });
});
