/** Which actions the board's menu offers. What they are called and do stands in the list of actions and nowhere else. */

import { ACTIONS, isEnabled, type Action } from "./actions";
import type { Board } from "./board";
import { sizeOf } from "./selection";
import type { Selection } from "./types";

export type MenuKind = "board" | "zone" | "node" | "connection" | "note" | "several";

const OFFERS: Readonly<Record<MenuKind, readonly string[]>> = {
  board: ["paste", "note", "select-all", "gather", "layout", "fit", "outline", "full-screen"],
  zone: ["rename", "fail", "delete"],
  node: ["inspect", "quick-add", "quick-add-before", "connect-to", "fail", "spread", "pin", "duplicate", "copy", "cut", "gather", "delete"],
  connection: ["inspect", "quick-add", "lead-end", "lead-start", "delete"],
  note: ["inspect", "duplicate", "copy", "cut", "gather", "delete"],
  several: ["connect", "rename", "group", "ungroup", "tidy", "zone-around", "duplicate", "copy", "cut", "gather", "delete"],
};

export function kindOf(selection: Selection, zone: string | null = null): MenuKind {
  if (sizeOf(selection) === 0) return zone === null ? "board" : "zone";
  if (sizeOf(selection) > 1) return "several";
  if (selection.nodes.length > 0) return "node";
  return selection.notes.length > 0 ? "note" : "connection";
}

/** The actions for what is selected, those that can do something now. */
export function offersOf(board: Board): readonly Action[] {
  const wanted = OFFERS[kindOf(board.state.selection, board.state.zone)];
  return wanted.flatMap((id) => ACTIONS.filter((action) => action.id === id && isEnabled(action, board)));
}
