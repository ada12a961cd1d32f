/** What an automatic layout makes of a design: cards at their places, and zones around them. */

import { moved } from "./commands";
import { updateZone } from "./edits";
import { boxesOf } from "./flow";
import { boxAt, CARD, freeSpot, overlaps, type Box } from "./geometry";
import type { Arrangement } from "./layout";
import { aroundPins } from "./pins";
import type { Design, Frame } from "./types";
import { framesOf, leastFrame, type Frames } from "./zones";

/** What laying out some nodes must not be put on: all other cards. */
function obstaclesOf(design: Design, only: ReadonlySet<string>): readonly Box[] {
  const cards = new Set(design.nodes.map((node) => node.id));
  return [...boxesOf(design)].filter(([id]) => cards.has(id) && !only.has(id)).map(([, box]) => ({ x: box.x, y: box.y, ...CARD }));
}

/**
 * The design laid out anew. What is pinned stays where it is. When everything is laid out, frames that were drawn by
 * hand are drawn around what stands in their zones; when only some nodes are, frames stay, and grow where they must.
 */
export function arranged(design: Design, { moves, frames }: Arrangement, only: ReadonlySet<string> | null): Design {
  const places = aroundPins(design, moves, only === null ? [] : obstaclesOf(design, only));
  const placed = moved(design, places);
  if (only !== null) return placed;
  const drawn = design.zones.reduce((next, zone) => {
    const frame = leastFrame(next, zone.id);
    return zone.frame === null || frame === null ? next : updateZone(next, zone.id, { frame });
  }, placed);
  return withEmptyZones(drawn, frames);
}

/** Empty zones where the layout has put them, or beside that where a pin has brought something else there. */
function withEmptyZones(design: Design, frames: Frames): Design {
  const cards = design.nodes.map((node): Box => boxAt(node.position, CARD));
  const others = [...framesOf(design)].filter(([id]) => !frames.has(id)).map(([, frame]): Box => frame);
  const taken: Box[] = [...cards, ...others];
  return [...frames].reduce((next, [id, frame]) => {
    const isFree = taken.every((box) => !overlaps(frame, box));
    const spot: Frame = isFree ? frame : { ...frame, ...freeSpot(frame, frame, taken) };
    taken.push(spot);
    return updateZone(next, id, { frame: spot });
  }, design);
}
