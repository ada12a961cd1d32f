import { useLayoutEffect, type RefObject } from "react";
import type { Board } from "../model/board";

/** Gives the focus back to the board when what had it is gone: else the next key press would go to the page. */
export function useFocus(board: Board, root: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = root.current;
    if (element === null) return;
    let focused: Element | null = null;
    const rescue = (): void => {
      if (focused === null || focused.isConnected) return;
      focused = null;
      element.focus({ preventScroll: true });
    };
    const onIn = (event: FocusEvent): void => {
      focused = event.target instanceof Element ? event.target : null;
      // Whoever walks through the cards with Tab must see where they are.
      if (focused instanceof HTMLElement && focused.matches(".react-flow__node:focus-visible")) {
        board.camera?.reveal([focused.dataset["id"] ?? ""]);
      }
      const card = focused?.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
      if (card !== undefined) board.store.set({ entry: card });
    };
    const onOut = (event: FocusEvent): void => {
      const left = event.target;
      // An element may lose the focus on its way out of the page: whether it has gone shows only afterwards.
      requestAnimationFrame(() => {
        // What was clicked while it had the focus may have lost it for a moment only.
        if (focused === left && left instanceof Element && left.isConnected && !left.matches(":focus")) focused = null;
        rescue();
      });
    };
    const observer = new MutationObserver(rescue);
    observer.observe(element, { childList: true, subtree: true });
    element.addEventListener("focusin", onIn);
    element.addEventListener("focusout", onOut);
    return () => {
      observer.disconnect();
      element.removeEventListener("focusin", onIn);
      element.removeEventListener("focusout", onOut);
    };
  }, [board, root]);
}
