import { createContext, useCallback, useContext, useRef, useSyncExternalStore } from "react";
import type { Board, BoardState } from "../model/board";
import type { Course } from "../model/courses";

export const BoardContext = createContext<Board | null>(null);

/** The board this part of the page belongs to. */
export function useBoard(): Board {
  const board = useContext(BoardContext);
  if (board === null) throw new Error("a board is needed here");
  return board;
}

/** A piece of the board's state. The selector must return the same object for the same state. */
export function useBoardState<T>(selector: (state: BoardState) => T): T {
  const { store } = useBoard();
  return useSyncExternalStore(store.subscribe, () => selector(store.get()));
}

/** The same for notes and the like, which read nothing that changes while something is dragged. */
export function useSettledState<T>(selector: (state: BoardState) => T): T {
  const { store } = useBoard();
  return useSyncExternalStore(store.subscribeSettled, () => selector(store.get()));
}

/**
 * Pieces of it for cards and lines, of which there are hundreds: all that one needs in one go, since each subscription
 * costs something with every change. The selector must not read what changes while something is dragged.
 */
export function useSettledPieces<T extends readonly unknown[]>(selector: (state: BoardState) => T): T {
  const { store } = useBoard();
  const known = useRef<T | null>(null);
  return useSyncExternalStore(store.subscribeSettled, () => {
    const [before, now] = [known.current, selector(store.get())];
    if (before === null || now.some((piece, index) => !Object.is(piece, before[index]))) known.current = now;
    return known.current ?? now;
  });
}

/** Where the line of that connection goes; nowhere while it is not on the board. */
export function useCourse(id: string): Course | undefined {
  const { courses } = useBoard();
  const watch = useCallback((listener: () => void) => courses.watch(id, listener), [courses, id]);
  return useSyncExternalStore(watch, () => courses.of(id));
}
