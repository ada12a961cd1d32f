import { useLayoutEffect } from "react";
import type { Board } from "../model/board";

/**
 * Whether a card that is dropped goes into the zone below it: while a hand drags it, and Alt is not held. Read from the
 * pointer and the key themselves, before the canvas hears of them: it tells of a drop without saying which keys are held.
 */
export function useCarrying(board: Board): void {
  useLayoutEffect(() => {
    let isDown = false;
    const set = (event: { readonly altKey: boolean }): void => {
      board.store.set({ carrying: isDown && !event.altKey });
    };
    const onDown = (event: PointerEvent): void => {
      isDown = event.composedPath().some((item) => item instanceof Element && item.matches(".react-flow__node"));
      set(event);
    };
    const onMove = (event: PointerEvent | KeyboardEvent): void => {
      if (isDown) set(event);
    };
    // Whoever drops the cards takes the mark away; a click that moved nothing leaves it, so it goes with the next task.
    const onEnd = (event: PointerEvent): void => {
      onMove(event);
      isDown = false;
      setTimeout(() => {
        if (!isDown) board.store.set({ carrying: false });
      });
    };
    window.addEventListener("pointerdown", onDown, true);
    window.addEventListener("pointermove", onMove, true);
    window.addEventListener("keydown", onMove, true);
    window.addEventListener("keyup", onMove, true);
    window.addEventListener("pointerup", onEnd, true);
    window.addEventListener("pointercancel", onEnd, true);
    return () => {
      window.removeEventListener("pointerdown", onDown, true);
      window.removeEventListener("pointermove", onMove, true);
      window.removeEventListener("keydown", onMove, true);
      window.removeEventListener("keyup", onMove, true);
      window.removeEventListener("pointerup", onEnd, true);
      window.removeEventListener("pointercancel", onEnd, true);
    };
  }, [board]);
}
