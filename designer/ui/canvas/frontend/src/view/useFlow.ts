import { useStoreApi, type Edge, type Node } from "@xyflow/react";
import { useLayoutEffect, useMemo, useRef } from "react";
import { connectionId, nodesById } from "../model/document";
import { boxesOf, noteFlowId, type NoteSizes } from "../model/flow";
import { CARD, NOTE, type Box, type Size } from "../model/geometry";
import { describeConnection, nodeLabel } from "../model/labels";
import { lensOf, markOf } from "../model/lenses";
import { sentenceOf } from "../model/outline";
import { entryOf } from "../model/reach";
import { routeConnections } from "../model/routes";
import type { BoardState } from "../model/board";
import { placeLabels, type Labels } from "../model/placement";
import type { Annotations } from "../model/annotations";
import type { Catalog, Design, DesignNode, Position } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";

export type FlowNode = Node<Record<string, never>>;
export type LineEdge = Edge<LineData, "line">;

interface LineData extends Record<string, unknown> {
  readonly label: string | undefined;
  readonly isAsync: boolean;
}

const LINE_ATTRIBUTES = { "aria-roledescription": strings.flow.connection };
const NO_DATA: Record<string, never> = {};

interface Item {
  readonly id: string;
  readonly type: "card" | "note";
  readonly position: Position;
  readonly size: Size;
  readonly selected: boolean;
  readonly ariaLabel: string;
  /** Whether Tab comes to it: to one of all cards, as to one of all tools in a toolbar. */
  readonly isEntry: boolean;
}

/** Only what changed gets a new object: React Flow then leaves the other nodes alone. */
function toFlowNode(item: Item, previous: FlowNode | undefined): FlowNode {
  const { id, type, position, size, selected, ariaLabel, isEntry } = item;
  const tabIndex = isEntry ? 0 : -1;
  const same =
    previous !== undefined &&
    previous.position.x === position.x &&
    previous.position.y === position.y &&
    previous.selected === selected &&
    previous.ariaLabel === ariaLabel &&
    previous.domAttributes?.tabIndex === tabIndex &&
    previous.measured?.height === size.height;
  if (same) return previous;
  const measured = { width: size.width, height: size.height };
  const fixed = type === "card" ? measured : { width: size.width };
  return { id, type, position: { x: position.x, y: position.y }, data: NO_DATA, selected, ariaLabel, domAttributes: { tabIndex, "aria-roledescription": strings.flow.card }, measured, ...fixed };
}

type Spoken = Pick<BoardState, "design" | "catalog" | "annotations" | "details" | "view">;

/** What is read out of each card and each connection, by id. */
type Sentences = ReadonlyMap<string, string>;

function cardSentences(state: Spoken): Sentences {
  const { design, catalog, annotations, view: { lens } } = state;
  const seen = (node: DesignNode): string | undefined =>
    lensOf(lens, node, catalog.get(node.component), markOf(state, node.id), design, annotations.nodes[node.id]?.fate)?.text;
  return new Map(design.nodes.map((node) => [node.id, [sentenceOf(state, node), seen(node)].filter(Boolean).join(", ")]));
}

function lineSentences(design: Design, catalog: Catalog, annotations: Annotations): Sentences {
  const label = labeller(design, catalog);
  return new Map(
    design.connections.map((connection) => {
      const id = connectionId(connection.from, connection.to);
      return [id, describeConnection(connection, label, annotations.edges[id]?.rate)];
    }),
  );
}

type Pieces = Pick<BoardState, "design" | "moving" | "selection">;

function itemsOf({ design, moving, selection }: Pieces, sentences: Sentences, entry: string | null, sizes: NoteSizes): Item[] {
  const [nodes, notes] = [new Set(selection.nodes), new Set(selection.notes)];
  return [
    ...design.nodes.map((node): Item => ({
      id: node.id,
      type: "card",
      position: moving?.get(node.id) ?? node.position,
      size: CARD,
      selected: nodes.has(node.id),
      ariaLabel: sentences.get(node.id) ?? "",
      isEntry: node.id === entry,
    })),
    ...design.notes.map((note): Item => {
      const id = noteFlowId(note.id);
      const position = moving?.get(id) ?? note.position;
      const ariaLabel = strings.card.note(note.text);
      return { id, type: "note", position, size: sizes.get(id) ?? NOTE, selected: notes.has(note.id), ariaLabel, isEntry: id === entry };
    }),
  ];
}

/** What each connection says: its own label, else its rate. */
const labelsOf = (connections: Design["connections"], { edges }: Annotations): Labels =>
  new Map(
    connections.flatMap(({ from, to, label }): [string, string][] => {
      const id = connectionId(from, to);
      const text = label ?? edges[id]?.rate;
      return text === undefined ? [] : [[id, text]];
    }),
  );

/** The map from before where it says the same: an edit that moves nothing leads no line anew. */
function useSame<T>(now: ReadonlyMap<string, T>, isSame: (one: T, other: T) => boolean): ReadonlyMap<string, T> {
  const before = useRef(now);
  const known = before.current;
  const isAlike = (id: string, value: T): boolean => {
    const old = known.get(id);
    return old !== undefined && isSame(old, value);
  };
  const same = known === now || (known.size === now.size && [...now].every(([id, value]) => isAlike(id, value)));
  if (!same) before.current = now;
  return before.current;
}

const isSameBox = (one: Box, other: Box): boolean =>
  one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;

function toEdges(
  { design, selection }: Pick<BoardState, "design" | "selection">,
  sentences: Sentences,
  previous: ReadonlyMap<string, LineEdge>,
): LineEdge[] {
  const selected = new Set(selection.connections);
  return design.connections.map((connection) => {
    const id = connectionId(connection.from, connection.to);
    const ariaLabel = sentences.get(id) ?? "";
    const text = connection.label ?? undefined;
    const isAsync = connection.mode === "async";
    const old = previous.get(id);
    const same =
      old !== undefined &&
      old.selected === selected.has(id) &&
      old.ariaLabel === ariaLabel &&
      old.data?.label === text &&
      old.data?.isAsync === isAsync;
    return same ? old : toEdge(id, connection, selected.has(id), ariaLabel, { label: text, isAsync });
  });
}

const toEdge = (
  id: string,
  { from, to }: { readonly from: string; readonly to: string },
  selected: boolean,
  ariaLabel: string,
  data: LineData,
): LineEdge => ({ id, source: from, target: to, type: "line", selected, ariaLabel, domAttributes: LINE_ATTRIBUTES, data });

function labeller(design: Design, catalog: Catalog): (id: string) => string {
  const nodes = nodesById(design);
  return (id) => {
    const node = nodes.get(id);
    return node === undefined ? id : nodeLabel(node, catalog.get(node.component));
  };
}

/** Gives React Flow what it draws, from the document, what is being moved, the selection and the annotations. */
export function useFlow(sizes: NoteSizes): void {
  const board = useBoard();
  const flow = useStoreApi<FlowNode, LineEdge>();
  const design = useBoardState((state) => state.design);
  const moving = useBoardState((state) => state.moving);
  const selection = useBoardState((state) => state.selection);
  const catalog = useBoardState((state) => state.catalog);
  const annotations = useBoardState((state) => state.annotations);
  const view = useBoardState((state) => state.view);
  // What is said of the load has come with the numbers.
  const details = useBoardState((state) => (state.view.lens === "load" ? null : state.details));
  const entry = useBoardState(entryOf);
  const oldNodes = useRef(new Map<string, FlowNode>());
  const oldEdges = useRef(new Map<string, LineEdge>());
  // Apart from places: while a card is dragged these stay as they are.
  const cards = useMemo(
    () => cardSentences({ design, catalog, annotations, details, view }),
    [design, catalog, annotations, details, view],
  );
  const lines = useMemo(() => lineSentences(design, catalog, annotations), [design, catalog, annotations]);
  const nodes = useMemo(() => {
    const items = itemsOf({ design, moving, selection }, cards, entry, sizes);
    const next = items.map((item) => toFlowNode(item, oldNodes.current.get(item.id)));
    oldNodes.current = new Map(next.map((node) => [node.id, node]));
    return next;
  }, [design, moving, selection, cards, entry, sizes]);
  const { connections } = design;
  const boxes = useSame(useMemo(() => boxesOf(design, null, sizes), [design, sizes]), isSameBox);
  const places = useMemo(() => (moving === null ? boxes : boxesOf(design, moving, sizes)), [boxes, design, moving, sizes]);
  const settled = useMemo(() => routeConnections(boxes, connections), [boxes, connections]);
  const routes = useMemo(() => {
    if (moving === null) return settled;
    return routeConnections(places, connections, { routes: settled, moved: new Set(moving.keys()) });
  }, [connections, moving, places, settled]);
  const labels = useSame(useMemo(() => labelsOf(connections, annotations), [connections, annotations]), Object.is);
  const spots = useMemo(() => placeLabels(routes, labels, places), [labels, places, routes]);
  const edges = useMemo(() => {
    const next = toEdges({ design, selection }, lines, oldEdges.current);
    oldEdges.current = new Map(next.map((edge) => [edge.id, edge]));
    return next;
  }, [design, selection, lines]);
  // At once and not by its properties, which it takes over only after the frame has been drawn: a card that is dragged
  // and its lines move together, in the frame that follows the hand.
  useLayoutEffect(() => {
    board.courses.lay(routes, spots);
  }, [board, routes, spots]);
  useLayoutEffect(() => {
    flow.getState().setNodes(nodes);
  }, [flow, nodes]);
  useLayoutEffect(() => {
    flow.getState().setEdges(edges);
  }, [flow, edges]);
}
