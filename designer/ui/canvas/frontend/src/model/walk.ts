/** From card to card by the arrow keys: the nearest one that lies that way. */

import type { Box } from "./geometry";

export type Way = "left" | "right" | "up" | "down";

/** How much more a step aside counts than one ahead: a card straight ahead wins over a nearer one at the side. */
const ASIDE = 2;

const middleOf = ({ x, y, width, height }: Box): readonly [number, number] => [x + width / 2, y + height / 2];

/** How far `to` lies ahead of `from` on that way, and how far aside. */
function offset(from: Box, to: Box, way: Way): readonly [ahead: number, aside: number] {
  const [[fromX, fromY], [toX, toY]] = [middleOf(from), middleOf(to)];
  const [right, down] = [toX - fromX, toY - fromY];
  return { left: [-right, down], right: [right, down], up: [-down, right], down: [down, right] }[way] as [number, number];
}

/** The id of the next box on that way, or null at the border. What lies more aside than ahead is not that way. */
export function nextOn(boxes: ReadonlyMap<string, Box>, from: string, way: Way): string | null {
  const start = boxes.get(from);
  if (start === undefined) return null;
  let [best, least] = [null as string | null, Infinity];
  for (const [id, box] of boxes) {
    const [ahead, aside] = offset(start, box, way);
    const cost = ahead + ASIDE * Math.abs(aside);
    if (id === from || ahead <= 0 || Math.abs(aside) > ahead * ASIDE || cost >= least) continue;
    [best, least] = [id, cost];
  }
  return best;
}

/** Where a walk begins: at the upper left. */
export function firstOf(boxes: ReadonlyMap<string, Box>): string | null {
  const order = [...boxes].sort(([, one], [, other]) => one.x - other.x || one.y - other.y);
  return order[0]?.[0] ?? null;
}
