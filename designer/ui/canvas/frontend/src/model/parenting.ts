/** Dragging cards in and out of zones: what a drop would change, and the drop itself. */

import { strings } from "../strings";
import type { Board } from "./board";
import { commitMoves, labelOf, moved } from "./commands";
import { nodesById } from "./document";
import { updateNode, updateZone } from "./edits";
import type { Moves } from "./geometry";
import type { Catalog, Design } from "./types";
import { centreOf, framesOf, homeOf, nameOf, standsInZones, zoneAt } from "./zones";

/** The zone each node comes to stand in, null for none; without those that stay where they belong. */
export type Parenting = ReadonlyMap<string, string | null>;

/**
 * What dropping nodes at these places would change. A node follows its centre into a zone and out of its own one. One
 * that is spread over several zones stays spread when it is put outside them.
 */
export function parentingOf(design: Design, catalog: Catalog, moves: Moves): Parenting {
  const [frames, nodes] = [framesOf(design), nodesById(design)];
  const found = new Map<string, string | null>();
  for (const [id, place] of moves) {
    const node = nodes.get(id);
    if (node === undefined || !standsInZones(catalog.get(node.component))) continue;
    const [from, to] = [zoneAt(frames, centreOf(node.position)), zoneAt(frames, centreOf(place))];
    const home = homeOf(node);
    if (to !== from && to !== home && (to !== null || home === from)) found.set(id, to);
  }
  return found;
}

/** The design with its nodes in other zones. A zone that loses one stays as it was drawn, and does not shrink away. */
export function reparent(design: Design, parenting: Parenting): Design {
  const [frames, nodes] = [framesOf(design), nodesById(design)];
  let next = design;
  for (const [id, zone] of parenting) {
    const node = nodes.get(id);
    const left = node === undefined ? null : homeOf(node);
    const frame = frames.get(left ?? "");
    if (left !== null && frame !== undefined) next = updateZone(next, left, { frame });
    next = updateNode(next, id, { zones: zone === null ? [] : [zone] });
  }
  return next;
}

function tellParenting(board: Board, parenting: Parenting): string {
  const zones = new Map(board.state.design.zones.map((zone) => [zone.id, nameOf(zone)]));
  return [...parenting]
    .map(([id, zone]) => {
      const label = labelOf(board, id);
      return zone === null ? strings.zoning.left(label) : strings.zoning.entered(label, zones.get(zone) ?? zone);
    })
    .join(". ");
}

/** Ends a drag: the cards stand at their new places, and in the zones they were dropped in. One step to undo. */
export function dropNodes(board: Board, moves: Moves): void {
  const { design, catalog, carrying } = board.state;
  const parenting = carrying ? parentingOf(design, catalog, moves) : new Map<string, null>();
  board.store.set({ carrying: false });
  if (parenting.size === 0) commitMoves(board, moves);
  else board.edit(moved(reparent(design, parenting), moves), { announce: tellParenting(board, parenting) });
}

/** The zones that are lit during a drag: those that would take a card in. */
export const litZones = (parenting: Parenting): ReadonlySet<string> =>
  new Set([...parenting.values()].filter((zone) => zone !== null));
