/** Whether the ways of looking at a board have room on it. */

import type { BoardState } from "./board";

/** Lower than this, in pixels, a board is too small for more than a button beside its drawing. */
export const LOW = 420;

/** Whether the dock is a button until it is wanted: on a low board, and on a narrow one that is only looked at. */
export const isDockFolded = ({ low, readonly, width }: BoardState): boolean => low || (readonly && width === "compact");

/** Whether a panel of the dock is open: other traffic, the way of a request, or what fails. */
export const isPanelOpen = ({ design, panel }: BoardState): boolean =>
  design.nodes.length > 0 && (panel === "traffic" || panel === "paths" || panel === "failing");
