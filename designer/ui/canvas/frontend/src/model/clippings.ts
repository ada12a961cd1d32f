/** A piece of a design as a text, for the clipboard: it goes from one board to another, or into a file. */

import { connectionId, EMPTY_DESIGN, readDocument, writeDocument } from "./document";
import type { Fragment } from "./fragments";
import type { Design } from "./types";

/** The first line, by which such a text is known again. To a reader of YAML it is a comment, and the rest is a design. */
const MARK = "# A piece of a design, copied from the whiteboard";

/** The fragment as a design of its own, with the zones that its nodes stand in. */
export function writeClipping(design: Design, fragment: Fragment): string {
  const used = new Set(fragment.nodes.flatMap((node) => node.zones));
  const { nodes, connections, notes, groups } = fragment;
  const zones = design.zones.filter((zone) => used.has(zone.id));
  const piece = { ...EMPTY_DESIGN, name: design.name, zones, nodes, connections, notes, groups };
  return `${MARK}\n${JSON.stringify(writeDocument(piece), null, 1)}\n`;
}

export const isClipping = (text: string): boolean => text.startsWith(MARK);

function parse(text: string): unknown {
  try {
    return JSON.parse(text.slice(text.indexOf("\n") + 1));
  } catch {
    return null;
  }
}

/** Items with an id each of their own, the first of each. */
const distinct = <T>(items: readonly T[], idOf: (item: T) => string): readonly T[] => [...new Map(items.toReversed().map((item) => [idOf(item), item])).values()].toReversed();

/** The design in such a text; null when somebody has changed it into something else. */
export function readClipping(text: string): Design | null {
  const design = isClipping(text) ? readDocument(parse(text)) : EMPTY_DESIGN;
  if (design.nodes.length + design.notes.length === 0) return null;
  const links = design.connections.filter(({ from, to }) => from !== to);
  return {
    ...design,
    nodes: distinct(design.nodes, ({ id }) => id),
    notes: distinct(design.notes, ({ id }) => id),
    groups: distinct(design.groups, ({ id }) => id),
    connections: distinct(links, ({ from, to }) => connectionId(from, to)),
  };
}
