/** What there is to a board at a moment, besides what is stored of it. */

import type { Comparison } from "./effects";
import type { Moves } from "./geometry";
import type { History } from "./history";
import type { End } from "./links";
import type { Annotations, Details, Ladder, View } from "./annotations";
import type { Catalog, Dataset, Design, Frame, Position, ReplayData, Selection } from "./types";

export type Panel = "zones" | "shortcuts" | "outline" | "traffic" | "paths" | "failing";
export type Tool = "select" | "hand" | "zone";
export type Width = "compact" | "medium" | "wide";
/** The whole palette, its icons only, or none of it. */
export type PaletteMode = "open" | "rail" | "closed";

/** A zone or a group: what is drawn around cards. */
export interface Area {
  readonly kind: "zone" | "group";
  readonly id: string;
}

/** A component on its way to the board: held while dragging, or waiting for a click. */
export interface Placing {
  readonly component: string;
  readonly mode: "drag" | "armed";
}

/**
 * A list that is open to be chosen from: what goes after or before a node, at `point` on the board's plane or where
 * there is room; what goes into a connection; or any command.
 */
export type Asking =
  | { readonly kind: "after"; readonly node: string; readonly point: Position | null }
  | { readonly kind: "before"; readonly node: string; readonly point: Position | null }
  | { readonly kind: "between"; readonly connection: string }
  | { readonly kind: "commands" };
/** What a target is being chosen for: a node to call something, or an end of a connection to go elsewhere. */
export type Aim =
  | { readonly kind: "connect"; readonly from: string }
  | { readonly kind: "lead"; readonly connection: string; readonly end: End };

/** Where a menu opens: at a place of the window, in pixels, or at what is selected. */
export type MenuPlace = Position | "selection";

export interface Message {
  readonly id: number;
  readonly text: string;
}

export interface BoardState {
  readonly history: History<Design>;
  readonly design: Design;
  readonly selection: Selection;
  /** Positions of what is being dragged or animated, by flow id; the document follows at the end. */
  readonly moving: Moves | null;
  /** Frames of zones that are being dragged, resized or animated, by zone; the document follows at the end. */
  readonly framing: ReadonlyMap<string, Frame> | null;
  /** Whether cards are being dragged by hand, and a zone they are dropped in would take them in. */
  readonly carrying: boolean;
  /** The zone that was chosen by its title; it is not chosen together with anything else. */
  readonly zone: string | null;
  /** The area whose title is being written. */
  readonly renaming: Area | null;
  /** Whether what moves is in somebody's hand, and not on its own way. */
  readonly dragged: boolean;
  readonly catalog: Catalog;
  readonly annotations: Annotations;
  readonly view: View;
  /** The workload whose request is followed on the lines, and the step at which its dot is. */
  readonly path: string | null;
  readonly step: number;
  readonly details: Details | null;
  readonly ladder: Ladder | null;
  /** The numbers before and after the last edit, once Python has answered it. */
  readonly compared: Comparison | null;
  readonly datasets: readonly Dataset[];
  readonly saved: string;
  /** Whether there are strokes that Python has not answered. */
  readonly unseen: boolean;
  readonly readonly: boolean;
  readonly placing: Placing | null;
  readonly panel: Panel | null;
  readonly asking: Asking | null;
  /** Whether people opened or closed the palette; null leaves it to the width of the board. */
  readonly palette: boolean | null;
  readonly menu: MenuPlace | null;
  readonly aiming: Aim | null;
  /** Whether taps add to the selection. */
  readonly gathering: boolean;
  /** Whether the board fills the window. */
  readonly full: boolean;
  /** The card or note, by flow id, that had the focus last: Tab comes back to it. */
  readonly entry: string | null;
  /** How much room there is; null until the width is known. */
  readonly width: Width | null;
  /** Whether the board is too low for more than a drawing. */
  readonly low: boolean;
  readonly tool: Tool;
  /** Whether the space bar is held: the hand tool for as long. */
  readonly held: boolean;
  readonly toast: Message | null;
  readonly announcement: Message | null;
  /** Nodes to flash; `id` grows with every flash. */
  readonly flash: { readonly id: number; readonly nodes: readonly string[]; readonly connections: readonly string[] };
  /** Grows when the view should be fitted. */
  readonly fits: number;
  /** What is being played, on a board that is read only. */
  readonly replay: ReplayData | null;
}
