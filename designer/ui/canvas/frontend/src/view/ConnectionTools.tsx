import { useStore } from "@xyflow/react";
import { useRef, useState, type JSX, type PointerEvent } from "react";
import { middleOf, sidesBetween } from "../model/anchors";
import { reconnectNodes } from "../model/commands";
import { curveOf, type Route } from "../model/curves";
import { connectionId } from "../model/document";
import { boxesOf, isNoteFlowId } from "../model/flow";
import { boxAt, type Box, type Placed } from "../model/geometry";
import { refuseReconnection, type End } from "../model/links";
import { sizeOf } from "../model/selection";
import type { Connection, Position } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState, useCourse } from "./context";
import { EdgeBar } from "./EdgeBar";

/** How near a card an end must be let go to be taken by it. */
const REACH = 12;

/** An end that is being dragged: where the pointer is on the board's plane, and over which card. */
interface Drag {
  readonly end: End;
  readonly at: Position;
  readonly over: string | null;
}

const contains = (box: Box, { x, y }: Position): boolean =>
  x > box.x - REACH && x < box.x + box.width + REACH && y > box.y - REACH && y < box.y + box.height + REACH;

const cardAt = (boxes: Placed, at: Position): string | null =>
  [...boxes].find(([id, box]) => !isNoteFlowId(id) && contains(box, at))?.[0] ?? null;

/** The route the connection would take: to the card below the pointer, else to the pointer. */
function draftOf({ from, to }: Connection, { end, at, over }: Drag, boxes: Placed): Route | null {
  const still = boxes.get(end === "from" ? to : from);
  const moving = (over === null ? undefined : boxes.get(over)) ?? boxAt(at, { width: 0, height: 0 });
  if (still === undefined) return null;
  const [source, target] = end === "from" ? [moving, still] : [still, moving];
  const [leaving, entering] = sidesBetween(source, target);
  return { source: middleOf(source, leaving), target: middleOf(target, entering) };
}

interface Props {
  readonly connection: Connection;
  readonly route: Route;
}

function Ends({ connection, route }: Props): JSX.Element {
  const board = useBoard();
  const [x, y, zoom] = useStore((state) => state.transform);
  const design = useBoardState((state) => state.design);
  const [drag, setDrag] = useState<Drag | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const id = connectionId(connection.from, connection.to);
  const boxes = boxesOf(design);
  const toPlane = (event: PointerEvent): Position => {
    const { left = 0, top = 0 } = frame.current?.getBoundingClientRect() ?? {};
    return { x: (event.clientX - left - x) / zoom, y: (event.clientY - top - y) / zoom };
  };
  const onScreen = (at: Position): Position => ({ x: at.x * zoom + x, y: at.y * zoom + y });
  const ends = [boxes.get(connection.from), boxes.get(connection.to)].flatMap((box) =>
    box === undefined ? [] : [boxAt(onScreen(box), { width: box.width * zoom, height: box.height * zoom })],
  );
  const isRefused = (end: End, over: string | null): boolean =>
    over !== null && over !== connection[end] && refuseReconnection(design, board.state.catalog, id, end, over) !== null;
  const grip = (end: End): JSX.Element => {
    const at = end === "from" ? route.source : route.target;
    return (
      <div
        className="wb-end nopan"
        title={strings.gestures.ends[end]}
        data-testid={`connection-end-${end}`}
        data-dragged={drag?.end === end}
        style={{ left: onScreen(at).x, top: onScreen(at).y }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ end, at: toPlane(event), over: connection[end] });
        }}
        onPointerMove={(event) => {
          if (drag === null) return;
          const point = toPlane(event);
          setDrag({ end, at: point, over: cardAt(boxes, point) });
        }}
        onPointerUp={() => {
          setDrag(null);
          if (drag?.over != null && drag.over !== connection[end]) reconnectNodes(board, id, end, drag.over);
          board.camera?.focusRoot();
        }}
        onPointerCancel={() => {
          setDrag(null);
        }}
      />
    );
  };
  const draft = drag === null ? null : draftOf(connection, drag, boxes);
  const curve = draft === null ? null : curveOf(draft, 2);
  return (
    <>
      <div ref={frame} className="wb-frame" aria-hidden="true" />
      {drag !== null && curve !== null && (
        <svg className="wb-pulled" aria-hidden="true">
          <g className="wb-draft" data-valid={isRefused(drag.end, drag.over) ? "invalid" : "valid"} transform={`translate(${x},${y}) scale(${zoom})`}>
            <path className="wb-line-path" d={curve.path} />
            <path className="wb-line-head" d={curve.head} />
          </g>
        </svg>
      )}
      {grip("from")}
      {grip("to")}
      {drag === null && <EdgeBar connection={connection} at={onScreen(curveOf(route).middle)} ends={ends} />}
    </>
  );
}

/** What belongs to the one selected connection: ends that can be dragged elsewhere, and a bar with its settings. */
export function ConnectionTools(): JSX.Element | null {
  const only = useBoardState(({ selection, readonly, moving, asking }) =>
    sizeOf(selection) === 1 && !readonly && moving === null && asking === null ? selection.connections[0] : undefined,
  );
  const connection = useBoardState(({ design }) => design.connections.find(({ from, to }) => connectionId(from, to) === only));
  const route = useCourse(only ?? "")?.route;
  if (only === undefined || connection === undefined || route === undefined) return null;
  return <Ends key={only} connection={connection} route={route} />;
}
