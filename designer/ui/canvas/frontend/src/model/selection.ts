/** What is selected: small functions over ids. */

import { connectionId } from "./document";
import type { Design, Selection } from "./types";

export const NOTHING: Selection = { nodes: [], connections: [], notes: [] };

export const sizeOf = (selection: Selection): number =>
  selection.nodes.length + selection.connections.length + selection.notes.length;

const sameIds = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, index) => id === other[index]);

export const sameSelection = (one: Selection, other: Selection): boolean =>
  sameIds(one.nodes, other.nodes) && sameIds(one.connections, other.connections) && sameIds(one.notes, other.notes);

/** Without ids the design does not have; the very same object when all exist. */
export function within(selection: Selection, design: Design): Selection {
  const nodes = new Set(design.nodes.map((node) => node.id));
  const notes = new Set(design.notes.map((note) => note.id));
  const lines = new Set(design.connections.map(({ from, to }) => connectionId(from, to)));
  const kept: Selection = {
    nodes: selection.nodes.filter((id) => nodes.has(id)),
    connections: selection.connections.filter((id) => lines.has(id)),
    notes: selection.notes.filter((id) => notes.has(id)),
  };
  return sameSelection(kept, selection) ? selection : kept;
}

export const everything = (design: Design): Selection => ({
  nodes: design.nodes.map((node) => node.id),
  connections: design.connections.map(({ from, to }) => connectionId(from, to)),
  notes: design.notes.map((note) => note.id),
});

type Part = keyof Selection;

/** Ids added to or taken from one part of a selection, in the order they came. */
export function changed(selection: Selection, part: Part, id: string, selected: boolean): Selection {
  const has = selection[part].includes(id);
  if (has === selected) return selection;
  return { ...selection, [part]: selected ? [...selection[part], id] : selection[part].filter((item) => item !== id) };
}

/** What is new or different in the second design, and still there. */
export function differences(before: Design, after: Design): Selection {
  const known = new Set([...before.nodes, ...before.connections, ...before.notes].map((item) => JSON.stringify(item)));
  const isNew = (item: object): boolean => !known.has(JSON.stringify(item));
  return {
    nodes: after.nodes.filter(isNew).map((node) => node.id),
    connections: after.connections.filter(isNew).map(({ from, to }) => connectionId(from, to)),
    notes: after.notes.filter(isNew).map((note) => note.id),
  };
}
