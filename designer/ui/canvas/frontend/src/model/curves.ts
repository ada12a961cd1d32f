/** The curve along which a connection is drawn, and the head of its arrow. */

import { isUpright, normalOf, type Anchor } from "./anchors";
import type { Lane } from "./lanes";
import type { Position } from "./types";

export interface Route {
  readonly source: Anchor;
  readonly target: Anchor;
  /** The way round cards in between, if there are any. */
  readonly lane?: Lane | null;
}

/** Room for the head of the arrow between the line's end and the card. */
const ARROW = 7;
const MIN_BEND = 24;
const MAX_BEND = 140;

const SAMPLES = 24;

/** Points along the plain curve of a route. */
export function pointsOf({ source, target }: Route): readonly Position[] {
  const bend = bendBetween(source, target);
  const four: Four = [source, away(source, bend), away(target, bend), target];
  return Array.from({ length: SAMPLES + 1 }, (_, index) => onCurve(four, index / SAMPLES));
}

export interface Curve {
  readonly path: string;
  /** A point half way, for the label. */
  readonly middle: Position;
  /** The head of the arrow as an SVG path. */
  readonly head: string;
  /** Straight distance between the ends. */
  readonly length: number;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const away = (from: Anchor, distance: number): Position => ({
  x: from.x + normalOf(from.side).x * distance,
  y: from.y + normalOf(from.side).y * distance,
});

const point = ({ x, y }: Position): string => `${round(x)},${round(y)}`;

const distance = (from: Position, to: Position): number => Math.hypot(to.x - from.x, to.y - from.y);

/** How far a curve runs straight on before it bends: half of the way where the ends face each other. */
function bendBetween(source: Anchor, end: Position): number {
  const normal = normalOf(source.side);
  const ahead = (end.x - source.x) * normal.x + (end.y - source.y) * normal.y;
  const length = distance(source, end);
  const wanted = ahead > 0 ? ahead / 2 : length * 0.42;
  return Math.min(MAX_BEND, Math.max(Math.min(MIN_BEND, length / 2), wanted));
}

/** The curve of a route: it leaves and enters at right angles and bends more the farther it goes. */
export function curveOf({ source, target, lane }: Route, width = 1.5): Curve {
  const arrow = ARROW + width;
  const end: Anchor = { ...away(target, arrow - 1), side: target.side };
  const drawn = lane == null ? directly(source, end) : byLane(source, end, lane);
  return { ...drawn, head: headOf(target, arrow, 3 + width), length: distance(source, target) };
}

function directly(source: Anchor, end: Anchor): Pick<Curve, "path" | "middle"> {
  const bend = bendBetween(source, end);
  const [one, two] = [away(source, bend), away(end, bend)];
  return {
    path: `M${point(source)} C${point(one)} ${point(two)} ${point(end)}`,
    middle: { x: (source.x + 3 * one.x + 3 * two.x + end.x) / 8, y: (source.y + 3 * one.y + 3 * two.y + end.y) / 8 },
  };
}

/** How far along a plain curve a label may stand: in its middle, else near it. */
const ALONG = [0.5, 0.42, 0.58, 0.34, 0.66, 0.27, 0.73];
/** The same for a lane, after its own place for one. */
const ALONG_LANE = [0.5, 0.36, 0.64, 0.22, 0.78];

const between = (one: Position, other: Position): Position => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

/** The places on a curve where its label may stand, the best first. */
export function labelSpots({ source, target, lane }: Route): readonly Position[] {
  if (lane != null) {
    const level = isUpright(source.side);
    const on = (along: number): Position => (level ? { x: along, y: lane.at } : { x: lane.at, y: along });
    const forwards = level ? target.x >= source.x : target.y >= source.y;
    const [enter, leave] = forwards ? [on(lane.from), on(lane.to)] : [on(lane.to), on(lane.from)];
    const along = [lane.label, ...ALONG_LANE].map((part) => on(lane.from + (lane.to - lane.from) * part));
    // The curves onto the lane and off it are as far from one end as from the other in their middle.
    return [...along, between(leave, target), between(source, enter)];
  }
  const bend = bendBetween(source, target);
  return ALONG.map((t) => onCurve([source, away(source, bend), away(target, bend), target], t));
}

type Four = readonly [Position, Position, Position, Position];

/** The point of a cubic curve at `t`, from 0 to 1. */
function onCurve([from, one, two, to]: Four, t: number): Position {
  const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
  return { x: a * from.x + b * one.x + c * two.x + d * to.x, y: a * from.y + b * one.y + c * two.y + d * to.y };
}

/** Onto the lane, along it, and off again. */
function byLane(source: Anchor, end: Anchor, lane: Lane): Pick<Curve, "path" | "middle"> {
  const level = isUpright(source.side);
  const on = (along: number): Position => (level ? { x: along, y: lane.at } : { x: lane.at, y: along });
  const forwards = level ? end.x >= source.x : end.y >= source.y;
  const [enter, leave] = forwards ? [on(lane.from), on(lane.to)] : [on(lane.to), on(lane.from)];
  const reach = (from: Position, to: Position): number => Math.abs(level ? to.x - from.x : to.y - from.y) / 2;
  const [up, down] = [reach(source, enter), reach(leave, end)];
  const sign = forwards ? 1 : -1;
  const shifted = (at: Position, by: number): Position => (level ? { x: at.x + by, y: at.y } : { x: at.x, y: at.y + by });
  return {
    path:
      `M${point(source)} C${point(away(source, up))} ${point(shifted(enter, -sign * up))} ${point(enter)} ` +
      `L${point(leave)} C${point(shifted(leave, sign * down))} ${point(away(end, down))} ${point(end)}`,
    middle: on(lane.from + (lane.to - lane.from) * lane.label),
  };
}

function headOf(tip: Anchor, length: number, half: number): string {
  const base = away(tip, length);
  const [acrossX, acrossY] = isUpright(tip.side) ? [0, half] : [half, 0];
  const corner = (sign: number): string => `${round(base.x + sign * acrossX)},${round(base.y + sign * acrossY)}`;
  return `M${round(tip.x)},${round(tip.y)} L${corner(1)} L${corner(-1)} Z`;
}

