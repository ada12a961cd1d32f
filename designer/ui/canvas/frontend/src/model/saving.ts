/** What is said of a drawing's safety: by what the store answered, and by what is still on its way there. */

import type { BoardState } from "./state";

export interface Delivery {
  /** Whether the server can be reached. */
  readonly connected: boolean;
  /** Whether strokes have been on their way for longer than an answer usually takes. */
  readonly late: boolean;
}

/** A key of the words for it, or a sentence of Python's own; empty where nothing is stored. */
export function standing({ readonly, saved, unseen }: Pick<BoardState, "readonly" | "saved" | "unseen">, { connected, late }: Delivery): string {
  if (readonly) return "readonly";
  if (saved === "") return "";
  if (!connected) return unseen ? "cut" : "offline";
  return late ? "saving" : saved;
}

/** Whether strokes would be lost if the page were closed now, or may be by the next one. */
export const isUnsafe = (state: string): boolean => !["", "readonly", "saved", "saving"].includes(state);
