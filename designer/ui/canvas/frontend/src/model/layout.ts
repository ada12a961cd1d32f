/** Auto-layout: the design as a graph for ELK, and ELK's answer as positions. */

import { boundsOf, boxAt, CARD, snap, type Moves } from "./geometry";
import type { Design, Position } from "./types";

export interface LayoutNode {
  readonly id: string;
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
}

export interface LayoutGraph {
  readonly id: string;
  readonly layoutOptions: Readonly<Record<string, string>>;
  readonly children: readonly LayoutNode[];
  readonly edges: readonly { readonly id: string; readonly sources: readonly string[]; readonly targets: readonly string[] }[];
}

const OPTIONS: Readonly<Record<string, string>> = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "80",
  "elk.spacing.nodeNode": "40",
  "elk.spacing.componentComponent": "60",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.crossingMinimization.semiInteractive": "false",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};

/** The graph ELK lays out. Ids are prefixed, because ELK wants those of nodes and edges to differ. */
export const toLayoutGraph = (design: Design): LayoutGraph => ({
  id: "board",
  layoutOptions: OPTIONS,
  children: design.nodes.map((node) => ({ id: `n:${node.id}`, ...CARD })),
  edges: design.connections.map(({ from, to }) => ({ id: `e:${from}>${to}`, sources: [`n:${from}`], targets: [`n:${to}`] })),
});

/** Where ELK puts each node, moved so that the drawing keeps its top left corner. */
export function fromLayoutGraph(design: Design, children: readonly LayoutNode[]): Moves {
  const corner = (places: readonly Position[]): Position => boundsOf(places.map((at) => boxAt(at, CARD))) ?? { x: 0, y: 0 };
  const places = children.map(({ id, x = 0, y = 0 }): [string, Position] => [id.slice(2), { x, y }]);
  const [before, after] = [corner(design.nodes.map((node) => node.position)), corner(places.map(([, at]) => at))];
  return new Map(places.map(([id, { x, y }]) => [id, snap({ x: x - after.x + before.x, y: y - after.y + before.y })]));
}

/** Positions part of the way from one set to another; `progress` runs from 0 to 1 and is eased at both ends. */
export function between(from: Moves, to: Moves, progress: number): Moves {
  const eased = progress < 0.5 ? 4 * progress ** 3 : 1 - (-2 * progress + 2) ** 3 / 2;
  return new Map(
    [...to].map(([id, end]) => {
      const start = from.get(id) ?? end;
      return [id, { x: start.x + (end.x - start.x) * eased, y: start.y + (end.y - start.y) * eased }];
    }),
  );
}
