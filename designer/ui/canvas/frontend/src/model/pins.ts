/** Laying out around what is pinned, and around what is not part of it. */

import { homeIds } from "./containers";
import { boundsOf, boxAt, CARD, freeSpot, overlaps, snap, type Box, type Moves } from "./geometry";
import type { Design, DesignNode, Position } from "./types";
import { padded } from "./zones";

const MARGIN = 10;

const minus = (one: Position, other: Position): Position => ({ x: one.x - other.x, y: one.y - other.y });
const plus = (one: Position, other: Position): Position => ({ x: one.x + other.x, y: one.y + other.y });

function mean(places: readonly Position[]): Position {
  const sum = places.reduce(plus, { x: 0, y: 0 });
  const count = Math.max(1, places.length);
  return { x: sum.x / count, y: sum.y / count };
}

interface Unit {
  readonly nodes: readonly DesignNode[];
  readonly isContainer: boolean;
}

/** What moves as a whole: what is in one outermost container, or a card alone; from left to right. */
function unitsOf(design: Design, laid: Moves): readonly Unit[] {
  const homes = homeIds(design, new Set(laid.keys()));
  const units = new Map<string, DesignNode[]>();
  for (const node of design.nodes.filter(({ id }) => laid.has(id))) {
    const key = homes(node)[0] ?? `n:${node.id}`;
    units.set(key, [...(units.get(key) ?? []), node]);
  }
  const left = ({ nodes }: Unit): number => Math.min(...nodes.map((node) => laid.get(node.id)?.x ?? 0));
  return [...units]
    .map(([key, nodes]): Unit => ({ nodes, isContainer: !key.startsWith("n:") }))
    .sort((one, other) => left(one) - left(other));
}

/** How far the layout is off where the pinned among these nodes stand, on average. */
const offsetOf = (nodes: readonly DesignNode[], laid: Moves): Position =>
  mean(nodes.filter((node) => node.pinned).map((node) => minus(node.position, laid.get(node.id) ?? node.position)));

/**
 * The places a layout gives, but with everything pinned exactly where it was and nothing on top of it, nor on top of
 * the `obstacles`. What is in one container stays together.
 */
export function aroundPins(design: Design, laid: Moves, obstacles: readonly Box[] = []): Moves {
  const inside = design.nodes.filter((node) => laid.has(node.id));
  const pinned = inside.filter((node) => node.pinned);
  if (pinned.length === 0 && obstacles.length === 0) return laid;
  const placed = new Map<string, Position>(pinned.map((node) => [node.id, node.position]));
  const taken: Box[] = [...obstacles, ...pinned.map((node) => boxAt(node.position, CARD))];
  const units = unitsOf(design, laid);
  const general = offsetOf(inside, laid);
  const isHeld = (unit: Unit): boolean => unit.nodes.some((node) => node.pinned);
  for (const unit of [...units.filter(isHeld), ...units.filter((one) => !isHeld(one))]) {
    const offset = isHeld(unit) ? offsetOf(unit.nodes, laid) : freeOffset(unit, laid, general, taken);
    const own = unit.nodes.filter((node) => !node.pinned).map((node) => ({ node, at: snap(plus(laid.get(node.id) ?? node.position, offset)) }));
    for (const { node, at } of own) {
      const isFree = taken.every((box) => !overlaps(boxAt(at, CARD), box, MARGIN));
      const spot = isFree ? at : freeSpot(at, CARD, taken);
      placed.set(node.id, spot);
      taken.push(boxAt(spot, CARD));
    }
    const frame = frameOf(unit, placed);
    if (frame !== null) taken.push(frame);
  }
  return placed;
}

/** What a container covers; the next one is put beside it. */
function frameOf({ nodes, isContainer }: Unit, placed: Moves): Box | null {
  const bounds = boundsOf(nodes.map((node) => boxAt(placed.get(node.id) ?? node.position, CARD)));
  return bounds === null || !isContainer ? null : padded(bounds);
}

/** How far a unit without pins moves as a whole to be clear of all that is taken. */
function freeOffset({ nodes, isContainer }: Unit, laid: Moves, general: Position, taken: readonly Box[]): Position {
  const bounds = boundsOf(nodes.map((node) => boxAt(plus(laid.get(node.id) ?? node.position, general), CARD)));
  if (bounds === null || (nodes.length === 1 && !isContainer)) return general;
  const box = isContainer ? padded(bounds) : bounds;
  if (taken.every((other) => !overlaps(box, other, MARGIN))) return general;
  return plus(general, minus(freeSpot(box, box, taken), box));
}
