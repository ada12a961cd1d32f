/** Every change to a design, as a pure function from one design to the next. An edit that changes nothing returns its input. */

import { connectionId, COUNT_LIMITS, DEFAULT_REGION, keptGroups, MAX_COORDINATE, MAX_ZONES, type CountKnob } from "./document";
import type { Moves } from "./geometry";
import { freshId, freshZoneId, isId } from "./ids";
import { NEUTRAL_PATIENCE, NEUTRAL_POLICIES } from "./policies";
import { zonesAt } from "./zones";
import type { CatalogEntry, Connection, Design, DesignNode, Frame, Note, NoteKind, Position, Selection, Zone } from "./types";

export interface Added {
  readonly design: Design;
  readonly id: string;
}

const idsOf = (items: readonly { readonly id: string }[]): Set<string> => new Set(items.map((item) => item.id));

/** A node of that component with the counts a fresh one starts with, in the zone that is drawn where it is put. */
export function addNode(design: Design, entry: CatalogEntry, position: Position): Added {
  const id = freshId(entry.id, idsOf(design.nodes));
  const node: DesignNode = {
    id,
    component: entry.id,
    name: null,
    ...entry.defaults,
    zones: zonesAt(design, entry, position),
    holds: [],
    provides: [],
    figures: {},
    ...NEUTRAL_POLICIES,
    position,
    pinned: false,
    color: null,
  };
  return { design: { ...design, nodes: [...design.nodes, node] }, id };
}

export function addNote(design: Design, text: string, position: Position, kind: NoteKind = "sticky"): Added {
  const id = freshId("note", idsOf(design.notes));
  return { design: { ...design, notes: [...design.notes, { id, text, kind, color: null, position }] }, id };
}

export function connect(design: Design, from: string, to: string): Design {
  const connection: Connection = { from, to, carries: "all", share: null, calls: null, ...NEUTRAL_PATIENCE, label: null };
  return { ...design, connections: [...design.connections, connection] };
}

function replaced<T extends object>(items: readonly T[], matches: (item: T) => boolean, patch: Partial<T>): readonly T[] {
  const index = items.findIndex(matches);
  const item = items[index];
  if (item === undefined) return items;
  const changes = Object.entries(patch).some(([key, value]) => item[key as keyof T] !== value);
  return changes ? items.with(index, { ...item, ...patch }) : items;
}

const withPart = <K extends keyof Design>(design: Design, key: K, value: Design[K]): Design =>
  design[key] === value ? design : { ...design, [key]: value };

export const updateNode = (design: Design, id: string, patch: Partial<DesignNode>): Design =>
  withPart(design, "nodes", replaced(design.nodes, (node) => node.id === id, patch));

export const updateConnection = (design: Design, id: string, patch: Partial<Connection>): Design =>
  withPart(
    design,
    "connections",
    replaced(design.connections, (item) => connectionId(item.from, item.to) === id, patch),
  );

export const updateNote = (design: Design, id: string, patch: Partial<Note>): Design =>
  withPart(design, "notes", replaced(design.notes, (note) => note.id === id, patch));

export const updateZone = (design: Design, id: string, patch: Partial<Zone>): Design =>
  withPart(design, "zones", replaced(design.zones, (zone) => zone.id === id, patch));

/** A count within what the knob takes. Quorums are never of more copies than there are. */
export function setCount(design: Design, id: string, knob: CountKnob, count: number): Design {
  const [least, most] = COUNT_LIMITS[knob];
  const value = Math.min(most, Math.max(least, Math.round(count)));
  const node = design.nodes.find((item) => item.id === id);
  if (knob !== "replicas" || node === undefined) return updateNode(design, id, { [knob]: value });
  const capped = (quorum: number | null): number | null => (quorum === null ? null : Math.min(quorum, 1 + value));
  return updateNode(design, id, {
    replicas: value,
    read_quorum: capped(node.read_quorum),
    write_quorum: capped(node.write_quorum),
  });
}

/** The figure overridden, or back to the catalogue's value where `value` is null. */
export function setFigure(design: Design, id: string, figure: string, value: number | null): Design {
  const node = design.nodes.find((item) => item.id === id);
  if (node === undefined || (node.figures[figure] ?? null) === value) return design;
  const { [figure]: _, ...others } = node.figures;
  return updateNode(design, id, { figures: value === null ? others : { ...others, [figure]: value } });
}

const clamp = (value: number): number => Math.min(MAX_COORDINATE, Math.max(-MAX_COORDINATE, value));

function moved<T extends { readonly id: string; readonly position: Position }>(items: readonly T[], moves: Moves): readonly T[] {
  let changed = false;
  const next = items.map((item) => {
    const to = moves.get(item.id);
    if (to === undefined || (to.x === item.position.x && to.y === item.position.y)) return item;
    changed = true;
    return { ...item, position: { x: clamp(to.x), y: clamp(to.y) } };
  });
  return changed ? next : items;
}

export const moveNodes = (design: Design, moves: Moves): Design => withPart(design, "nodes", moved(design.nodes, moves));
export const moveNotes = (design: Design, moves: Moves): Design => withPart(design, "notes", moved(design.notes, moves));

/** Without what is selected, and without connections that would lose an end. */
export function remove(design: Design, selection: Selection): Design {
  const [nodes, notes, lines] = [new Set(selection.nodes), new Set(selection.notes), new Set(selection.connections)];
  if (nodes.size + notes.size + lines.size === 0) return design;
  const left = design.nodes.filter((node) => !nodes.has(node.id));
  return {
    ...design,
    nodes: left,
    groups: keptGroups(design.groups, idsOf(left)),
    notes: design.notes.filter((note) => !notes.has(note.id)),
    connections: design.connections.filter(
      ({ from, to }) => !nodes.has(from) && !nodes.has(to) && !lines.has(connectionId(from, to)),
    ),
  };
}

/** The connection drawn the other way round, with the patience of another caller; unchanged when that one exists already. */
export function reverse(design: Design, id: string): Design {
  const connection = design.connections.find((item) => connectionId(item.from, item.to) === id);
  if (connection === undefined) return design;
  const exists = design.connections.some((item) => item.from === connection.to && item.to === connection.from);
  if (exists) return design;
  const carries = connection.carries === "failed" ? "all" : connection.carries;
  return updateConnection(design, id, { from: connection.to, to: connection.from, carries, ...NEUTRAL_PATIENCE });
}

/** One more zone, in the region of the last one; a design that has as many as there may be stays as it is. */
export function addZone(design: Design, frame: Frame | null = null): Added {
  const id = freshZoneId(idsOf(design.zones));
  const region = design.zones.at(-1)?.region ?? DEFAULT_REGION;
  if (design.zones.length >= MAX_ZONES) return { design, id };
  return { design: { ...design, zones: [...design.zones, { id, name: null, region, frame }] }, id };
}

export function removeZone(design: Design, id: string): Design {
  const leave = (node: DesignNode): DesignNode =>
    node.zones.includes(id) ? { ...node, zones: node.zones.filter((zone) => zone !== id) } : node;
  return { ...design, zones: design.zones.filter((zone) => zone.id !== id), nodes: design.nodes.map(leave) };
}

/** The region of a zone; a name that is no id is turned into one. */
export function setRegion(design: Design, zone: string, region: string): Design {
  const trimmed = region.trim();
  const id = trimmed === "" ? DEFAULT_REGION : isId(trimmed) ? trimmed : freshId(trimmed, new Set());
  return updateZone(design, zone, { region: id });
}

/** The node spread over that zone too, or no longer; zones keep the design's order. */
export function toggleZone(design: Design, id: string, zone: string): Design {
  const node = design.nodes.find((item) => item.id === id);
  if (node === undefined) return design;
  const has = new Set(node.zones);
  if (!has.delete(zone)) has.add(zone);
  return updateNode(design, id, { zones: design.zones.map((item) => item.id).filter((item) => has.has(item)) });
}

/** The node holds that dataset too, or no longer. */
export function toggleDataset(design: Design, id: string, dataset: string): Design {
  const node = design.nodes.find((item) => item.id === id);
  if (node === undefined) return design;
  const holds = node.holds.includes(dataset) ? node.holds.filter((item) => item !== dataset) : [...node.holds, dataset];
  return updateNode(design, id, { holds });
}
