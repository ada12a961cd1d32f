/**
 * Stands in for d3-transition and d3-interpolate, which React Flow would move the view with over time. The board's own
 * camera does that, so nothing here ever moves by itself, and the bundle is a fifteenth smaller.
 */

import { selection } from "d3-selection";

/** A change over time that is over at once. */
const atOnce = <T>(_from: T, to: T) => (): T => to;

export const interpolate = atOnce;
export const interpolateZoom = atOnce;

/** Nothing moves, so there is nothing to stop. */
export function interrupt(): void {
  return undefined;
}

// The zoom behaviour stops what moves on a selection before it sets a view.
Object.assign(selection.prototype, {
  interrupt(this: unknown) {
    return this;
  },
});
