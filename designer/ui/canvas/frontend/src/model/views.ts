/** Ways of looking at a board: through a lens, with something down, under other traffic. */

import type { Failed, Lens, View } from "./annotations";
import type { Design } from "./types";

export const LENSES: readonly Lens[] = ["load", "latency", "availability", "cost", "zones"];

export const PLAIN: View = { lens: "load", failed: null, scale: 1, workload: null, ladder: false };

export const sameFailed = (one: Failed | null, other: Failed | null): boolean =>
  one === other || (one !== null && other !== null && one.kind === other.kind && one.name === other.name);

/** Whether Python has to work something out for it that is not there anyway. */
export const isAsking = (view: View): boolean =>
  view.failed !== null || view.scale !== 1 || view.workload !== null || view.ladder;

/** Whether going from one way of looking to another needs an answer of Python's. */
export const asks = (from: View, to: View): boolean =>
  !sameFailed(from.failed, to.failed) ||
  from.scale !== to.scale ||
  from.workload !== to.workload ||
  (to.ladder && !from.ladder);

/** The view of an edited design: what is no longer drawn cannot be down. */
export function still(view: View, design: Design): View {
  const { failed } = view;
  if (failed === null) return view;
  const { kind, name } = failed;
  const isThere =
    kind === "node"
      ? design.nodes.some(({ id }) => id === name)
      : design.zones.some(({ id, region }) => (kind === "zone" ? id : region) === name);
  return isThere ? view : { ...view, failed: null };
}

/** Positions of the slider of traffic to each side of the middle, which is the traffic that was asked for. */
export const HALF = 20;
const LEAST = 0.1;
const MOST = 100;
const DIGITS = 2;

/** The multiple of the traffic at a position: logarithmic on both sides of 1, to two digits. */
export const scaleAt = (position: number): number =>
  Number(((position < 0 ? LEAST : MOST) ** (Math.abs(position) / HALF)).toPrecision(DIGITS));

/** The position nearest to a multiple of the traffic. */
export const stepOf = (scale: number): number =>
  Math.round((Math.log(scale) / Math.log(scale < 1 ? LEAST : MOST)) * (scale < 1 ? -HALF : HALF)) || 0;

/** Zones and regions that can be down, each region once. */
export const regionsOf = (design: Design): readonly string[] => [...new Set(design.zones.map(({ region }) => region))];
