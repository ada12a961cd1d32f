import { useLayoutEffect, useSyncExternalStore, type RefObject } from "react";
import type { Board } from "../model/board";
import { strings } from "../strings";

const holderOf = (element: HTMLElement): Document | ShadowRoot => element.getRootNode() as Document | ShadowRoot;

/** Over the whole window by style alone: the top layer, because the board's frame would clip anything lesser. */
function cover(element: HTMLElement): void {
  element.setAttribute("popover", "manual");
  // Without a top layer the board stays as large as its frame, which is better than none.
  element.showPopover?.();
}

async function enter(element: HTMLElement): Promise<void> {
  try {
    if (!document.fullscreenEnabled) throw new Error("not here");
    await element.requestFullscreen();
  } catch {
    // A telephone has no full screen for anything but films; a page in a frame may be refused it.
    cover(element);
  }
}

function leave(element: HTMLElement): void {
  element.removeAttribute("popover");
  if (holderOf(element).fullscreenElement === element) void document.exitFullscreen();
}

/** Lets the board fill the screen while its state says so, and lets the state follow when the browser ends it. */
export function useFullScreen(board: Board, root: RefObject<HTMLElement | null>): void {
  const full = useSyncExternalStore(board.store.subscribe, () => board.state.full);
  useLayoutEffect(() => {
    const element = root.current;
    if (element === null || !full) return;
    const focused = holderOf(element).activeElement;
    void enter(element).then(() => {
      board.announce(strings.announce.fullScreen);
      if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    });
    const onChange = (): void => {
      if (holderOf(element).fullscreenElement === null && !element.hasAttribute("popover")) board.store.set({ full: false });
    };
    document.addEventListener("fullscreenchange", onChange);
    return () => {
      document.removeEventListener("fullscreenchange", onChange);
      leave(element);
      board.store.set({ full: false });
      board.announce(strings.announce.smallScreen);
    };
  }, [board, full, root]);
}
