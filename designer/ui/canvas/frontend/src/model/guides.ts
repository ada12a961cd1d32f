/** Lines that help to line up: edges and middles of what is dragged with those of other cards, and equal gaps. */

import { boundsOf, type Box, type Moves, type Placed } from "./geometry";
import type { Position } from "./types";

/** How near, in pixels of the screen, an edge or a gap must be to be drawn to its place. */
const REACH = 6;
/** Two places no farther apart than this are the same. */
const SAME = 0.5;

type Axis = "x" | "y";

/** A line or a gap at `at` on one axis, from `from` to `to` on the other. */
export interface Guide {
  readonly axis: Axis;
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly kind: "line" | "gap";
}

const EXTENT = { x: "width", y: "height" } as const;
const OTHER = { x: "y", y: "x" } as const;

const end = (box: Box, axis: Axis): number => box[axis] + box[EXTENT[axis]];
const middle = (box: Box, axis: Axis): number => box[axis] + box[EXTENT[axis]] / 2;
const edgesOf = (box: Box, axis: Axis): readonly number[] => [box[axis], end(box, axis)];
/** Where two boxes can be in line: edge with edge, middle with middle. */
const stopsOf = (box: Box, axis: Axis): readonly (readonly number[])[] => [edgesOf(box, axis), [middle(box, axis)]];

const abreast = (one: Box, other: Box, axis: Axis): boolean => one[axis] < end(other, axis) && other[axis] < end(one, axis);

/** The nearest boxes before and after one on an axis, among those abreast of it. */
function besides(box: Box, others: readonly Box[], axis: Axis): readonly [Box | undefined, Box | undefined] {
  const row = others.filter((other) => abreast(box, other, OTHER[axis]));
  const before = row.filter((other) => end(other, axis) <= middle(box, axis)).sort((a, b) => end(b, axis) - end(a, axis))[0];
  const after = row.filter((other) => other[axis] >= middle(box, axis)).sort((a, b) => a[axis] - b[axis])[0];
  return [before, after];
}

/** How far the box must move on an axis to be in line, or to stand half way between its neighbours; null if neither is near. */
function pull(box: Box, others: readonly Box[], axis: Axis, reach: number): number | null {
  const own = stopsOf(box, axis);
  const wanted = others.flatMap((other) =>
    stopsOf(other, axis).flatMap((stops, kind) => stops.flatMap((stop) => (own[kind] ?? []).map((at) => stop - at))),
  );
  const [before, after] = besides(box, others, axis);
  if (before !== undefined && after !== undefined) wanted.push((end(before, axis) + after[axis]) / 2 - middle(box, axis));
  const near = wanted.filter((by) => Math.abs(by) <= reach).sort((one, other) => Math.abs(one) - Math.abs(other));
  return near[0] ?? null;
}

interface Parted {
  readonly held: Box | null;
  readonly others: readonly Box[];
}

/** What is held, as one box where it is now, and what stands still. */
function part(boxes: Placed, moves: Moves): Parted {
  const held = [...moves].flatMap(([id, at]) => {
    const box = boxes.get(id);
    return box === undefined ? [] : [{ ...box, ...at }];
  });
  return { held: boundsOf(held), others: [...boxes].filter(([id]) => !moves.has(id)).map(([, box]) => box) };
}

/** The moves, drawn into line with what is near. `boxes` are where everything stood; `zoom` is that of the view. */
export function drawIntoLine(boxes: Placed, moves: Moves, zoom: number): Moves {
  const { held, others } = part(boxes, moves);
  if (held === null) return moves;
  const reach = REACH / zoom;
  const by: Position = { x: pull(held, others, "x", reach) ?? 0, y: pull(held, others, "y", reach) ?? 0 };
  if (by.x === 0 && by.y === 0) return moves;
  return new Map([...moves].map(([id, at]) => [id, { x: at.x + by.x, y: at.y + by.y }]));
}

const isSame = (one: number, other: number): boolean => Math.abs(one - other) < SAME;

/** The lines on an axis on which what is held stands with others, each from the first to the last of them. */
function linesOn(held: Box, others: readonly Box[], axis: Axis): readonly Guide[] {
  const across = OTHER[axis];
  const lineAt = (at: number, kind: number): Guide[] => {
    const row = others.filter((other) => stopsOf(other, axis)[kind]?.some((stop) => isSame(stop, at)));
    if (row.length === 0) return [];
    const all = [held, ...row];
    return [{ axis, at, from: Math.min(...all.map((box) => box[across])), to: Math.max(...all.map((box) => end(box, across))), kind: "line" }];
  };
  return stopsOf(held, axis).flatMap((stops, kind) => stops.flatMap((at) => lineAt(at, kind)));
}

/** Both gaps beside what is held, where they are equal. */
function gapsOn(held: Box, others: readonly Box[], axis: Axis): readonly Guide[] {
  const [before, after] = besides(held, others, axis);
  if (before === undefined || after === undefined) return [];
  const [one, other] = [held[axis] - end(before, axis), after[axis] - end(held, axis)];
  if (one <= 0 || !isSame(one, other)) return [];
  const at = middle(held, OTHER[axis]);
  return [
    { axis: OTHER[axis], at, from: end(before, axis), to: held[axis], kind: "gap" },
    { axis: OTHER[axis], at, from: end(held, axis), to: after[axis], kind: "gap" },
  ];
}

/** What the things being moved are in line with, and the equal gaps beside them. */
export function guidesOf(boxes: Placed, moves: Moves): readonly Guide[] {
  const { held, others } = part(boxes, moves);
  if (held === null) return [];
  return (["x", "y"] as const).flatMap((axis) => [...linesOn(held, others, axis), ...gapsOn(held, others, axis)]);
}
