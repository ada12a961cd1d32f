import type { MouseEvent, PointerEvent } from "react";
import type { Board } from "../model/board";
import { placeComponent } from "../model/commands";

/** A pointer that moves less than this, in pixels, clicks; one that moves more drags. */
const DRAG_DISTANCE = 4;

/** Starts to carry a component as soon as the pointer has moved far enough with its button down. */
function watchDrag(board: Board, component: string, from: { readonly x: number; readonly y: number }): void {
  const stop = (): void => {
    window.removeEventListener("pointermove", onMove);
    window.removeEventListener("pointerup", stop);
    window.removeEventListener("pointercancel", stop);
  };
  const onMove = (event: globalThis.PointerEvent): void => {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_DISTANCE) return;
    stop();
    board.store.set({ placing: { component, mode: "drag" } });
  };
  window.addEventListener("pointermove", onMove);
  window.addEventListener("pointerup", stop);
  window.addEventListener("pointercancel", stop);
}

/** A keyboard's click has no pointer; a finger has none to carry things with. */
const placesAtOnce = (event: MouseEvent): boolean =>
  event.detail === 0 || (event.nativeEvent as globalThis.PointerEvent).pointerType === "touch";

/** The handlers of a palette item: drag it, click it and then the board, or press Enter. */
export function placingHandlers(board: Board, component: string, onPlaced: () => void) {
  return {
    onPointerDown: (event: PointerEvent): void => {
      if (event.button === 0) watchDrag(board, component, { x: event.clientX, y: event.clientY });
    },
    onClick: (event: MouseEvent): void => {
      const { placing } = board.state;
      const isSecond = placing?.component === component && placing.mode === "armed";
      if (!placesAtOnce(event) && !isSecond) {
        board.store.set({ placing: { component, mode: "armed" } });
        return;
      }
      board.store.set({ placing: null });
      placeComponent(board, component);
      onPlaced();
    },
  };
}
