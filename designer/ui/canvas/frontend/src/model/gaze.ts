/** What one is looking at: the cards no panel should hide. */

import type { BoardState } from "./board";
import { flowIdsOf } from "./flow";
import { pathOf } from "./paths";
import type { Failed } from "./annotations";
import type { Design } from "./types";

/** The nodes that are down: the one itself, or those that stand in the zone or the region. */
function downIn({ nodes, zones }: Design, { kind, name }: Failed): readonly string[] {
  if (kind === "node") return [name];
  const down = new Set(zones.filter(({ id, region }) => (kind === "zone" ? id : region) === name).map(({ id }) => id));
  return nodes.filter((node) => node.zones.some((zone) => down.has(zone))).map(({ id }) => id);
}

/** By flow id: what is selected, what is down, and where the request that is followed comes through. */
export function gazeOf(state: BoardState): readonly string[] {
  const { design, selection, view } = state;
  const failed = view.failed === null ? [] : downIn(design, view.failed);
  const passed = pathOf(state)?.steps.flatMap(({ edge }) => edge.split(">")) ?? [];
  return [...new Set([...flowIdsOf(selection), ...selection.connections.flatMap((id) => id.split(">")), ...failed, ...passed])];
}
