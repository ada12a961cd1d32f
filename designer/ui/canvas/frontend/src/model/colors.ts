/** The colours there are for groups and notes, in the order in which they are offered. */

import type { Color, Note } from "./types";

export const COLORS: readonly Color[] = ["gray", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"];

export const GROUP_COLOR: Color = "gray";

/** The colour a note of that kind has when none was chosen; free words are then of the colour of all words. */
export const plainColorOf = (kind: Note["kind"]): Color | null => (kind === "sticky" ? "yellow" : null);

export const colorOf = (note: Note): Color | null => note.color ?? plainColorOf(note.kind);
