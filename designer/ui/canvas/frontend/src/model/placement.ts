/** Where the labels of connections stand: on their line, and on no card and no other label while there is room. */

import { labelSpots, type Route } from "./curves";
import type { Box, Placed } from "./geometry";
import { Ground } from "./ground";
import type { Position } from "./types";

/** Lines shorter than this carry their label only while they are pointed at. */
export const LABEL_ROOM = 72;

/** The size of a label in its small print, as in the style sheet. */
const LETTER = 5.9;
const PADDING = 10;
const WIDEST = 130;
const HEIGHT = 15;
/** Clear space between a label and what is beside it. */
const AIR = 2;

/** The label of every connection that has one, by the connection's id. */
export type Labels = ReadonlyMap<string, string>;

const boxAround = ({ x, y }: Position, width: number): Box => ({ x: x - width / 2, y: y - HEIGHT / 2, width, height: HEIGHT });

const isLong = ({ source, target }: Route): boolean => Math.hypot(target.x - source.x, target.y - source.y) > LABEL_ROOM;

/** A place for each label, by connection. */
export function placeLabels(routes: ReadonlyMap<string, Route>, labels: Labels, boxes: Placed): ReadonlyMap<string, Position> {
  const ground = new Ground(boxes.values());
  const places = new Map<string, Position>();
  for (const [id, route] of routes) {
    const text = labels.get(id);
    if (text === undefined || !isLong(route)) continue;
    const width = Math.min(WIDEST, PADDING + text.length * LETTER);
    const spots = labelSpots(route);
    const spot = spots.find((one) => ground.isFree(boxAround(one, width), AIR)) ?? spots[0];
    if (spot === undefined) continue;
    places.set(id, spot);
    ground.add(boxAround(spot, width));
  }
  return places;
}
