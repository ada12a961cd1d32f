/** Zones and regions on the plane: what stands in which, and where each is drawn. */

import { DEFAULT_REGION } from "./document";
import { boundsOf, boxAt, CARD, GRID, type Box } from "./geometry";
import type { CatalogEntry, Design, DesignNode, Frame, Position, Zone } from "./types";

/** Room between a container's border and what stands in it, and the room its title takes above that. */
const PADDING = 2 * GRID;
const TITLE = 2 * GRID;
export const ROOM = { left: PADDING, right: PADDING, top: PADDING + TITLE, bottom: PADDING } as const;

/** A zone drawn with a click, and the smallest one that can be drawn. */
export const PLAIN_ZONE = { width: 32 * GRID, height: 18 * GRID } as const;
export const LEAST_ZONE = { width: 12 * GRID, height: 8 * GRID } as const;

export type Frames = ReadonlyMap<string, Frame>;

export interface Region {
  readonly id: string;
  readonly frame: Frame;
}

/** What stands with the user, at the edge, or is spread by its provider, is in no zone of a board. */
export const standsInZones = (entry: CatalogEntry | undefined): boolean =>
  entry === undefined || (entry.place === "region" && !entry.traits.includes("managed"));

export const nameOf = (zone: Zone): string => zone.name ?? zone.id;

/** The one zone a node stands in; null for what stands in none or is spread over several. */
export const homeOf = (node: DesignNode): string | null => (node.zones.length === 1 ? (node.zones[0] ?? null) : null);

/** The nodes that stand in that zone alone: those that are drawn in it. */
export const residentsOf = (design: Design, zone: string): readonly DesignNode[] =>
  design.nodes.filter((node) => homeOf(node) === zone);

export const padded = (box: Box): Frame => ({
  x: box.x - ROOM.left,
  y: box.y - ROOM.top,
  width: box.width + ROOM.left + ROOM.right,
  height: box.height + ROOM.top + ROOM.bottom,
});

/** The least frame that holds what stands in a zone, or null where nothing does. */
export function leastFrame(design: Design, zone: string): Frame | null {
  const bounds = boundsOf(residentsOf(design, zone).map((node) => boxAt(node.position, CARD)));
  return bounds === null ? null : padded(bounds);
}

function findFrames(design: Design): Frames {
  const found = new Map<string, Frame>();
  for (const zone of design.zones) {
    const frame = boundsOf([zone.frame, leastFrame(design, zone.id)].filter((box) => box !== null));
    if (frame !== null) found.set(zone.id, frame);
  }
  return found;
}

const cache = new WeakMap<Design, Frames>();

/** Where each zone is drawn: its own frame, grown so that all that stand in it are inside. Computed once per design. */
export function framesOf(design: Design): Frames {
  const known = cache.get(design) ?? findFrames(design);
  cache.set(design, known);
  return known;
}

/** Whether regions are drawn: with one region that nobody named they would say nothing. */
export function showsRegions(design: Design): boolean {
  const regions = new Set(design.zones.map((zone) => zone.region));
  return regions.size > 1 || (regions.size === 1 && !regions.has(DEFAULT_REGION));
}

/** The regions to draw, each around the frames of its zones. */
export function regionsOf(design: Design, frames: Frames): readonly Region[] {
  if (!showsRegions(design)) return [];
  return [...new Set(design.zones.map((zone) => zone.region))].flatMap((id) => {
    const own = design.zones.filter((zone) => zone.region === id).flatMap((zone) => frames.get(zone.id) ?? []);
    const bounds = boundsOf(own);
    return bounds === null ? [] : [{ id, frame: padded(bounds) }];
  });
}

const isWithin = (frame: Frame, { x, y }: Position): boolean =>
  x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height;

export const centreOf = (position: Position): Position => ({ x: position.x + CARD.width / 2, y: position.y + CARD.height / 2 });

/** The zone at a point; of several, the smallest. */
export function zoneAt(frames: Frames, point: Position): string | null {
  const area = ([, { width, height }]: readonly [string, Frame]): number => width * height;
  const around = [...frames].filter(([, frame]) => isWithin(frame, point)).sort((one, other) => area(one) - area(other));
  return around[0]?.[0] ?? null;
}

/** The zones of a card of that component which is put at that place: the one drawn there, or none. */
export function zonesAt(design: Design, entry: CatalogEntry, position: Position): readonly string[] {
  const zone = standsInZones(entry) ? zoneAt(framesOf(design), centreOf(position)) : null;
  return zone === null ? [] : [zone];
}

/** The nodes of a design whose centres lie in a frame. */
export const nodesWithin = (design: Design, frame: Frame): readonly DesignNode[] =>
  design.nodes.filter((node) => isWithin(frame, centreOf(node.position)));

/** The notes that lie in a frame by their upper left corners. */
export const notesWithin = (design: Design, frame: Frame): Design["notes"] =>
  design.notes.filter((note) => isWithin(frame, note.position));

/** Everything that is drawn around cards, for whoever fits the view. */
export function containersOf(design: Design): readonly Frame[] {
  const frames = framesOf(design);
  return [...frames.values(), ...regionsOf(design, frames).map((region) => region.frame)];
}
