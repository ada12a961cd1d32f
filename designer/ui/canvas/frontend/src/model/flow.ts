/** Nodes and notes as the canvas knows them: one space of ids, and a box for each. */

import { boxAt, CARD, NOTE, type Box, type Moves, type Size } from "./geometry";
import type { Design, Position, Selection } from "./types";

const NOTE_PREFIX = "note:";

export const noteFlowId = (id: string): string => NOTE_PREFIX + id;
export const isNoteFlowId = (flowId: string): boolean => flowId.startsWith(NOTE_PREFIX);
export const noteIdOf = (flowId: string): string => flowId.slice(NOTE_PREFIX.length);

/** Measured heights of notes, which grow with their text. */
export type NoteSizes = ReadonlyMap<string, Size>;

const places = (design: Design, moving: Moves | null): [string, Position, Size | null][] => [
  ...design.nodes.map((node): [string, Position, Size | null] => [node.id, moving?.get(node.id) ?? node.position, CARD]),
  ...design.notes.map((note): [string, Position, Size | null] => {
    const id = noteFlowId(note.id);
    return [id, moving?.get(id) ?? note.position, null];
  }),
];

/** The box of everything on the board by flow id, what is being moved where it is now. */
export const boxesOf = (design: Design, moving: Moves | null = null, sizes?: NoteSizes): ReadonlyMap<string, Box> =>
  new Map(places(design, moving).map(([id, at, size]) => [id, boxAt(at, size ?? sizes?.get(id) ?? NOTE)]));

export const flowIdsOf = (selection: Selection): readonly string[] => [
  ...selection.nodes,
  ...selection.notes.map(noteFlowId),
];

/** Moves by flow id, parted into those of nodes and those of notes. */
export function partMoves(moves: Moves): { readonly nodes: Moves; readonly notes: Moves } {
  const all = [...moves];
  return {
    nodes: new Map(all.filter(([id]) => !isNoteFlowId(id))),
    notes: new Map(all.filter(([id]) => isNoteFlowId(id)).map(([id, at]) => [noteIdOf(id), at])),
  };
}
