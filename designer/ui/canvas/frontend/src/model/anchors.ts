/** Where connections touch cards: on which sides, and at which points of a side. */

import { connectionId } from "./document";
import type { Box, Placed } from "./geometry";
import type { Lane } from "./lanes";
import type { Connection, Position } from "./types";

export type Side = "left" | "right" | "top" | "bottom";

export interface Anchor extends Position {
  readonly side: Side;
}

export type Ends = Pick<Connection, "from" | "to">;

/** Cards this far apart sideways are joined at their sides, nearer ones at top and bottom. */
const SIDEWAYS_GAP = 24;
/** Distance between two lines that end on one side, and the part of a side kept free at its corners. */
const SPREAD = 12;
const CORNER = 12;

const NORMALS: Readonly<Record<Side, Position>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  top: { x: 0, y: -1 },
  bottom: { x: 0, y: 1 },
};

export const normalOf = (side: Side): Position => NORMALS[side];

/** Whether a side stands upright, so that lines leave it levelly. */
export const isUpright = (side: Side): boolean => side === "left" || side === "right";

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

/** The two anchors of every connection whose ends are placed. Lines that take a lane turn towards it. */
export function anchorsOf(
  boxes: Placed,
  connections: readonly Ends[],
  lanes: ReadonlyMap<string, Lane>,
): ReadonlyMap<string, readonly [Anchor, Anchor]> {
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
    const lane = lanes.get(line);
    const goal = (box: Box): Position => (lane === undefined ? centre(box) : { x: lane.at, y: lane.at });
    const pair = [`${from} ${leaving}`, `${to} ${entering}`] as const;
    keys.set(line, pair);
    enlist(pair[0], { line, box: source, side: leaving, towards: goal(target) });
    enlist(pair[1], { line, box: target, side: entering, towards: goal(source) });
  }
  const spread = new Map([...bySide].map(([key, ends]) => [key, spreadAlong(ends)]));
  return new Map(
    [...keys].flatMap(([line, [leaving, entering]]) => {
      const [source, target] = [spread.get(leaving)?.get(line), spread.get(entering)?.get(line)];
      return source === undefined || target === undefined ? [] : [[line, [source, target] as const] as const];
    }),
  );
}
