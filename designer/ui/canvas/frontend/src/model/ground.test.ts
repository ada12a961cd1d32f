import { describe, expect, it } from "vitest";
import { overlaps, type Box } from "./geometry";
import { Ground } from "./ground";

const box = (x: number, y: number, width = 150, height = 60): Box => ({ x, y, width, height });

describe("the ground", () => {
  it("finds the same spots free as comparing with everything does", () => {
    const standing = Array.from({ length: 60 }, (_, index) => box((index * 173) % 1900 - 700, (index * 97) % 1100 - 400));
    const ground = new Ground(standing);
    const spots = Array.from({ length: 400 }, (_, index) => box((index * 61) % 2400 - 900, (index * 37) % 1500 - 600, 60, 15));
    const free = spots.map((spot) => standing.every((one) => !overlaps(spot, one, 2)));
    expect(spots.map((spot) => ground.isFree(spot, 2))).toEqual(free);
    expect(new Set(free)).toEqual(new Set([true, false]));
  });

  it("knows what was added later", () => {
    const ground = new Ground([]);
    expect(ground.isFree(box(195, 195), 0)).toBe(true);
    ground.add(box(340, 250));
    expect(ground.isFree(box(195, 195), 0)).toBe(false);
    expect(ground.isFree(box(180, 180), 0)).toBe(true);
    expect(ground.isFree(box(180, 180), 11)).toBe(false);
  });
});
