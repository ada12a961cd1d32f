/** Places for what has none: a plain layered drawing from left to right, in rows where it is long, the same for the same design. */

import { CARD, boundsOf, boxAt, freeSpot, NOTE, snap, type Box } from "./geometry";
import { homeIds } from "./containers";
import { isPlaced } from "./document";
import { fold } from "./fold";
import type { Connection, Design, DesignNode, Position } from "./types";

const COLUMN = 230;
const ROW = 100;
const SWEEPS = 4;

/** The design with a position for every node and note. Places already given are kept. */
export function arrangeMissing(design: Design): Design {
  const nodes = design.nodes.some(isPlaced) ? placeBesides(design) : placeAll(design);
  return { ...design, nodes, notes: placeNotes(design, nodes) };
}

function placeAll(design: Design): readonly DesignNode[] {
  if (design.nodes.every(isPlaced)) return design.nodes;
  const row = layered(design.nodes.map((node) => node.id), design.connections);
  const homes = homeIds(design, null);
  const places = design.nodes.every((node) => homes(node).length === 0) ? fold(row) : row;
  return design.nodes.map((node) => ({ ...node, position: places.get(node.id) ?? { x: 0, y: 0 } }));
}

/** Newcomers stand to the right of a placed caller, to the left of a placed callee, or below everything. */
function placeBesides(design: Design): readonly DesignNode[] {
  if (design.nodes.every(isPlaced)) return design.nodes;
  const placed = new Map(design.nodes.filter(isPlaced).map((node) => [node.id, node.position]));
  const taken: Box[] = [...placed.values()].map((position) => boxAt(position, CARD));
  for (const node of design.nodes) {
    if (placed.has(node.id)) continue;
    const spot = freeSpot(wantedSpot(node.id, design.connections, placed, taken), CARD, taken);
    placed.set(node.id, spot);
    taken.push(boxAt(spot, CARD));
  }
  return design.nodes.map((node) => (isPlaced(node) ? node : { ...node, position: placed.get(node.id) ?? { x: 0, y: 0 } }));
}

function wantedSpot(
  id: string,
  connections: readonly Connection[],
  placed: ReadonlyMap<string, Position>,
  taken: readonly Box[],
): Position {
  const caller = connections.find((item) => item.to === id && placed.has(item.from))?.from;
  const callee = connections.find((item) => item.from === id && placed.has(item.to))?.to;
  const [before, after] = [placed.get(caller ?? ""), placed.get(callee ?? "")];
  if (before !== undefined && after !== undefined) return { x: (before.x + after.x) / 2, y: (before.y + after.y) / 2 };
  if (before !== undefined) return { x: before.x + COLUMN, y: before.y };
  if (after !== undefined) return { x: after.x - COLUMN, y: after.y };
  const bounds = boundsOf(taken);
  return bounds === null ? { x: 0, y: 0 } : { x: bounds.x, y: bounds.y + bounds.height + ROW - CARD.height };
}

function placeNotes(design: Design, nodes: readonly DesignNode[]): Design["notes"] {
  if (design.notes.every(isPlaced)) return design.notes;
  const taken: Box[] = [
    ...nodes.map((node) => boxAt(node.position, CARD)),
    ...design.notes.filter(isPlaced).map((note) => boxAt(note.position, NOTE)),
  ];
  const bounds = boundsOf(taken) ?? { x: 0, y: 0, width: 0, height: 0 };
  return design.notes.map((note) => {
    if (isPlaced(note)) return note;
    const position = freeSpot({ x: bounds.x, y: bounds.y - NOTE.height - ROW / 2 }, NOTE, taken);
    taken.push(boxAt(position, NOTE));
    return { ...note, position };
  });
}

type Links = ReadonlyMap<string, readonly string[]>;

function linksOf(ids: readonly string[], connections: readonly Connection[]): { onwards: Links; back: Links } {
  const onwards = new Map<string, string[]>(ids.map((id) => [id, []]));
  const back = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of connections) {
    onwards.get(from)?.push(to);
    back.get(to)?.push(from);
  }
  return { onwards, back };
}

/** The ids so that, cycles aside, callers come before those they call. */
function topological(ids: readonly string[], onwards: Links): string[] {
  const seen = new Set<string>();
  const order: string[] = [];
  for (const start of ids) {
    const stack: [string, number][] = seen.has(start) ? [] : [[start, 0]];
    seen.add(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = onwards.get(top[0])?.[top[1]];
      top[1] += 1;
      if (next === undefined) {
        order.push(top[0]);
        stack.pop();
      } else if (!seen.has(next)) {
        seen.add(next);
        stack.push([next, 0]);
      }
    }
  }
  return order.reverse();
}

/** Columns by longest path from the left, rows ordered by the mean row of the neighbours. */
export function layered(ids: readonly string[], connections: readonly Connection[]): ReadonlyMap<string, Position> {
  const { onwards, back } = linksOf(ids, connections);
  const order = topological(ids, onwards);
  const rank = new Map(order.map((id, index) => [id, index]));
  const column = new Map<string, number>();
  for (const id of order) {
    const before = (back.get(id) ?? []).filter((other) => (rank.get(other) ?? 0) < (rank.get(id) ?? 0));
    column.set(id, Math.max(-1, ...before.map((other) => column.get(other) ?? 0)) + 1);
  }
  const columns: string[][] = [];
  for (const id of ids) (columns[column.get(id) ?? 0] ??= []).push(id);
  const row = new Map<string, number>();
  for (const members of columns) number(members, row);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const links = sweep % 2 === 0 ? back : onwards;
    for (const members of sweep % 2 === 0 ? columns : columns.toReversed()) sortByNeighbours(members, row, links);
  }
  return positions(columns);
}

/** Notes in which row each member of a column stands, counted from the column's middle. */
function number(members: readonly string[], row: Map<string, number>): void {
  members.forEach((id, index) => row.set(id, index - members.length / 2));
}

function sortByNeighbours(members: string[], row: Map<string, number>, links: Links): void {
  const weight = new Map(
    members.map((id): [string, number] => {
      const near = (links.get(id) ?? []).map((other) => row.get(other) ?? 0);
      return [id, near.length === 0 ? (row.get(id) ?? 0) : near.reduce((sum, at) => sum + at, 0) / near.length];
    }),
  );
  members.sort((one, other) => (weight.get(one) ?? 0) - (weight.get(other) ?? 0));
  number(members, row);
}

function positions(columns: readonly string[][]): ReadonlyMap<string, Position> {
  const tallest = Math.max(0, ...columns.map((ids) => ids.length));
  const places = new Map<string, Position>();
  columns.forEach((ids, x) => {
    const top = ((tallest - ids.length) * ROW) / 2;
    ids.forEach((id, y) => places.set(id, snap({ x: x * COLUMN, y: top + y * ROW })));
  });
  return places;
}
