import { describe, expect, it } from "vitest";
import { viewOf } from "./room";
import { isView, zoomedTo, type Frame } from "./useCamera";

const frame: Frame = { width: 800, height: 600, minZoom: 0.1, maxZoom: 2 };

describe("zooming around the middle", () => {
  it("keeps what is in the middle there", () => {
    const view = { x: 30, y: -50, zoom: 0.5 };
    const next = zoomedTo(view, 1.25, frame);
    const middle = (one: { x: number; y: number; zoom: number }) => [(400 - one.x) / one.zoom, (300 - one.y) / one.zoom];
    expect(next.zoom).toBe(1.25);
    expect(middle(next)[0]).toBeCloseTo(middle(view)[0] ?? NaN, 9);
    expect(middle(next)[1]).toBeCloseTo(middle(view)[1] ?? NaN, 9);
  });

  it("goes no further than the canvas zooms", () => {
    expect(zoomedTo({ x: 0, y: 0, zoom: 1.9 }, 9, frame).zoom).toBe(2);
    expect(zoomedTo({ x: 0, y: 0, zoom: 0.2 }, 0.01, frame).zoom).toBe(0.1);
  });
});

describe("a canvas without a size", () => {
  it("still gives a view of numbers", () => {
    const insets = { left: 0, right: 0, top: 0, bottom: 0 };
    const none = { ...frame, width: 0, height: 0 };
    expect(isView(viewOf({ x: 0, y: 0, width: 120, height: 60 }, none, insets))).toBe(true);
    expect(isView(zoomedTo({ x: 0, y: 0, zoom: 1 }, 1.2, none))).toBe(true);
  });

  it("is told from one that is no view", () => {
    expect(isView({ x: Number.NaN, y: 0, zoom: 1 })).toBe(false);
    expect(isView({ x: 0, y: 0, zoom: 0 })).toBe(false);
  });
});
