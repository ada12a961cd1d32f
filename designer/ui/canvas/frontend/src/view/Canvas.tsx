import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
  useStoreApi,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  type ReactFlowState,
} from "@xyflow/react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type JSX, type PointerEvent, type RefObject } from "react";
import { isHand, type Board, type Viewport } from "../model/board";
import { endArrow } from "../model/additions";
import { connectNodes } from "../model/commands";
import { boxesOf, isNoteFlowId, noteIdOf, type NoteSizes } from "../model/flow";
import { boundsOf, GRID, type Moves, type Size } from "../model/geometry";
import { drawIntoLine } from "../model/guides";
import { dropNodes } from "../model/parenting";
import { refuseConnection } from "../model/refusals";
import { changed, sizeOf } from "../model/selection";
import type { Position } from "../model/types";
import { containersOf } from "../model/zones";
import { strings } from "../strings";
import { morph } from "./animate";
import { Areas, useUnzoom } from "./Areas";
import { arrange } from "./arranger";
import { Card } from "./Card";
import { useBoard, useBoardState } from "./context";
import { DraftLine, Line } from "./Line";
import { NoteCard } from "./NoteCard";
import { isView, useCamera } from "./useCamera";
import { useClipboard } from "./useClipboard";
import { useCarrying } from "./useCarrying";
import { useFlow, type FlowNode, type LineEdge } from "./useFlow";

const NODE_TYPES = { card: Card, note: NoteCard };
const EDGE_TYPES = { line: Line };
const SNAP: [number, number] = [GRID, GRID];
const DOTS = 2 * GRID;
const SPOKEN = {
  "node.a11yDescription.default": strings.flow.keys,
  "node.a11yDescription.keyboardDisabled": strings.flow.keys,
  "edge.a11yDescription.default": strings.flow.keys,
};
/** Below this zoom small print would be specks: cards say less and larger, lines lose their labels. */
const FAR_ZOOM = 0.62;
/** A board with fewer cards than this needs no overview. */
const MINIMAP_FROM = 9;
const MINIMAP_ROOM = { width: 680, height: 480 } as const;
/** An arrow let go nearer to where it began than this was not meant to go anywhere. */
const PULLED = 40;
/** Middle and right mouse button; a finger has none, so on touch screens the board moves and long presses select. */
const PAN_BUTTONS = [1, 2];

/** Asked once for each board: to ask makes the browser work out its styles, which is too much for every frame of a drag. */
const isTouch = (): boolean => window.matchMedia("(pointer: coarse)").matches;

/** Takes over what React Flow reports: drags are shown at once and written into the document when they end. */
function applyNodeChanges(board: Board, changes: readonly NodeChange<FlowNode>[], resize: (id: string, size: Size) => void): void {
  const moves = new Map(board.state.moving ?? []);
  let [isMoved, isDone, selection] = [false, false, board.state.selection];
  for (const change of changes) {
    if (change.type === "position") {
      if (change.position !== undefined) moves.set(change.id, change.position);
      isMoved = true;
      isDone ||= change.dragging === false;
    } else if (change.type === "select") {
      const isNote = isNoteFlowId(change.id);
      selection = changed(selection, isNote ? "notes" : "nodes", isNote ? noteIdOf(change.id) : change.id, change.selected);
    } else if (change.type === "dimensions" && change.dimensions !== undefined && isNoteFlowId(change.id)) {
      resize(change.id, change.dimensions);
    }
  }
  board.select(selection);
  if (isMoved) takeMoves(board, moves, isDone);
}

function takeMoves(board: Board, moves: Moves, isDone: boolean): void {
  if (board.state.readonly) return;
  const lined = drawIntoLine(boxesOf(board.state.design), moves, board.viewport?.zoom ?? 1);
  if (isDone) dropNodes(board, lined);
  else board.setMoving(lined, true);
}

function applyEdgeChanges(board: Board, changes: readonly EdgeChange<LineEdge>[], isBoxing: boolean): void {
  // A box drawn around cards means the cards: their lines go with them anyway.
  if (isBoxing) return;
  let { selection } = board.state;
  for (const change of changes) {
    if (change.type === "select") selection = changed(selection, "connections", change.id, change.selected);
  }
  board.select(selection);
}

function useNoteSizes(): readonly [NoteSizes, (id: string, size: Size) => void] {
  const [sizes, setSizes] = useState<NoteSizes>(new Map());
  const resize = useCallback((id: string, size: Size) => {
    setSizes((old) => (old.get(id)?.height === size.height ? old : new Map(old).set(id, size)));
  }, []);
  return [sizes, resize];
}

const hasRoom = (state: ReactFlowState): boolean => state.width > 0 && state.panZoom !== null;

/** Fits the view when the board asks for it, and not when the page merely comes back to it. */
function useFits(board: Board): void {
  const ready = useStore(hasRoom);
  const fits = useBoardState((state) => state.fits);
  // The palette covers a part of the board, and whether it is there depends on the width.
  const sized = useBoardState((state) => state.width !== null);
  useLayoutEffect(() => {
    if (!ready || !sized || board.fitted === fits) return;
    board.fitted = fits;
    board.camera?.fit(board.viewport === null);
  }, [board, fits, ready, sized]);
}

/** Whether the bare board is below the pointer, and not a panel that floats above it. */
function isOnPane({ target }: Event, { x, y }: Position): boolean {
  const root = target instanceof Node ? (target.getRootNode() as Document | ShadowRoot) : document;
  return root.elementFromPoint(x, y)?.closest(".wb-canvas") != null;
}

function useConnecting(board: Board) {
  const isValidConnection = useCallback(
    ({ source, target }: Connection | LineEdge) => {
      const { design, catalog } = board.state;
      return refuseConnection(design, catalog, source, target) === null;
    },
    [board],
  );
  const onConnect = useCallback(
    ({ source, target }: Connection) => {
      connectNodes(board, source, target);
    },
    [board],
  );
  const flow = useReactFlow();
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, { from, fromNode, toNode, isValid }: FinalConnectionState) => {
      if (fromNode === null || isValid === true) return;
      const { clientX: x, clientY: y } = "changedTouches" in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event;
      const point = flow.screenToFlowPosition({ x, y }, { snapToGrid: false });
      const isPulledOut = toNode === null && from !== null && Math.hypot(point.x - from.x, point.y - from.y) >= PULLED;
      // Asking once more says why not.
      if (toNode !== null) endArrow(board, fromNode.id, toNode.id, point);
      else if (isPulledOut && isOnPane(event, { x, y })) endArrow(board, fromNode.id, null, point);
    },
    [board, flow],
  );
  return { isValidConnection, onConnect, onConnectEnd };
}

const isFarOut = (state: ReactFlowState): boolean => state.transform[2] < FAR_ZOOM;
const isConnecting = (state: ReactFlowState): boolean => state.connection.inProgress;

/** The overview, where there is more on the board than the window shows. */
function Overview(): JSX.Element | null {
  const design = useBoardState((state) => state.design);
  const bounds = useMemo(() => boundsOf([...boxesOf(design).values(), ...containersOf(design)]), [design]);
  const isCut = useStore(({ transform: [x, y, zoom], width, height }) => {
    // On a small board it would cover what it shows.
    if (bounds === null || width < MINIMAP_ROOM.width || height < MINIMAP_ROOM.height) return false;
    const [left, top] = [bounds.x * zoom + x, bounds.y * zoom + y];
    return left < 0 || top < 0 || left + bounds.width * zoom > width || top + bounds.height * zoom > height;
  });
  if (!isCut || design.nodes.length < MINIMAP_FROM) return null;
  return <MiniMap className="wb-minimap wb-float" pannable zoomable position="bottom-left" ariaLabel={strings.board.minimap} nodeBorderRadius={8} />;
}

const keepView = (board: Board) => (_: unknown, viewport: Viewport): void => {
  if (isView(viewport)) board.viewport = viewport;
};

/** Gives React Flow what it draws. A part of its own: what changes with every frame of a drag draws nothing else anew. */
function Feed({ sizes }: { readonly sizes: NoteSizes }): null {
  useFlow(sizes);
  return null;
}

interface Props {
  readonly root: RefObject<HTMLElement | null>;
}

export function Canvas({ root }: Props): JSX.Element {
  const board = useBoard();
  const [sizes, resize] = useNoteSizes();
  const readonly = useBoardState((state) => state.readonly);
  const hand = useBoardState(isHand);
  const several = useBoardState((state) => sizeOf(state.selection) > 1);
  const farOut = useStore(isFarOut);
  const connecting = useStore(isConnecting);
  const flow = useStoreApi();
  // The same at every drawing: with others React Flow draws every card anew.
  const handlers = useRef({
    // Not when the move ends: that is told a while later, and by then the page may be another one. Of a single turn of
    // the wheel only the start is told at once, when the view has moved already.
    onMoveStart: keepView(board),
    onMove: keepView(board),
    onNodesChange: (changes: NodeChange<FlowNode>[]) => applyNodeChanges(board, changes, resize),
    onEdgesChange: (changes: EdgeChange<LineEdge>[]) =>
      applyEdgeChanges(board, changes, flow.getState().userSelectionActive),
    onPaneClick: () => {
      board.chooseZone(null);
    },
    onNodeDoubleClick: (_: unknown, node: FlowNode) => {
      if (!isNoteFlowId(node.id)) board.camera?.focusInspector();
    },
  });
  const [opening] = useState(board.viewport === null ? {} : { defaultViewport: board.viewport });
  // Whether what is pressed is added to the selection. As the keys are at that moment: what React Flow hears of them
  // comes a frame later, and a key that is let go in another window never does.
  const adding = ({ shiftKey, metaKey, ctrlKey }: PointerEvent): void => {
    flow.setState({ multiSelectionActive: board.state.gathering || shiftKey || metaKey || ctrlKey });
  };
  const [touch] = useState(isTouch);
  const panning = hand || touch;
  const connectingHandlers = useConnecting(board);
  const unzoom = useUnzoom();
  useCarrying(board);
  useCamera(board, root);
  useClipboard(board, root);
  useFits(board);
  useLayoutEffect(() => {
    board.arrange = (only) => void arrange(board, only);
    board.morph = (design) => {
      morph(board, design);
    };
    return () => {
      board.arrange = null;
      board.morph = null;
    };
  }, [board]);
  return (
    <div className="wb-canvas" data-testid="canvas" data-far={farOut} data-several={several} data-connecting={connecting} data-hand={hand} style={{ "--unzoom": unzoom } as CSSProperties} onPointerDownCapture={adding}>
      <ReactFlow<FlowNode, LineEdge>
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...handlers.current}
        {...connectingHandlers}
        connectionLineComponent={DraftLine}
        connectionRadius={36}
        {...opening}
        minZoom={0.1}
        maxZoom={2.5}
        snapToGrid
        snapGrid={SNAP}
        nodesDraggable={!readonly && !hand}
        nodesConnectable={!readonly}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        selectionMode={SelectionMode.Partial}
        selectionOnDrag={!panning}
        panOnDrag={panning ? true : PAN_BUTTONS}
        panActivationKeyCode={null}
        panOnScroll
        panOnScrollSpeed={1}
        edgesFocusable={false}
        zoomOnScroll={false}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        autoPanOnNodeFocus={false}
        proOptions={{ hideAttribution: true }}
        aria-label={strings.board.canvas}
        ariaLabelConfig={SPOKEN}
      >
        <Feed sizes={sizes} />
        <Background variant={BackgroundVariant.Dots} gap={DOTS} size={1.4} />
        <Areas />
        <Overview />
      </ReactFlow>
    </div>
  );
}
