/** Where things are on the plane, in board pixels: sizes, snapping, free spots, alignment. */

import type { Position } from "./types";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Position, Size {}

/** A card, the same for every component, so that rows and columns line up. */
export const CARD: Size = { width: 150, height: 60 };
export const NOTE: Size = { width: 180, height: 80 };
export const GRID = 10;
/** Clear space kept around a freshly placed card. */
const MARGIN = 30;

export const boxAt = (position: Position, size: Size): Box => ({ x: position.x, y: position.y, ...size });

export const snap = (position: Position): Position => ({
  x: Math.round(position.x / GRID) * GRID,
  y: Math.round(position.y / GRID) * GRID,
});

/** The top left corner of something of that size centred on a point. */
export const centredAt = (point: Position, size: Size): Position =>
  snap({ x: point.x - size.width / 2, y: point.y - size.height / 2 });

export function boundsOf(boxes: Iterable<Box>): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.width);
    bottom = Math.max(bottom, box.y + box.height);
  }
  return left === Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

export const overlaps = (one: Box, other: Box, margin = 0): boolean =>
  one.x < other.x + other.width + margin &&
  other.x < one.x + one.width + margin &&
  one.y < other.y + other.height + margin &&
  other.y < one.y + one.height + margin;

/** The spot nearest to `wanted` where something of that size touches nothing. Looks in growing rings. */
export function freeSpot(wanted: Position, size: Size, taken: readonly Box[]): Position {
  const isFree = (position: Position): boolean => {
    const box = boxAt(position, size);
    return taken.every((other) => !overlaps(box, other, MARGIN / 2));
  };
  const start = snap(wanted);
  for (let ring = 0; ring <= taken.length + 1; ring += 1) {
    const spots = ringAround(start, ring, size).filter(isFree);
    if (spots.length > 0) return nearest(spots, start);
  }
  return start;
}

function ringAround(centre: Position, ring: number, size: Size): Position[] {
  const spots: Position[] = [];
  const [stepX, stepY] = [size.width + MARGIN, size.height + MARGIN];
  for (let column = -ring; column <= ring; column += 1) {
    for (let row = -ring; row <= ring; row += 1) {
      if (Math.max(Math.abs(column), Math.abs(row)) !== ring) continue;
      spots.push(snap({ x: centre.x + column * stepX, y: centre.y + row * stepY }));
    }
  }
  return spots;
}

function nearest(spots: readonly Position[], to: Position): Position {
  const distance = (spot: Position): number => Math.hypot(spot.x - to.x, spot.y - to.y);
  return spots.reduce((best, spot) => (distance(spot) < distance(best) ? spot : best));
}

export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";
export type Direction = "horizontal" | "vertical";

export type Placed = ReadonlyMap<string, Box>;
export type Moves = ReadonlyMap<string, Position>;

/** New positions that bring all boxes to one edge or one middle line of their common bounds. */
export function align(boxes: Placed, alignment: Alignment): Moves {
  const bounds = boundsOf(boxes.values());
  if (bounds === null) return new Map();
  const place = (box: Box): Position => {
    switch (alignment) {
      case "left":
        return { x: bounds.x, y: box.y };
      case "center":
        return { x: bounds.x + (bounds.width - box.width) / 2, y: box.y };
      case "right":
        return { x: bounds.x + bounds.width - box.width, y: box.y };
      case "top":
        return { x: box.x, y: bounds.y };
      case "middle":
        return { x: box.x, y: bounds.y + (bounds.height - box.height) / 2 };
      case "bottom":
        return { x: box.x, y: bounds.y + bounds.height - box.height };
    }
  };
  return new Map([...boxes].map(([id, box]) => [id, place(box)]));
}

/** New positions with equal gaps between neighbours; the outermost two stay where they are. */
export function distribute(boxes: Placed, direction: Direction): Moves {
  const [axis, extent] = direction === "horizontal" ? (["x", "width"] as const) : (["y", "height"] as const);
  const sorted = [...boxes].sort(([, one], [, other]) => one[axis] - other[axis]);
  const bounds = boundsOf(boxes.values());
  if (bounds === null || sorted.length < 3) return new Map();
  const filled = sorted.reduce((sum, [, box]) => sum + box[extent], 0);
  const gap = (bounds[extent] - filled) / (sorted.length - 1);
  const moves = new Map<string, Position>();
  let at = bounds[axis];
  for (const [id, box] of sorted) {
    moves.set(id, { x: box.x, y: box.y, [axis]: at });
    at += box[extent] + gap;
  }
  return moves;
}
