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
  const [one, two] = [away(source, bend), away(target, bend)];
  return Array.from({ length: SAMPLES + 1 }, (_, index) => {
    const t = index / SAMPLES;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t ** 2 * (1 - t), t ** 3];
    return {
      x: a * source.x + b * one.x + c * two.x + d * target.x,
      y: a * source.y + b * one.y + c * two.y + d * target.y,
    };
  });
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

