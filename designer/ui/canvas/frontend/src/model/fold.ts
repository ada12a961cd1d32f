/** A long drawing goes on in further rows, as a text does; every other row runs back, so that each begins where the last one ends. */

import { boundsOf, boxAt, CARD, type Box, type Moves } from "./geometry";
import type { Position } from "./types";

/** Columns that stand side by side on a screen of usual width, with what is written on cards still to be read. */
const FEWEST_FOLDED = 7;
/** A drawing that is more times as wide as it is high leaves most of a window empty. */
const WIDEST = 3.2;
const GAP = 60;

type Row = readonly (readonly [string, Position])[];

const extentOf = (row: Row): Box => boundsOf(row.map(([, at]) => boxAt(at, CARD))) ?? { x: 0, y: 0, width: 0, height: 0 };

/** The places from left to right, those of one column together; null where columns are not apart. */
function columnsOf(places: Moves): readonly Row[] | null {
  const columns = new Map<number, [string, Position][]>();
  for (const [id, at] of places) columns.set(at.x, [...(columns.get(at.x) ?? []), [id, at]]);
  const lefts = [...columns.keys()].sort((one, other) => one - other);
  if (lefts.some((x, index) => index > 0 && x - (lefts[index - 1] ?? x) < CARD.width)) return null;
  return lefts.map((x) => columns.get(x) ?? []);
}

const inRows = (columns: readonly Row[], count: number): readonly Row[] => {
  const each = Math.ceil(columns.length / count);
  return Array.from({ length: Math.ceil(columns.length / each) }, (_, row) => columns.slice(row * each, (row + 1) * each).flat());
};

const isTooWide = (rows: readonly Row[]): boolean => {
  const extents = rows.map(extentOf);
  return Math.max(...extents.map(({ width }) => width)) > WIDEST * extents.reduce((sum, { height }) => sum + height, GAP * (rows.length - 1));
};

/** The places in as few rows as make them suit a window; as they are where they are few columns, or high enough in one row. */
export function fold(places: Moves): Moves {
  const columns = columnsOf(places);
  if (columns === null || columns.length < FEWEST_FOLDED) return places;
  const choices = columns.map((_, index) => inRows(columns, index + 1));
  const rows = choices.find((choice) => !isTooWide(choice)) ?? [];
  if (rows.length < 2) return places;
  const placed = rows.map((row) => ({ row, extent: extentOf(row) }));
  const wide = Math.max(...placed.map(({ extent }) => extent.width));
  const found = new Map<string, Position>();
  let top = 0;
  placed.forEach(({ row, extent }, index) => {
    for (const [id, { x, y }] of row) {
      const along = x - extent.x;
      found.set(id, { x: index % 2 === 0 ? along : wide - CARD.width - along, y: top + y - extent.y });
    }
    top += extent.height + GAP;
  });
  return found;
}
