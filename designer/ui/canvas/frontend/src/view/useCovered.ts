import { sizeOf } from "../model/selection";
import { useBoardState } from "./context";

/** What the inspector covers of the right side, in pixels, as in the style sheet. */
const INSPECTOR = 296;

/** How much of the right side of the board is covered now, in pixels. */
export const useCovered = (): number =>
  useBoardState((state) => (sizeOf(state.selection) > 0 && state.width !== "compact" ? INSPECTOR : 0));
