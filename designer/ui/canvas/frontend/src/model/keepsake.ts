/**
 * What was drawn and Python has not seen yet, kept where a reload of the page finds it again. Each tab has its own;
 * where the browser keeps nothing (a full or a forbidden store) the board works without.
 */

import type { BoardMessage } from "./types";

const PREFIX = "designer.board.";

export function remember(message: BoardMessage): void {
  try {
    sessionStorage.setItem(PREFIX + message.board, JSON.stringify(message));
  } catch {
    // An older one must not come back in place of this one.
    forget(message.board);
  }
}

export function forget(board: string): void {
  try {
    sessionStorage.removeItem(PREFIX + board);
  } catch {
    return;
  }
}

const isMessage = (value: unknown, board: string): value is BoardMessage => {
  if (typeof value !== "object" || value === null) return false;
  const message = value as Partial<BoardMessage>;
  return message.board === board && typeof message.epoch === "number" && typeof message.revision === "number";
};

/** The newest drawing of that board that was not seen, or null. */
export function recall(board: string): BoardMessage | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(PREFIX + board) ?? "null");
    return isMessage(value, board) ? value : null;
  } catch {
    return null;
  }
}
