/** How connections run between cards: which sides they join, where along a side, and along which curve. */

import { connectionId } from "./document";
import type { Box, Placed } from "./geometry";
import type { Connection, Position } from "./types";

export type Side = "left" | "right" | "top" | "bottom";

export interface Anchor extends Position {
  readonly side: Side;
}

export interface Route {
  readonly source: Anchor;
  readonly target: Anchor;
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

/** A route for every connection whose two ends are placed, by connection id. */
export function routeConnections(
  boxes: Placed,
  connections: readonly Pick<Connection, "from" | "to">[],
): ReadonlyMap<string, Route> {
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
    if (source !== undefined && target !== undefined) routes.set(line, { source, target });
  }
  return routes;
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

/** The curve of a route: it leaves and enters at right angles and bends more the farther it goes. */
export function curveOf({ source, target }: Route, width = 1.5): Curve {
  const arrow = ARROW + width;
  const end = away(target, arrow - 1);
  const length = Math.hypot(target.x - source.x, target.y - source.y);
  const bend = Math.min(MAX_BEND, Math.max(Math.min(MIN_BEND, length / 2), length * 0.42));
  const [one, two] = [away(source, bend), away({ ...end, side: target.side }, bend)];
  const middle = {
    x: (source.x + 3 * one.x + 3 * two.x + end.x) / 8,
    y: (source.y + 3 * one.y + 3 * two.y + end.y) / 8,
  };
  const point = ({ x, y }: Position): string => `${round(x)},${round(y)}`;
  return {
    path: `M${point(source)} C${point(one)} ${point(two)} ${point(end)}`,
    middle,
    head: headOf(target, arrow, 3 + width),
    length,
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
  sameAnchor(one.target, other.target);

const sameAnchor = (one: Anchor, other: Anchor): boolean =>
  one.x === other.x && one.y === other.y && one.side === other.side;
