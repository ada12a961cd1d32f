/** Groups: nodes drawn as belonging together. Each node is in one group at most, and a group without nodes is none. */

import { keptGroups, MAX_GROUPS } from "./document";
import { boundsOf, boxAt, CARD, type Moves } from "./geometry";
import { freshId } from "./ids";
import type { Design, Frame, Group, Selection } from "./types";

/** Room between a group's border and its cards, and what its title takes above that. */
const PADDING = 10;
const TITLE = 16;

export const groupOf = (design: Design, node: string): Group | null =>
  design.groups.find((group) => group.nodes.includes(node)) ?? null;

/** The group that has just these nodes, or null. */
export const groupWith = (design: Design, nodes: readonly string[]): Group | null =>
  design.groups.find((group) => group.nodes.length === nodes.length && group.nodes.every((id) => nodes.includes(id))) ?? null;

const without = (groups: readonly Group[], nodes: ReadonlySet<string>): readonly Group[] =>
  groups.map((group) =>
    group.nodes.some((id) => nodes.has(id)) ? { ...group, nodes: group.nodes.filter((id) => !nodes.has(id)) } : group,
  );

/** The nodes in a group of their own, out of those they were in. */
export function groupNodes(design: Design, nodes: readonly string[]): Design {
  const known = new Set(design.nodes.map((node) => node.id));
  const left = keptGroups(without(design.groups, new Set(nodes)), known);
  if (nodes.length === 0 || left.length >= MAX_GROUPS) return design;
  const id = freshId("group", new Set(design.groups.map((group) => group.id)));
  return { ...design, groups: [...left, { id, name: null, color: null, nodes }] };
}

/** Without the groups that any of the nodes is in. */
export function ungroupNodes(design: Design, nodes: readonly string[]): Design {
  const groups = design.groups.filter((group) => !group.nodes.some((id) => nodes.includes(id)));
  return groups.length === design.groups.length ? design : { ...design, groups };
}

export const updateGroup = (design: Design, id: string, patch: Partial<Group>): Design => ({
  ...design,
  groups: design.groups.map((group) => (group.id === id ? { ...group, ...patch } : group)),
});

export const hasGroup = (design: Design, { nodes }: Selection): boolean =>
  design.groups.some((group) => group.nodes.some((id) => nodes.includes(id)));

/** Where a group is drawn: around its cards, those being moved where they are now. */
export function frameOfGroup(design: Design, group: Group, moving: Moves | null): Frame | null {
  const inside = new Set(group.nodes);
  const members = design.nodes.filter((node) => inside.has(node.id));
  const bounds = boundsOf(members.map((node) => boxAt(moving?.get(node.id) ?? node.position, CARD)));
  if (bounds === null) return null;
  return {
    x: bounds.x - PADDING,
    y: bounds.y - PADDING - TITLE,
    width: bounds.width + 2 * PADDING,
    height: bounds.height + 2 * PADDING + TITLE,
  };
}
