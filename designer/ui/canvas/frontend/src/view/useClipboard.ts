import { useReactFlow } from "@xyflow/react";
import { useLayoutEffect, type RefObject } from "react";
import type { Board } from "../model/board";
import { canPaste, copySelected, cutSelected, pasteCopied } from "../model/commands";
import { pasteText } from "../model/pasting";
import type { Position } from "../model/types";

const WRITING = "input, textarea, select, [contenteditable]";

type Root = HTMLElement;

const treeOf = (root: Root): Document | ShadowRoot => root.getRootNode() as Document | ShadowRoot;

/** Whether the keys go to the board, and not to one of its fields. */
function isAtWork(root: Root): boolean {
  const focused = treeOf(root).activeElement;
  return focused !== null && root.contains(focused) && !focused.matches(WRITING);
}

function copy(board: Board, event: ClipboardEvent, take: (board: Board) => string | null): void {
  const text = take(board);
  if (text === null) return;
  event.clipboardData?.setData("text/plain", text);
  event.preventDefault();
}

function paste(board: Board, event: ClipboardEvent, point: Position | null): void {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  event.preventDefault();
  if (text.trim() !== "") pasteText(board, text, point);
  else if (canPaste() && !board.state.readonly) pasteCopied(board);
}

/**
 * Copies to the machine's clipboard and pastes from it. The events are heard on the page: where nothing is marked,
 * browsers send them to its body and not to what has the focus.
 */
export function useClipboard(board: Board, root: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  useLayoutEffect(() => {
    const frame = root.current;
    if (frame === null) return;
    let pointer: Position | null = null;
    const onMove = (event: PointerEvent): void => {
      pointer = { x: event.clientX, y: event.clientY };
    };
    const onLeave = (): void => {
      pointer = null;
    };
    const place = (): Position | null => {
      const isOver = pointer !== null && treeOf(frame).elementFromPoint(pointer.x, pointer.y)?.closest(".wb-canvas") != null;
      return pointer !== null && isOver ? flow.screenToFlowPosition(pointer, { snapToGrid: false }) : null;
    };
    const onClipboard = (event: ClipboardEvent): void => {
      if (event.defaultPrevented || !isAtWork(frame)) return;
      if (event.type === "paste") paste(board, event, place());
      else if (event.type === "copy") copy(board, event, copySelected);
      else if (!board.state.readonly) copy(board, event, cutSelected);
    };
    frame.addEventListener("pointermove", onMove);
    frame.addEventListener("pointerleave", onLeave);
    // Some browsers cut from a field only, unless somebody says beforehand that there is something to cut.
    const onBefore = (event: Event): void => {
      if (isAtWork(frame)) event.preventDefault();
    };
    document.addEventListener("beforecut", onBefore);
    for (const kind of ["copy", "cut", "paste"] as const) document.addEventListener(kind, onClipboard);
    return () => {
      frame.removeEventListener("pointermove", onMove);
      frame.removeEventListener("pointerleave", onLeave);
      document.removeEventListener("beforecut", onBefore);
      for (const kind of ["copy", "cut", "paste"] as const) document.removeEventListener(kind, onClipboard);
    };
  }, [board, flow, root]);
}
