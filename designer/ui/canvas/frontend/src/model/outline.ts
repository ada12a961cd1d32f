/** The board in words: places, what stands in them, and who calls whom. Made anew from the state, so never behind it. */

import { strings } from "../strings";
import { callsOf } from "./calls";
import { connectionId, nodesById } from "./document";
import { describeNode, nodeLabel } from "./labels";
import { NOTHING } from "./selection";
import type { BoardState } from "./board";
import type { Connection, Design, DesignNode, Selection } from "./types";

export type BranchKind = "place" | "node" | "call" | "caller" | "note";

export interface Branch {
  /** Unique within the outline, and the same for as long as the thing is on the board. */
  readonly id: string;
  readonly kind: BranchKind;
  readonly title: string;
  /** The rest of the sentence; may be empty. */
  readonly detail: string;
  readonly selection: Selection;
  readonly children: readonly Branch[];
}

export type Described = Pick<BoardState, "design" | "catalog" | "annotations">;

const words = strings.outline;

const nameOf = ({ design, catalog }: Described, id: string): string => {
  const node = nodesById(design).get(id);
  return node === undefined ? id : nodeLabel(node, catalog.get(node.component));
};

function connectionBranch(state: Described, connection: Connection, kind: "call" | "caller"): Branch {
  const id = connectionId(connection.from, connection.to);
  const title = kind === "call" ? words.call(nameOf(state, connection.to)) : words.caller(nameOf(state, connection.from));
  const rate = state.annotations.edges[id]?.rate;
  const carries = connection.carries === "all" ? null : strings.inspector.carriesOptions[connection.carries];
  const detail = [connection.label, carries, rate, connection.mode === "async" ? strings.card.notWaitedFor : null];
  return {
    id: `${kind}:${id}`,
    kind,
    title,
    detail: detail.filter(Boolean).join(", "),
    selection: { ...NOTHING, connections: [id] },
    children: [],
  };
}

/** Whom a node calls and who calls it: "calls Cache and Database; called by Users". */
function callText(state: Described, id: string): string {
  const { out, in: into } = callsOf(state.design, id);
  if (out.length + into.length === 0) return words.alone;
  const parts = [
    out.length > 0 ? words.calls(out.map(({ to }) => nameOf(state, to))) : null,
    into.length > 0 ? words.calledBy(into.map(({ from }) => nameOf(state, from))) : null,
  ];
  return parts.filter((part) => part !== null).join("; ");
}

/** A node in one sentence, as its card is called and as the outline tells it. */
export const sentenceOf = (state: Described, node: DesignNode): string =>
  `${describeNode(node, state.catalog.get(node.component), state.annotations.nodes[node.id])}; ${callText(state, node.id)}`;

function nodeBranch(state: Described, node: DesignNode): Branch {
  const { out, in: into } = callsOf(state.design, node.id);
  const title = nameOf(state, node.id);
  return {
    id: `node:${node.id}`,
    kind: "node",
    title,
    detail: sentenceOf(state, node).slice(title.length + 2),
    selection: { ...NOTHING, nodes: [node.id] },
    children: [
      ...out.map((connection) => connectionBranch(state, connection, "call")),
      ...into.map((connection) => connectionBranch(state, connection, "caller")),
    ],
  };
}

/** Nodes that stand in the same zones together: each node is told once, also when it is spread over several. */
function placesOf(design: Design): ReadonlyMap<string, readonly DesignNode[]> {
  const places = new Map<string, DesignNode[]>();
  for (const node of design.nodes) {
    const place = [...node.zones].sort().join(" ");
    places.set(place, [...(places.get(place) ?? []), node]);
  }
  return places;
}

function placeBranch(state: Described, place: string, nodes: readonly DesignNode[]): Branch {
  const names = new Map(state.design.zones.map((zone) => [zone.id, zone.name ?? zone.id]));
  const zones = place === "" ? [] : place.split(" ").map((id) => names.get(id) ?? id);
  return {
    id: `place:${place}`,
    kind: "place",
    title: zones.length === 0 ? words.noZone : words.zones(zones),
    detail: words.count(nodes.length),
    selection: { ...NOTHING, nodes: nodes.map((node) => node.id) },
    children: nodes.map((node) => nodeBranch(state, node)),
  };
}

/** The whole board. Without zones the nodes stand at the top level. */
export function outlineOf(state: Described): readonly Branch[] {
  const { design } = state;
  const places = [...placesOf(design)];
  const isFlat = places.every(([place]) => place === "");
  const notes = design.notes.map((note): Branch => ({
    id: `note:${note.id}`,
    kind: "note",
    title: strings.card.note(note.text),
    detail: "",
    selection: { ...NOTHING, notes: [note.id] },
    children: [],
  }));
  const nodes = isFlat
    ? design.nodes.map((node) => nodeBranch(state, node))
    : places.map(([place, members]) => placeBranch(state, place, members));
  return [...nodes, ...notes];
}

/** A line of the outline as it is shown, with its place in the tree. */
export interface Row {
  readonly branch: Branch;
  readonly parent: string | null;
  /** 1 at the top. */
  readonly level: number;
  readonly position: number;
  readonly size: number;
}

/** The lines that are to be seen: what is folded shows its own line only. */
export function rowsOf(branches: readonly Branch[], folded: ReadonlySet<string>, parent: string | null = null, level = 1): readonly Row[] {
  return branches.flatMap((branch, index) => [
    { branch, parent, level, position: index + 1, size: branches.length },
    ...(folded.has(branch.id) ? [] : rowsOf(branch.children, folded, branch.id, level + 1)),
  ]);
}
