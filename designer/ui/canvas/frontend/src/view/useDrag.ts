import { useStoreApi } from "@xyflow/react";
import type { PointerEvent } from "react";
import { GRID } from "../model/geometry";
import type { Position } from "../model/types";

/** A pointer that moves less than this, in pixels, clicks; one that moves more drags. */
const DRAG_DISTANCE = 4;

interface Drag {
  /** How far the pointer is from where it went down, on the board's plane and its grid. */
  onMove(by: Position): void;
  /** Where it was let go; null when the drag was broken off. */
  onEnd(by: Position | null): void;
  onClick?(event: globalThis.PointerEvent): void;
}

const snapped = (value: number): number => Math.round(value / GRID) * GRID;

/** A handler that follows a pointer from where it goes down on an element until it is let go. */
export function useDrag({ onMove, onEnd, onClick }: Drag): (event: PointerEvent<HTMLElement>) => void {
  const flow = useStoreApi();
  return (down) => {
    if (down.button !== 0 || !down.isPrimary) return;
    const element: HTMLElement = down.currentTarget;
    const from = { x: down.clientX, y: down.clientY };
    let isDrag = false;
    const byOf = (event: globalThis.PointerEvent): Position => {
      const zoom = flow.getState().transform[2];
      return { x: snapped((event.clientX - from.x) / zoom), y: snapped((event.clientY - from.y) / zoom) };
    };
    const watch = new AbortController();
    const { signal } = watch;
    const cancel = (): void => {
      watch.abort();
      if (isDrag) onEnd(null);
    };
    element.setPointerCapture(down.pointerId);
    element.addEventListener("pointermove", (event) => {
      isDrag ||= Math.hypot(event.clientX - from.x, event.clientY - from.y) >= DRAG_DISTANCE;
      if (isDrag) onMove(byOf(event));
    }, { signal });
    element.addEventListener("pointerup", (event) => {
      watch.abort();
      if (isDrag) onEnd(byOf(event));
      else onClick?.(event);
    }, { signal });
    element.addEventListener("pointercancel", cancel, { signal });
    // Esc puts everything back where it was.
    window.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isDrag) return;
      event.stopPropagation();
      cancel();
    }, { signal, capture: true });
  };
}
