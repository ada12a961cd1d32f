import { EdgeLabelRenderer, Position, type ConnectionLineComponentProps, type EdgeProps } from "@xyflow/react";
import { memo, useState, type JSX } from "react";
import { boxAt, CARD, type Box } from "../model/geometry";
import { middleOf, sidesBetween, type Side } from "../model/anchors";
import { curveOf, type Route } from "../model/curves";
import { connectionId } from "../model/document";
import { lineMarkOf, lineText } from "../model/lenses";
import { advance, isRunning, stretchOf } from "../model/paths";
import { LABEL_ROOM } from "../model/placement";
import type { BoardState } from "../model/board";
import { useBoard, useCourse, useSettledPieces, useSettledState } from "./context";
import type { LineEdge } from "./useFlow";

const THIN = 1.5;
const THICK = 7;

/** Half the size of the sign on a line that has stopped. */
const CROSS = 5;

const crossAt = ({ x, y }: { readonly x: number; readonly y: number }): string =>
  `M${x - CROSS} ${y - CROSS}l${2 * CROSS} ${2 * CROSS}M${x + CROSS} ${y - CROSS}l${-2 * CROSS} ${2 * CROSS}`;

const thickness = (width: number | undefined): number => Math.min(THICK, Math.max(THIN, width ?? THIN));

/** What the line says through the lens. */
function sayingOf(state: BoardState, id: string): string | undefined {
  const { design, annotations, view: { lens } } = state;
  if (lens === "load" || annotations.failing !== undefined) return annotations.edges[id]?.rate;
  const connection = design.connections.find(({ from, to }) => connectionId(from, to) === id);
  return connection === undefined ? undefined : lineText(lens, connection, lineMarkOf(state, id), design);
}

/** What a line shows of the board's state. */
const piecesOf = (state: BoardState, id: string) =>
  [
    state.annotations.edges[id],
    state.flash.connections.includes(id) ? state.flash.id : 0,
    stretchOf(state, id),
    state.path !== null,
    state.annotations.failing === undefined ? state.view.lens : "load",
    sayingOf(state, id),
  ] as const;

/** The dot of the request that is followed; at its end the next line has it. Without motion there is none. */
function Dot({ id, path }: { readonly id: string; readonly path: string }): JSX.Element | null {
  const board = useBoard();
  const step = useSettledState((state) => (isRunning(state, id) ? state.step : null));
  if (step === null || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
  return <circle key={step} className="wb-path-dot" data-testid="path-dot" r={5.5} style={{ offsetPath: `path("${path}")` }} onAnimationEnd={() => { advance(board); }} />;
}

/** A connection: thickness by rate, dashed when nobody waits for the answer, moving when pointed at. */
export const Line = memo(({ id, data, selected }: EdgeProps<LineEdge>): JSX.Element | null => {
  const [annotation, flash, stretch, following, lens, saying] = useSettledPieces((state) => piecesOf(state, id));
  const [hovered, setHovered] = useState(false);
  const course = useCourse(id);
  if (data === undefined || course === undefined) return null;
  const width = thickness(annotation?.width);
  const curve = curveOf(course.route, width);
  const label = lens === "load" ? (data.label ?? saying) : saying;
  const at = course.labelAt ?? curve.middle;
  const isLabelled = stretch === null && label !== undefined && (curve.length > LABEL_ROOM || hovered || selected === true);
  return (
    <>
      <g
        className="wb-line"
        data-state={annotation?.state ?? "ok"}
        data-dashed={annotation?.dashed === true || data.isAsync}
        data-fate={annotation?.fate}
        data-path={following ? (stretch?.kind ?? "none") : undefined}
        data-testid={`connection-${id}`}
        onPointerEnter={() => {
          setHovered(true);
        }}
        onPointerLeave={() => {
          setHovered(false);
        }}
      >
        <path className="wb-line-hit" d={curve.path} />
        <path className="wb-line-halo" d={curve.path} style={{ strokeWidth: width + 6 }} />
        <path className="wb-line-path" d={curve.path} style={{ strokeWidth: width }} />
        {(hovered || selected === true) && <path className="wb-line-flow" d={curve.path} style={{ strokeWidth: width }} />}
        <path className="wb-line-head" d={curve.head} />
        {annotation?.fate === "stopped" && <path className="wb-line-stop" d={crossAt(curve.middle)} />}
        {stretch !== null && <Dot id={id} path={curve.path} />}
        {flash > 0 && <path key={flash} className="wb-line-flash" d={curve.path} style={{ strokeWidth: width + 8 }} />}
      </g>
      {stretch !== null && (
        <EdgeLabelRenderer>
          <div
            className="wb-line-number"
            data-kind={stretch.kind}
            data-testid={`path-number-${id}`}
            style={{ transform: `translate(-50%, -50%) translate(${curve.middle.x}px, ${curve.middle.y}px)` }}
          >
            {stretch.numbers}
          </div>
        </EdgeLabelRenderer>
      )}
      {isLabelled && (
        <EdgeLabelRenderer>
          <div
            className="wb-line-label"
            data-selected={selected === true}
            data-hovered={hovered}
            data-testid={`connection-label-${id}`}
            dir="auto"
            style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px) scale(var(--unzoom, 1))` }}
          >
            {label}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

const SIDE_OF: Readonly<Record<Position, Side>> = {
  [Position.Left]: "left",
  [Position.Right]: "right",
  [Position.Top]: "top",
  [Position.Bottom]: "bottom",
};

const OPPOSITE: Readonly<Record<Side, Side>> = { left: "right", right: "left", top: "bottom", bottom: "top" };

type InternalNode = NonNullable<ConnectionLineComponentProps["toNode"]>;

const boxOf = (node: InternalNode): Box =>
  boxAt(node.internals.positionAbsolute, {
    width: node.measured.width ?? CARD.width,
    height: node.measured.height ?? CARD.height,
  });

function draftRoute({ fromNode, fromX, fromY, fromPosition, toNode, toX, toY }: ConnectionLineComponentProps): Route {
  if (toNode !== null && toNode.id !== fromNode.id) {
    const [from, to] = [boxOf(fromNode), boxOf(toNode)];
    const [leaving, entering] = sidesBetween(from, to);
    return { source: middleOf(from, leaving), target: middleOf(to, entering) };
  }
  const side = SIDE_OF[fromPosition];
  return { source: { x: fromX, y: fromY, side }, target: { x: toX, y: toY, side: OPPOSITE[side] } };
}

/** The arrow while it is being drawn; it snaps to the card below the pointer. */
export function DraftLine(props: ConnectionLineComponentProps): JSX.Element {
  const curve = curveOf(draftRoute(props), 2);
  return (
    <g className="wb-draft" data-valid={props.connectionStatus ?? "none"}>
      <path className="wb-line-path" d={curve.path} />
      <path className="wb-line-head" d={curve.head} />
    </g>
  );
}
