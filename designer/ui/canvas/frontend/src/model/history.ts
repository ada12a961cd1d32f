/** Undo and redo: a line of documents with a finger on one of them. */

export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Edits with one non-null `merge` word in a row are one step, such as the nudges of a held arrow key. */
  readonly merge: string | null;
}

export const MAX_STEPS = 200;

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], merge: null });

export function commit<T>(history: History<T>, next: T, merge: string | null = null): History<T> {
  if (next === history.present) return history;
  const continues = merge !== null && merge === history.merge;
  const past = continues ? history.past : [...history.past, history.present].slice(-MAX_STEPS);
  return { past, present: next, future: [], merge };
}

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: previous,
    future: [history.present, ...history.future],
    merge: null,
  };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future, merge: null };
}

export const canUndo = (history: History<unknown>): boolean => history.past.length > 0;
export const canRedo = (history: History<unknown>): boolean => history.future.length > 0;
