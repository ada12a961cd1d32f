/** What a card stands in, from the outside inwards: a region, a zone, a group; as an automatic layout nests them. */

import { groupOf } from "./groups";
import type { Design, DesignNode, Group, Zone } from "./types";
import { homeOf, showsRegions } from "./zones";

/** `r:`, `z:` or `g:` and an id. */
export type Container = `${"r" | "z" | "g"}:${string}`;

export interface Homes {
  (node: DesignNode): readonly Container[];
  /** What a zone stands in. */
  above(zone: Zone): readonly Container[];
}

/** The containers of the nodes of a design, or of some of them. A group is one only where its nodes stand in one zone. */
export function homeIds(design: Design, only: ReadonlySet<string> | null = null): Homes {
  const zones = new Map(design.zones.map((zone) => [zone.id, zone]));
  const hasRegions = showsRegions(design);
  const above = (zone: Zone): readonly Container[] => (hasRegions ? [`r:${zone.region}`] : []);
  const inside = design.nodes.filter((node) => only === null || only.has(node.id));
  const isTogether = (group: Group): boolean => {
    const homes = new Set(inside.filter((node) => group.nodes.includes(node.id)).map(homeOf));
    return homes.size === 1;
  };
  const together = new Set(design.groups.filter(isTogether));
  const homes = (node: DesignNode): readonly Container[] => {
    const zone = zones.get(homeOf(node) ?? "");
    const group = groupOf(design, node.id);
    const path: Container[] = zone === undefined ? [] : [...above(zone), `z:${zone.id}`];
    return group !== null && together.has(group) ? [...path, `g:${group.id}`] : path;
  };
  return Object.assign(homes, { above });
}
