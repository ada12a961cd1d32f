import { useLayoutEffect, type RefObject } from "react";
import { useBoard } from "./context";

/**
 * Gives the focus back, when this part goes away, to what had it before: to the board where that is gone too.
 * Call it before anything in the part takes the focus.
 */
export function useReturn(element: RefObject<HTMLElement | null>): void {
  const board = useBoard();
  useLayoutEffect(() => {
    const part = element.current;
    if (part === null) return;
    const root = part.getRootNode() as Document | ShadowRoot;
    const before = root.activeElement;
    return () => {
      const now = root.activeElement;
      // Whoever has gone on to something else meanwhile is not called back.
      if (now !== null && now !== document.body && !part.contains(now)) return;
      if (before instanceof HTMLElement && before.isConnected && !part.contains(before)) before.focus({ preventScroll: true });
      else board.camera?.focusRoot();
    };
  }, [board, element]);
}
