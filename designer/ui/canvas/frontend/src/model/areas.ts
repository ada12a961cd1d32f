/** What people do to zones and groups: each command refuses with a reason or makes one undoable edit. */

import { strings } from "../strings";
import type { Area, Board } from "./board";
import { labelOf, moved } from "./commands";
import { MAX_GROUPS, MAX_LABEL, MAX_ZONES, nodesById } from "./document";
import { addZone, removeZone, updateNode, updateZone } from "./edits";
import { boxesOf, noteFlowId } from "./flow";
import { CARD, freeSpot, GRID, type Box, type Moves } from "./geometry";
import { frameOfGroup, groupNodes, groupWith, ungroupNodes, updateGroup } from "./groups";
import { dropNodes, reparent } from "./parenting";
import { NOTHING } from "./selection";
import type { Design, Frame, Position } from "./types";
import { centreOf, framesOf, LEAST_ZONE, leastFrame, nameOf, nodesWithin, notesWithin, PLAIN_ZONE, residentsOf, standsInZones, zoneAt } from "./zones";

const words = strings.zoning;

const snapped = (value: number): number => Math.round(value / GRID) * GRID;

/** The frame between two corners, on the grid; one too small to hold anything is that of a click. */
export function frameBetween(from: Position, to: Position): Frame {
  const [x, y] = [snapped(Math.min(from.x, to.x)), snapped(Math.min(from.y, to.y))];
  const [width, height] = [snapped(Math.abs(to.x - from.x)), snapped(Math.abs(to.y - from.y))];
  const isClick = width < LEAST_ZONE.width / 2 && height < LEAST_ZONE.height / 2;
  if (isClick) return { x, y, ...PLAIN_ZONE };
  return { x, y, width: Math.max(width, LEAST_ZONE.width), height: Math.max(height, LEAST_ZONE.height) };
}

const canStand = (board: Board, id: string): boolean => {
  const node = nodesById(board.state.design).get(id);
  return node !== undefined && standsInZones(board.state.catalog.get(node.component));
};

function foundZone(board: Board, frame: Frame | null, nodes: readonly string[]): void {
  const { design, readonly } = board.state;
  if (readonly) return;
  if (design.zones.length >= MAX_ZONES) {
    board.toast(words.tooMany);
    return;
  }
  const added = addZone(design, frame);
  const members = nodes.filter((id) => canStand(board, id));
  const next = reparent(added.design, new Map(members.map((id) => [id, added.id])));
  board.edit(next, { selection: NOTHING, announce: words.added(added.id, members.length) });
  board.chooseZone(added.id);
}

/** A new zone in that frame; the cards inside it stand in it from now on. */
export const drawZone = (board: Board, frame: Frame): void => {
  foundZone(board, frame, nodesWithin(board.state.design, frame).map((node) => node.id));
};

/** A new zone around the selected nodes. */
export const zoneAround = (board: Board): void => {
  foundZone(board, null, board.state.selection.nodes);
};

export function removeZoneOf(board: Board, id: string): void {
  const zone = board.state.design.zones.find((item) => item.id === id);
  if (zone === undefined) return;
  board.edit(removeZone(board.state.design, id), { announce: words.removed(nameOf(zone)) });
  board.camera?.focusRoot();
}

/** The places of all that goes along when an area is moved: its cards, and the notes that lie in it. */
export function movesOf(design: Design, area: Area, by: Position): Moves {
  const isZone = area.kind === "zone";
  const group = design.groups.find((item) => item.id === area.id);
  const frame = isZone ? framesOf(design).get(area.id) : group === undefined ? null : frameOfGroup(design, group, null);
  const members = isZone ? residentsOf(design, area.id) : design.nodes.filter((node) => group?.nodes.includes(node.id));
  const notes = frame == null ? [] : notesWithin(design, frame);
  const shifted = ({ x, y }: Position): Position => ({ x: x + by.x, y: y + by.y });
  return new Map([
    ...members.map((node) => [node.id, shifted(node.position)] as const),
    ...notes.map((note) => [noteFlowId(note.id), shifted(note.position)] as const),
  ]);
}

const shiftedFrame = (frame: Frame, by: Position): Frame => ({ ...frame, x: frame.x + by.x, y: frame.y + by.y });

/** Shows an area on its way, without touching the document. */
export function carryArea(board: Board, area: Area, by: Position): void {
  const { design } = board.state;
  const moving = movesOf(design, area, by);
  if (area.kind === "group") {
    board.store.set({ moving, carrying: true });
    return;
  }
  const frame = framesOf(design).get(area.id);
  if (frame !== undefined) board.store.set({ moving, framing: new Map([[area.id, shiftedFrame(frame, by)]]) });
}

/** Ends the way of an area. A group is dropped like its cards; a zone takes all that stands in it along. */
export function dropArea(board: Board, area: Area, by: Position, merge?: string): void {
  const { design } = board.state;
  const moves = movesOf(design, area, by);
  if (area.kind === "group") {
    dropNodes(board, moves);
    return;
  }
  const zone = design.zones.find((item) => item.id === area.id);
  const frame = zone?.frame == null ? null : shiftedFrame(framesOf(design).get(area.id) ?? zone.frame, by);
  board.edit(updateZone(moved(design, moves), area.id, frame === null ? {} : { frame }), merge === undefined ? {} : { merge });
}

/** The sides of a frame that a grip moves: "n", "se" and so on. */
export type Grip = "n" | "e" | "s" | "w" | "nw" | "ne" | "se" | "sw";

/** A zone's frame with some sides moved: never smaller than what stands in it, nor than a zone can be. */
export function resizedFrame(design: Design, zone: string, grip: Grip, by: Position): Frame | null {
  const frame = framesOf(design).get(zone);
  if (frame === undefined) return null;
  const inside = leastFrame(design, zone);
  let [left, top, right, bottom] = [frame.x, frame.y, frame.x + frame.width, frame.y + frame.height];
  if (grip.includes("w")) left = Math.min(snapped(left + by.x), right - LEAST_ZONE.width, inside?.x ?? Infinity);
  if (grip.includes("e")) right = Math.max(snapped(right + by.x), left + LEAST_ZONE.width, inside === null ? -Infinity : inside.x + inside.width);
  if (grip.includes("n")) top = Math.min(snapped(top + by.y), bottom - LEAST_ZONE.height, inside?.y ?? Infinity);
  if (grip.includes("s")) bottom = Math.max(snapped(bottom + by.y), top + LEAST_ZONE.height, inside === null ? -Infinity : inside.y + inside.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function resizeZone(board: Board, zone: string, frame: Frame): void {
  board.edit(updateZone(board.state.design, zone, { frame }), { announce: words.resized });
}

/** What a title says: the name of the zone or of the group. */
export function titleOf(design: Design, { kind, id }: Area): string {
  if (kind === "group") return design.groups.find((group) => group.id === id)?.name ?? words.group;
  const zone = design.zones.find((item) => item.id === id);
  return zone === undefined ? id : nameOf(zone);
}

/** Gives an area another name; an empty one takes the name away. */
export function renameArea(board: Board, { kind, id }: Area, text: string): void {
  const { design } = board.state;
  const name = text.trim() === "" ? null : text.trim().slice(0, MAX_LABEL);
  board.store.set({ renaming: null });
  const old = (kind === "zone" ? design.zones : design.groups).find((item) => item.id === id)?.name;
  if (old === undefined || old === name) return;
  board.edit(kind === "zone" ? updateZone(design, id, { name }) : updateGroup(design, id, { name }));
}

/** A zone is chosen itself; a group is its nodes. */
export function chooseArea(board: Board, { kind, id }: Area): void {
  if (kind === "zone") board.chooseZone(id);
  else board.select({ ...NOTHING, nodes: board.state.design.groups.find((group) => group.id === id)?.nodes ?? [] });
}

/** The area that keys mean: the chosen zone, or the group of just the selected nodes. */
export function areaAtHand(board: Board): Area | null {
  const { design, selection, zone } = board.state;
  if (zone !== null) return { kind: "zone", id: zone };
  const group = groupWith(design, selection.nodes);
  return group === null ? null : { kind: "group", id: group.id };
}

/** Starts to write the name of the area at hand, or else of the selected node. */
export function startRenaming(board: Board): void {
  const area = areaAtHand(board);
  if (area === null) board.camera?.focusInspector();
  else board.store.set({ renaming: area });
}

export function groupSelected(board: Board): void {
  const { design, selection } = board.state;
  const next = groupNodes(design, selection.nodes);
  if (next === design && selection.nodes.length > 0) board.toast(words.tooManyGroups(MAX_GROUPS));
  board.edit(next, { announce: words.grouped(selection.nodes.length) });
}

export function ungroupSelected(board: Board): void {
  board.edit(ungroupNodes(board.state.design, board.state.selection.nodes), { announce: words.ungrouped });
}

/** Pins the selected nodes where they are, or unpins them when all of them are pinned. */
export function togglePins(board: Board): void {
  const { design, selection } = board.state;
  const nodes = design.nodes.filter((node) => selection.nodes.includes(node.id));
  const pinned = !nodes.every((node) => node.pinned);
  const next = nodes.reduce((made, node) => updateNode(made, node.id, { pinned }), design);
  board.edit(next, { announce: pinned ? words.pinned(nodes.length) : words.unpinned(nodes.length) });
}

/** The zones a node would be spread over: all those of the region it stands in, else of the first one. */
function zonesAround(design: Design, zones: readonly string[]): readonly string[] {
  const region = (design.zones.find((zone) => zones.includes(zone.id)) ?? design.zones[0])?.region;
  return design.zones.filter((zone) => zone.region === region).map((zone) => zone.id);
}

/** Where a card goes that stands in no one zone any more: out of every frame it lies in. */
function outside(design: Design, id: string): Position {
  const frames = framesOf(design);
  const place = nodesById(design).get(id)?.position ?? { x: 0, y: 0 };
  if (zoneAt(frames, centreOf(place)) === null) return place;
  const others = [...boxesOf(design)].filter(([other]) => other !== id).map(([, box]): Box => box);
  return freeSpot(place, CARD, [...frames.values(), ...others]);
}

/** Spreads the selected nodes over all zones of their region, with a machine for each zone at least. */
export function spreadSelected(board: Board): void {
  const { design, catalog, selection } = board.state;
  let next = design;
  let [spread, raised] = [0, 0];
  for (const id of selection.nodes.filter((node) => canStand(board, node))) {
    const node = nodesById(design).get(id);
    const zones = zonesAround(design, node?.zones ?? []);
    if (node === undefined || zones.length < 2) continue;
    const isShort = catalog.get(node.component)?.knobs.includes("instances") === true && node.instances < zones.length;
    next = updateNode(next, id, { zones, ...(isShort ? { instances: zones.length } : {}) });
    spread += 1;
    if (isShort) raised += 1;
  }
  if (spread === 0) {
    board.toast(words.nothingToSpread);
    return;
  }
  for (const id of selection.nodes) next = updateNode(next, id, { position: outside(next, id) });
  board.edit(next);
  const label = spread === 1 ? labelOf(board, selection.nodes[0] ?? "") : null;
  board.toast(raised > 0 ? words.spreadRaised(label ?? spread) : words.spread(label ?? spread));
}

/** Moves an area by grid steps; steps in a row are one step of the history. */
export function nudgeArea(board: Board, area: Area, columns: number, rows: number): void {
  dropArea(board, area, { x: columns * GRID, y: rows * GRID }, `nudge ${area.kind} ${area.id}`);
}

