/** Lanes: the way round cards that would otherwise hide a line, above or below them (or beside, for upright lines). */

import { overlaps, type Box } from "./geometry";
import type { Position } from "./types";

/** A straight stretch at `at` on one axis, from `from` to `to` on the other. */
export interface Lane {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Where along it the label stands, from 0 to 1. */
  readonly label: number;
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

const turnedPoint = ({ x, y }: Position): Position => ({ x: y, y: x });

const isNear = (box: Box, { x, y }: Position): boolean =>
  x > box.x - TOUCH && x < box.x + box.width + TOUCH && y > box.y - TOUCH && y < box.y + box.height + TOUCH;

const strip = (lane: Lane): Box => ({ x: lane.from, y: lane.at - CLEARANCE / 2, width: lane.to - lane.from, height: CLEARANCE });

const runsAlong = (one: Lane, other: Lane, distance: number): boolean =>
  Math.abs(other.at - one.at) < distance && other.from < one.to && one.from < other.to;

/** Heights just above and just below a box, each with a second one a little farther off. */
const heightsBy = (box: Box): readonly number[] =>
  [0, SPREAD].flatMap((more) => [box.y - CLEARANCE + TOUCH - more, box.y + box.height + CLEARANCE - TOUCH + more]);

/** How far along a lane its label stands: those of neighbouring lanes in different places. */
const LABELS = [0.5, 0.25, 0.75, 0.38, 0.62];

interface Plane {
  readonly from: Position;
  readonly to: Position;
  readonly blockers: readonly Box[];
  readonly others: readonly Box[];
}

/** Whether a lane just above or below the box may be near enough: of many boxes most are out of the question. */
const isWithin = ({ y, height }: Box, middle: number): boolean =>
  y < middle + FARTHEST + CLEARANCE + SPREAD && y + height > middle - FARTHEST - CLEARANCE - SPREAD;

/** Heights at which a lane may run, each once, the nearest to `middle` first; at equal distance in the order of the boxes. */
const heightsFrom = (middle: number, others: readonly Box[]): readonly number[] =>
  [...new Set(others.filter((box) => isWithin(box, middle)).flatMap(heightsBy))]
    .filter((at) => Math.abs(at - middle) <= FARTHEST)
    .sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle));

/** The lane nearest to a line's own height that passes all of `passed` and touches nothing, or null. */
function nearestLane({ from, to, others }: Plane, passed: readonly Box[], taken: readonly Lane[]): Lane | null {
  const start = Math.min(...passed.map((box) => box.x));
  const end = Math.max(...passed.map((box) => box.x + box.width));
  const inTheWay = others.filter((box) => box.x < end && start < box.x + box.width);
  let nearest: Lane | null = null;
  for (const at of heightsFrom((from.y + to.y) / 2, others)) {
    const lane: Lane = { at, from: start, to: end, label: 0.5 };
    const ground = strip(lane);
    if (inTheWay.some((box) => overlaps(ground, box))) continue;
    nearest ??= lane;
    if (taken.some((other) => runsAlong(lane, other, SPREAD - 1))) continue;
    nearest = lane;
    break;
  }
  return nearest === null ? null : labelled(nearest, taken);
}

function labelled(lane: Lane, taken: readonly Lane[]): Lane {
  const beside = taken.filter((other) => runsAlong(lane, other, 2 * CLEARANCE)).length;
  return { ...lane, label: LABELS[beside % LABELS.length] ?? 0.5 };
}

/** The boxes wholly between the two ends: a line that passes all of them bends only next to its ends. */
function between({ from, to, others }: Plane): readonly Box[] {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  return others.filter((box) => box.x > left && box.x + box.width < right);
}

/**
 * The way round what stands on a line, or null where it is free. `points` are the line's own, from end to end;
 * `level` says that it leaves and enters sideways; `others` are the boxes at neither end, `near` those of them in
 * the line's reach; `taken` are the lanes other lines use already.
 */
export function laneAround(
  points: readonly Position[],
  level: boolean,
  near: readonly Box[],
  others: readonly Box[],
  taken: readonly Lane[],
): Lane | null {
  const blockers = near.filter((box) => points.some((point) => isNear(box, point)));
  const [first, last] = [points[0], points.at(-1)];
  if (blockers.length === 0 || first === undefined || last === undefined) return null;
  const plane: Plane = level
    ? { from: first, to: last, blockers, others }
    : { from: turnedPoint(first), to: turnedPoint(last), blockers: blockers.map(turned), others: others.map(turned) };
  const all = between(plane);
  return (all.length === 0 ? null : nearestLane(plane, all, taken)) ?? nearestLane(plane, plane.blockers, taken);
}
