import { useLayoutEffect, type KeyboardEvent } from "react";
import { actionFor, CLIPBOARD_EVENTS, isEnabled } from "../model/actions";
import type { Board } from "../model/board";
import { isNoteFlowId, noteIdOf } from "../model/flow";
import { NOTHING } from "../model/selection";
import type { Selection } from "../model/types";

/** Keys React Flow listens for on the document: add to the selection, zoom. */
const HELD = new Set(["Shift", "Control", "Meta", "Alt"]);
const SPACE = " ";

const isWriting = (target: HTMLElement): boolean => target.matches("input, textarea, select, [contenteditable]");

/** What the focused element stands for, or null when it is neither a card, a note nor a connection. */
function focusedItem(target: HTMLElement): Selection | null {
  const node = target.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  if (node !== undefined) return isNoteFlowId(node) ? { ...NOTHING, notes: [noteIdOf(node)] } : { ...NOTHING, nodes: [node] };
  const edge = target.closest(".react-flow__edge")?.getAttribute("data-id");
  return edge === null || edge === undefined ? null : { ...NOTHING, connections: [edge] };
}

const contains = (selection: Selection, item: Selection): boolean =>
  item.nodes.every((id) => selection.nodes.includes(id)) &&
  item.notes.every((id) => selection.notes.includes(id)) &&
  item.connections.every((id) => selection.connections.includes(id));

/** Keys that act on what has the focus even when something else is selected. */
const ACTS_ON_FOCUS = /^(inspect|delete|duplicate|copy|cut|nudge|next-connection|quick-add|connect-to|menu)/;

/** Runs the action of the registry a key stands for. Keys pressed here never reach the page and its own shortcuts. */
export function onKeyDown(board: Board, event: KeyboardEvent<HTMLElement>): void {
  const target = event.target as HTMLElement;
  if (!HELD.has(event.key)) event.stopPropagation();
  if (event.defaultPrevented || isWriting(target)) return;
  const isButton = target.closest("button, a, summary") !== null;
  if (isButton && (event.key === "Enter" || event.key === SPACE)) return;
  if (event.key === SPACE) {
    // It holds the view for panning and must not scroll the page.
    event.preventDefault();
    board.store.set({ held: true });
    return;
  }
  const action = actionFor(event);
  if (action === null) return;
  const item = focusedItem(target);
  if (item !== null && ACTS_ON_FOCUS.test(action.id) && !contains(board.state.selection, item)) board.select(item);
  if (CLIPBOARD_EVENTS.has(action.id) || !isEnabled(action, board)) return;
  event.preventDefault();
  action.run(board);
}

/** Lets go of the view when the space bar is let go, wherever the focus is by then. */
export function useRelease(board: Board): void {
  useLayoutEffect(() => {
    const release = (): void => {
      board.store.set({ held: false });
    };
    const onKeyUp = (event: globalThis.KeyboardEvent): void => {
      if (event.key === SPACE) release();
    };
    window.addEventListener("keyup", onKeyUp);
    window.addEventListener("blur", release);
    return () => {
      window.removeEventListener("keyup", onKeyUp);
      window.removeEventListener("blur", release);
    };
  }, [board]);
}
