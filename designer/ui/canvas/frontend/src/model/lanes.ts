/** Lanes: the way round cards that would otherwise hide a line, above or below them (or beside, for upright lines). */

import { overlaps, type Box } from "./geometry";
import type { Position } from "./types";

/** A straight stretch at `at` on one axis, from `from` to `to` on the other. */
export interface Lane {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Clear space between a lane and the cards along it. */
const CLEARANCE = 16;
/** Distance between two lines that take the same way round. */
const SPREAD = 7;
/** A lane farther off its line than this would be a detour, not a way round. */
const FARTHEST = 260;
/** How near a line may pass a card without being led round it. */
const TOUCH = 3;

/** The plane with both axes exchanged, so that upright lines are found by the same steps as level ones. */
const turned = (box: Box): Box => ({ x: box.y, y: box.x, width: box.height, height: box.width });

const isNear = (box: Box, { x, y }: Position): boolean =>
  x > box.x - TOUCH && x < box.x + box.width + TOUCH && y > box.y - TOUCH && y < box.y + box.height + TOUCH;

const strip = (lane: Lane): Box => ({ x: lane.from, y: lane.at - CLEARANCE / 2, width: lane.to - lane.from, height: CLEARANCE });

const isShared = (lane: Lane, taken: readonly Lane[]): boolean =>
  taken.some((other) => Math.abs(other.at - lane.at) < SPREAD - 1 && other.from < lane.to && lane.from < other.to);

/** Heights just above and just below a box, each with a second one a little farther off. */
const heightsBy = (box: Box): readonly number[] =>
  [0, SPREAD].flatMap((more) => [box.y - CLEARANCE + TOUCH - more, box.y + box.height + CLEARANCE - TOUCH + more]);

/** The lane nearest to a line's own height on which nothing stands, or null where there is none near. */
function nearestLane(blockers: readonly Box[], others: readonly Box[], middle: number, taken: readonly Lane[]): Lane | null {
  const from = Math.min(...blockers.map((box) => box.x));
  const to = Math.max(...blockers.map((box) => box.x + box.width));
  const off = ({ at }: Lane): number => Math.abs(at - middle);
  const lanes = others
    .flatMap(heightsBy)
    .map((at): Lane => ({ at, from, to }))
    .filter((lane) => off(lane) <= FARTHEST)
    .sort((one, other) => off(one) - off(other));
  const free = lanes.filter((lane) => !others.some((box) => overlaps(strip(lane), box)));
  return free.find((lane) => !isShared(lane, taken)) ?? free[0] ?? null;
}

/**
 * The way round what stands on a line, or null where it is free. `points` are the line's own, from end to end;
 * `level` says that it leaves and enters sideways; `others` are the boxes at neither end; `taken` are the lanes
 * other lines use already.
 */
export function laneAround(points: readonly Position[], level: boolean, others: readonly Box[], taken: readonly Lane[]): Lane | null {
  const blockers = others.filter((box) => points.some((point) => isNear(box, point)));
  const [first, last] = [points[0], points.at(-1)];
  if (blockers.length === 0 || first === undefined || last === undefined) return null;
  if (level) return nearestLane(blockers, others, (first.y + last.y) / 2, taken);
  return nearestLane(blockers.map(turned), others.map(turned), (first.x + last.x) / 2, taken);
}
