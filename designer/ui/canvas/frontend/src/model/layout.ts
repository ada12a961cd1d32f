/** Auto-layout: the design as a graph for ELK, with regions, zones and groups as graphs within it, and ELK's answer as positions. */

import { homeIds, type Container } from "./containers";
import { fold } from "./fold";
import { boundsOf, boxAt, CARD, snap, type Moves } from "./geometry";
import type { Design, Frame, Position } from "./types";
import { ROOM, type Frames } from "./zones";

export interface LayoutNode {
  readonly id: string;
  readonly width?: number;
  readonly height?: number;
  readonly x?: number;
  readonly y?: number;
  readonly layoutOptions?: Readonly<Record<string, string>>;
  readonly children?: readonly LayoutNode[];
}

export interface LayoutGraph {
  readonly id: string;
  readonly layoutOptions: Readonly<Record<string, string>>;
  readonly children: readonly LayoutNode[];
  readonly edges: readonly { readonly id: string; readonly sources: readonly string[]; readonly targets: readonly string[] }[];
}

/** What an automatic layout changes: places by node, and frames by zone. */
export interface Arrangement {
  readonly moves: Moves;
  readonly frames: Frames;
}

const OPTIONS: Readonly<Record<string, string>> = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "80",
  "elk.spacing.nodeNode": "40",
  "elk.spacing.componentComponent": "60",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.crossingMinimization.semiInteractive": "false",
};

/** Without containers, what is drawn first stands first. With them ELK cannot do that: it stops with an error. */
const FLAT: Readonly<Record<string, string>> = { ...OPTIONS, "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES" };

const NESTED: Readonly<Record<string, string>> = {
  ...OPTIONS,
  "elk.padding": `[top=${ROOM.top},left=${ROOM.left},bottom=${ROOM.bottom},right=${ROOM.right}]`,
};

type Draft = { id: string; layoutOptions: Readonly<Record<string, string>>; children: LayoutNode[] };

/** Puts every node into its containers, each made when it is first needed. */
function nest(design: Design, only: ReadonlySet<string> | null): LayoutNode[] {
  const root: LayoutNode[] = [];
  const drafts = new Map<string, Draft>();
  const into = (path: readonly Container[]): LayoutNode[] =>
    path.reduce((children, id) => {
      let draft = drafts.get(id);
      if (draft === undefined) {
        draft = { id, layoutOptions: NESTED, children: [] };
        drafts.set(id, draft);
        children.push(draft);
      }
      return draft.children;
    }, root);
  const homes = homeIds(design, only);
  for (const node of design.nodes) {
    if (only === null || only.has(node.id)) into(homes(node)).push({ id: `n:${node.id}`, ...CARD });
  }
  // A zone that nothing stands in keeps its size, and gets a place.
  for (const zone of only === null ? design.zones : []) {
    if (zone.frame !== null && !drafts.has(`z:${zone.id}`)) {
      into(homes.above(zone)).push({ id: `z:${zone.id}`, width: zone.frame.width, height: zone.frame.height });
    }
  }
  return root;
}

/** The graph ELK lays out. Ids are prefixed, because ELK wants those of nodes, containers and edges to differ. */
export function toLayoutGraph(design: Design, only: ReadonlySet<string> | null = null): LayoutGraph {
  const children = nest(design, only);
  const isNested = children.some((child) => child.children !== undefined);
  const has = (id: string): boolean => only === null || only.has(id);
  return {
    id: "board",
    layoutOptions: isNested ? { ...OPTIONS, "elk.hierarchyHandling": "INCLUDE_CHILDREN" } : FLAT,
    children,
    edges: design.connections
      .filter(({ from, to }) => has(from) && has(to))
      .map(({ from, to }) => ({ id: `e:${from}>${to}`, sources: [`n:${from}`], targets: [`n:${to}`] })),
  };
}

interface Placed {
  readonly id: string;
  readonly frame: Frame;
  readonly isLeaf: boolean;
}

/** Everything ELK has placed, by its prefixed id, measured from the corner of the whole. */
function flatten(nodes: readonly LayoutNode[], origin: Position = { x: 0, y: 0 }): readonly Placed[] {
  return nodes.flatMap(({ id, x = 0, y = 0, width = 0, height = 0, children = [] }) => {
    const at = { x: origin.x + x, y: origin.y + y };
    return [{ id, frame: { ...at, width, height }, isLeaf: children.length === 0 }, ...flatten(children, at)];
  });
}

const leaves = (placed: readonly Placed[], prefix: string): readonly [string, Frame][] =>
  placed.filter(({ id, isLeaf }) => isLeaf && id.startsWith(prefix)).map(({ id, frame }) => [id.slice(prefix.length), frame]);

/** Where ELK puts each node and each empty zone, moved so that the drawing keeps its top left corner. */
export function fromLayoutGraph(design: Design, children: readonly LayoutNode[]): Arrangement {
  const corner = (places: readonly Position[]): Position => boundsOf(places.map((at) => boxAt(at, CARD))) ?? { x: 0, y: 0 };
  const all = flatten(children);
  const isFree = all.length === design.nodes.length && !design.nodes.some((node) => node.pinned);
  const found = new Map(leaves(all, "n:"));
  const places = isFree ? fold(found) : found;
  const before = corner(design.nodes.filter((node) => places.has(node.id)).map((node) => node.position));
  const after = corner([...places.values()]);
  const shifted = ({ x, y }: Position): Position => snap({ x: x - after.x + before.x, y: y - after.y + before.y });
  return {
    moves: new Map([...places].map(([id, at]) => [id, shifted(at)])),
    frames: new Map(leaves(all, "z:").map(([id, frame]) => [id, { ...frame, ...shifted(frame) }])),
  };
}

/** Positions part of the way from one set to another; `progress` runs from 0 to 1 and is eased at both ends. */
export function between(from: Moves, to: Moves, progress: number): Moves {
  return new Map(
    [...to].map(([id, end]) => {
      const start = from.get(id) ?? end;
      const along = part(progress);
      return [id, { x: along(start.x, end.x), y: along(start.y, end.y) }];
    }),
  );
}

/** Frames part of the way from one set to another. */
export function framesBetween(from: Frames, to: Frames, progress: number): Frames {
  return new Map(
    [...to].map(([id, end]) => {
      const start = from.get(id) ?? end;
      const along = part(progress);
      const width = along(start.width, end.width);
      return [id, { x: along(start.x, end.x), y: along(start.y, end.y), width, height: along(start.height, end.height) }];
    }),
  );
}

function part(progress: number): (start: number, end: number) => number {
  const eased = progress < 0.5 ? 4 * progress ** 3 : 1 - (-2 * progress + 2) ** 3 / 2;
  return (start, end) => start + (end - start) * eased;
}
