/** Copying and pasting: a piece of a design that can be put into another one under fresh ids. */

import { connectionId, MAX_GROUPS } from "./document";
import { freshId, stemOf } from "./ids";
import type { Connection, Design, DesignNode, Group, Note, Position, Selection } from "./types";

export interface Fragment {
  readonly nodes: readonly DesignNode[];
  readonly connections: readonly Connection[];
  readonly notes: readonly Note[];
  readonly groups: readonly Group[];
}

export interface Pasted {
  readonly design: Design;
  readonly selection: Selection;
}

/** What is selected, with the connections that run between the selected nodes and the groups that are selected whole. */
export function cut(design: Design, selection: Selection): Fragment {
  const [nodes, notes] = [new Set(selection.nodes), new Set(selection.notes)];
  return {
    nodes: design.nodes.filter((node) => nodes.has(node.id)),
    connections: design.connections.filter(({ from, to }) => nodes.has(from) && nodes.has(to)),
    notes: design.notes.filter((note) => notes.has(note.id)),
    groups: design.groups.filter((group) => group.nodes.every((id) => nodes.has(id))),
  };
}

export const isEmpty = (fragment: Fragment): boolean => fragment.nodes.length + fragment.notes.length === 0;

/**
 * The fragment put into a design, moved by `offset`. Zones the design does not have are left out, and groups for which
 * it has no room: their nodes are what was asked for.
 */
export function paste(design: Design, fragment: Fragment, offset: Position): Pasted {
  const zones = new Set(design.zones.map((zone) => zone.id));
  const shift = ({ x, y }: Position): Position => ({ x: x + offset.x, y: y + offset.y });
  const names = renamed(fragment.nodes, design.nodes);
  const noteNames = renamed(fragment.notes, design.notes);
  const groupNames = renamed(fragment.groups, design.groups);
  const nodes = fragment.nodes.map((node) => ({
    ...node,
    id: names.get(node.id) ?? node.id,
    zones: node.zones.filter((zone) => zones.has(zone)),
    position: shift(node.position),
  }));
  const notes = fragment.notes.map((note) => ({ ...note, id: noteNames.get(note.id) ?? note.id, position: shift(note.position) }));
  const connections = fragment.connections.map((item) => ({
    ...item,
    from: names.get(item.from) ?? item.from,
    to: names.get(item.to) ?? item.to,
  }));
  const groups = fragment.groups.map((group) => ({
    ...group,
    id: groupNames.get(group.id) ?? group.id,
    nodes: group.nodes.map((id) => names.get(id) ?? id),
  }));
  return {
    design: {
      ...design,
      nodes: [...design.nodes, ...nodes],
      notes: [...design.notes, ...notes],
      connections: [...design.connections, ...connections],
      groups: [...design.groups, ...groups].slice(0, Math.max(MAX_GROUPS, design.groups.length)),
    },
    selection: {
      nodes: nodes.map((node) => node.id),
      notes: notes.map((note) => note.id),
      connections: connections.map((item) => connectionId(item.from, item.to)),
    },
  };
}

type Named = { readonly id: string };

function renamed(items: readonly Named[], existing: readonly Named[]): ReadonlyMap<string, string> {
  const taken = new Set(existing.map((item) => item.id));
  const names = new Map<string, string>();
  for (const { id } of items) {
    const fresh = freshId(taken.has(id) ? stemOf(id) : id, taken);
    taken.add(fresh);
    names.set(id, fresh);
  }
  return names;
}
