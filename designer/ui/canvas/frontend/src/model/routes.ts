/** How connections run between cards: which sides they join, where along a side, and along which curve. */

import { connectionId } from "./document";
import type { Box, Placed } from "./geometry";
import { laneAround, type Lane } from "./lanes";
import type { Connection, Position } from "./types";

export type Side = "left" | "right" | "top" | "bottom";

export interface Anchor extends Position {
  readonly side: Side;
}

export interface Route {
  readonly source: Anchor;
  readonly target: Anchor;
  /** The way round cards in between, if there are any. */
  readonly lane?: Lane | null;
}

/** Cards this far apart sideways are joined at their sides, nearer ones at top and bottom. */
const SIDEWAYS_GAP = 24;
/** Distance between two lines that end on one side, and the part of a side kept free at its corners. */
const SPREAD = 12;
const CORNER = 12;
/** Room for the head of the arrow between the line's end and the card. */
export const ARROW = 7;
const MIN_BEND = 24;
const MAX_BEND = 140;

const NORMALS: Readonly<Record<Side, Position>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  top: { x: 0, y: -1 },
  bottom: { x: 0, y: 1 },
};

const centre = (box: Box): Position => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** The sides by which a line leaves one box and enters another. */
export function sidesBetween(source: Box, target: Box): readonly [Side, Side] {
  if (target.x - (source.x + source.width) >= SIDEWAYS_GAP) return ["right", "left"];
  if (source.x - (target.x + target.width) >= SIDEWAYS_GAP) return ["left", "right"];
  if (target.y >= source.y + source.height) return ["bottom", "top"];
  if (source.y >= target.y + target.height) return ["top", "bottom"];
  return centre(target).x >= centre(source).x ? ["right", "left"] : ["left", "right"];
}

interface End {
  readonly line: string;
  readonly box: Box;
  readonly side: Side;
  readonly towards: Position;
}

const isUpright = (side: Side): boolean => side === "left" || side === "right";

/** The points of all lines that end on one side of one box, spread so that they do not meet. */
function spreadAlong(ends: readonly End[]): ReadonlyMap<string, Anchor> {
  const first = ends[0];
  if (first === undefined) return new Map();
  const { box, side } = first;
  const along = isUpright(side) ? ("y" as const) : ("x" as const);
  const sorted = [...ends].sort((a, b) => a.towards[along] - b.towards[along] || (a.line < b.line ? -1 : 1));
  const length = (isUpright(side) ? box.height : box.width) - 2 * CORNER;
  const step = Math.min(SPREAD, length / Math.max(1, sorted.length - 1));
  const middle = middleOf(box, side);
  return new Map(
    sorted.map((end, index) => {
      const offset = (index - (sorted.length - 1) / 2) * step;
      return [end.line, { ...middle, [along]: middle[along] + offset, side }];
    }),
  );
}

/** The middle of one side of a box. */
export function middleOf(box: Box, side: Side): Anchor {
  const { x, y } = centre(box);
  const normal = NORMALS[side];
  return { x: x + (normal.x * box.width) / 2, y: y + (normal.y * box.height) / 2, side };
}

type Ends = Pick<Connection, "from" | "to">;

export type Routes = ReadonlyMap<string, Route>;

/** Routes found before, and the boxes that have moved since: ways round are sought anew only for lines of those. */
export interface Before {
  readonly routes: Routes;
  readonly moved: ReadonlySet<string>;
}

/** A route for every connection whose two ends are placed, by connection id. */
export function routeConnections(boxes: Placed, connections: readonly Ends[], before?: Before): Routes {
  const bySide = new Map<string, End[]>();
  const keys = new Map<string, readonly [string, string]>();
  const enlist = (key: string, end: End): void => {
    const ends = bySide.get(key);
    if (ends === undefined) bySide.set(key, [end]);
    else ends.push(end);
  };
  for (const { from, to } of connections) {
    const [source, target] = [boxes.get(from), boxes.get(to)];
    if (source === undefined || target === undefined) continue;
    const line = connectionId(from, to);
    const [leaving, entering] = sidesBetween(source, target);
    const pair = [`${from} ${leaving}`, `${to} ${entering}`] as const;
    keys.set(line, pair);
    enlist(pair[0], { line, box: source, side: leaving, towards: centre(target) });
    enlist(pair[1], { line, box: target, side: entering, towards: centre(source) });
  }
  const anchors = new Map([...bySide].map(([key, ends]) => [key, spreadAlong(ends)]));
  const routes = new Map<string, Route>();
  for (const [line, [leaving, entering]] of keys) {
    const source = anchors.get(leaving)?.get(line);
    const target = anchors.get(entering)?.get(line);
    if (source !== undefined && target !== undefined) routes.set(line, { source, target, lane: null });
  }
  return around(routes, boxes, connections, before);
}

/** The same routes, led round the cards that stand in their way. */
function around(routes: Routes, boxes: Placed, connections: readonly Ends[], before?: Before): Routes {
  const led = new Map(routes);
  const all = [...boxes];
  const taken = { level: [] as Lane[], upright: [] as Lane[] };
  for (const { from, to } of connections) {
    const line = connectionId(from, to);
    const route = routes.get(line);
    if (route === undefined || !faces(route)) continue;
    const level = isUpright(route.source.side);
    const lanes = level ? taken.level : taken.upright;
    const isKept = before !== undefined && !before.moved.has(from) && !before.moved.has(to);
    const lane = isKept ? (before.routes.get(line)?.lane ?? null) : laneFor(route, level, without(all, from, to), lanes);
    if (lane === null) continue;
    lanes.push(lane);
    led.set(line, { ...route, lane });
  }
  return led;
}

/** Whether a box reaches into the rectangle between the two ends, which the curve does not leave. */
const isInReach = (box: Box, { source, target }: Route): boolean =>
  box.x < Math.max(source.x, target.x) + REACH &&
  box.x + box.width > Math.min(source.x, target.x) - REACH &&
  box.y < Math.max(source.y, target.y) + REACH &&
  box.y + box.height > Math.min(source.y, target.y) - REACH;

/** A little more than a line and the clearance around it. */
const REACH = 8;

const SAMPLES = 24;

/** Points along the plain curve of a route. */
function pointsOf({ source, target }: Route): readonly Position[] {
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

const without = (all: readonly (readonly [string, Box])[], from: string, to: string): readonly Box[] =>
  all.filter(([id]) => id !== from && id !== to).map(([, box]) => box);

function laneFor(route: Route, level: boolean, others: readonly Box[], taken: readonly Lane[]): Lane | null {
  const near = others.filter((box) => isInReach(box, route));
  return near.length === 0 ? null : laneAround(pointsOf(route), level, near, others, taken);
}

/** Whether the two ends look at each other, as they do unless the cards overlap. */
function faces({ source, target }: Route): boolean {
  const normal = NORMALS[source.side];
  return (target.x - source.x) * normal.x + (target.y - source.y) * normal.y > 0;
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
  x: from.x + NORMALS[from.side].x * distance,
  y: from.y + NORMALS[from.side].y * distance,
});

const point = ({ x, y }: Position): string => `${round(x)},${round(y)}`;

const distance = (from: Position, to: Position): number => Math.hypot(to.x - from.x, to.y - from.y);

/** How far a curve runs straight on before it bends: half of the way where the ends face each other. */
function bendBetween(source: Anchor, end: Position): number {
  const normal = NORMALS[source.side];
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

export const sameRoute = (one: Route | undefined, other: Route | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  sameAnchor(one.source, other.source) &&
  sameAnchor(one.target, other.target) &&
  sameLane(one.lane ?? null, other.lane ?? null);

const sameLane = (one: Lane | null, other: Lane | null): boolean =>
  one === other ||
  (one !== null && other !== null && one.at === other.at && one.from === other.from && one.to === other.to && one.label === other.label);

const sameAnchor = (one: Anchor, other: Anchor): boolean =>
  one.x === other.x && one.y === other.y && one.side === other.side;
