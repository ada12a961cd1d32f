/** How connections run between cards, led round those that would hide them. */

import { anchorsOf, isUpright, normalOf, type Anchor, type Ends } from "./anchors";
import { pointsOf, type Route } from "./curves";
import { connectionId } from "./document";
import type { Box, Placed } from "./geometry";
import { laneAround, type Lane } from "./lanes";

export type Routes = ReadonlyMap<string, Route>;

/** Routes found before, and the boxes that have moved since: ways round are sought anew only for lines of those. */
export interface Before {
  readonly routes: Routes;
  readonly moved: ReadonlySet<string>;
}

type Lanes = ReadonlyMap<string, Lane>;

const NO_LANES: Lanes = new Map<string, Lane>();

/** A route for every connection whose two ends are placed, by connection id. */
export function routeConnections(boxes: Placed, connections: readonly Ends[], before?: Before): Routes {
  const plain = routesBy(boxes, connections, NO_LANES);
  const lanes = lanesFor(plain, boxes, connections, before);
  return lanes.size === 0 ? plain : routesBy(boxes, connections, lanes);
}

const routesBy = (boxes: Placed, connections: readonly Ends[], lanes: Lanes): Routes =>
  new Map(
    [...anchorsOf(boxes, connections, lanes)].map(([line, [source, target]]) => [
      line,
      { source, target, lane: lanes.get(line) ?? null },
    ]),
  );

/** The ways round for those routes on which a card stands. */
function lanesFor(routes: Routes, boxes: Placed, connections: readonly Ends[], before?: Before): Lanes {
  const lanes = new Map<string, Lane>();
  const all = [...boxes];
  const taken = { level: [] as Lane[], upright: [] as Lane[] };
  for (const { from, to } of connections) {
    const line = connectionId(from, to);
    const route = routes.get(line);
    if (route === undefined || !faces(route)) continue;
    const level = isUpright(route.source.side);
    const others = level ? taken.level : taken.upright;
    const isKept = before !== undefined && !before.moved.has(from) && !before.moved.has(to);
    const lane = isKept ? (before.routes.get(line)?.lane ?? null) : laneFor(route, level, without(all, from, to), others);
    if (lane === null) continue;
    others.push(lane);
    lanes.set(line, lane);
  }
  return lanes;
}

/** Whether a box reaches into the rectangle between the two ends, which the curve does not leave. */
const isInReach = (box: Box, { source, target }: Route): boolean =>
  box.x < Math.max(source.x, target.x) + REACH &&
  box.x + box.width > Math.min(source.x, target.x) - REACH &&
  box.y < Math.max(source.y, target.y) + REACH &&
  box.y + box.height > Math.min(source.y, target.y) - REACH;

/** A little more than a line and the clearance around it. */
const REACH = 8;

const without = (all: readonly (readonly [string, Box])[], from: string, to: string): readonly Box[] =>
  all.filter(([id]) => id !== from && id !== to).map(([, box]) => box);

function laneFor(route: Route, level: boolean, others: readonly Box[], taken: readonly Lane[]): Lane | null {
  const near = others.filter((box) => isInReach(box, route));
  return near.length === 0 ? null : laneAround(pointsOf(route), level, near, others, taken);
}

/** Whether the two ends look at each other, as they do unless the cards overlap. */
function faces({ source, target }: Route): boolean {
  const normal = normalOf(source.side);
  return (target.x - source.x) * normal.x + (target.y - source.y) * normal.y > 0;
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
