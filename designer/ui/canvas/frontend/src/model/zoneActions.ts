/** The part of the list of actions that is about zones, groups, notes and laying out. */

import { strings } from "../strings";
import type { Action } from "./actions";
import { areaAtHand, groupSelected, spreadSelected, startRenaming, togglePins, ungroupSelected, zoneAround } from "./areas";
import type { Board } from "./board";
import { placeNote } from "./commands";
import { hasGroup } from "./groups";

const labels = strings.zoning.actions;

const hasNodes = (count: number) => (board: Board) => board.state.selection.nodes.length >= count;

export const ZONE_ACTIONS: readonly Action[] = [
  { id: "text", label: labels.text, group: "build", keys: ["T"], edits: true, enabled: () => true, run: (b) => { placeNote(b, null, "text"); } },
  { id: "zone-tool", label: labels.draw, group: "build", keys: ["W"], edits: true, enabled: () => true, run: (b) => { b.store.set({ tool: b.state.tool === "zone" ? "select" : "zone" }); } },
  { id: "zone-around", label: labels.around, group: "build", keys: ["Shift+W"], edits: true, enabled: hasNodes(1), run: zoneAround },
  { id: "spread", label: labels.spread, group: "build", keys: ["Shift+Z"], edits: true, enabled: (b) => hasNodes(1)(b) && b.state.design.zones.length > 1, run: spreadSelected },
  { id: "tidy", label: labels.tidy, group: "build", keys: ["Shift+L"], edits: true, enabled: hasNodes(2), run: (b) => { b.arrange?.(b.state.selection.nodes); } },
  { id: "pin", label: labels.pin, group: "build", keys: ["Shift+P"], edits: true, enabled: hasNodes(1), run: togglePins },
  { id: "group", label: labels.group, group: "edit", keys: ["Mod+G"], edits: true, enabled: hasNodes(2), run: groupSelected },
  { id: "ungroup", label: labels.ungroup, group: "edit", keys: ["Mod+Shift+G"], edits: true, enabled: (b) => hasGroup(b.state.design, b.state.selection), run: ungroupSelected },
  { id: "rename", label: labels.rename, group: "edit", keys: ["F2"], edits: true, enabled: (b) => areaAtHand(b) !== null || b.state.selection.nodes.length === 1, run: startRenaming },
];
