import { useReactFlow } from "@xyflow/react";
import { useLayoutEffect, useState, type JSX, type PointerEvent } from "react";
import { drawZone, frameBetween } from "../model/areas";
import type { Position } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";

interface Stroke {
  readonly from: Position;
  readonly to: Position;
}

const at = (event: PointerEvent): Position => ({ x: event.clientX, y: event.clientY });

/** The tool that draws zones: a rectangle from where the pointer goes down to where it is let go. */
export function ZoneDrawer(): JSX.Element | null {
  const active = useBoardState(({ tool, readonly }) => tool === "zone" && !readonly);
  return active ? <Sheet /> : null;
}

function Sheet(): JSX.Element {
  const board = useBoard();
  const flow = useReactFlow();
  const [stroke, setStroke] = useState<Stroke | null>(null);
  useLayoutEffect(() => {
    // The keys go on to the board: Esc puts the tool away.
    board.camera?.focusRoot();
  }, [board]);
  const onPlane = (point: Position): Position => flow.screenToFlowPosition(point, { snapToGrid: false });
  const finish = (event: PointerEvent): void => {
    if (stroke === null) return;
    setStroke(null);
    board.store.set({ tool: "select" });
    drawZone(board, frameBetween(onPlane(stroke.from), onPlane(at(event))));
    board.camera?.focusRoot();
  };
  return (
    <>
      <div
        className="wb-shield wb-zone-sheet"
        data-testid="zone-sheet"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setStroke({ from: at(event), to: at(event) });
        }}
        onPointerMove={(event) => {
          if (stroke !== null) setStroke({ from: stroke.from, to: at(event) });
        }}
        onPointerUp={finish}
        onPointerCancel={() => {
          setStroke(null);
        }}
      >
        {stroke !== null && <Rubber stroke={stroke} />}
      </div>
      <div className="wb-armed wb-float" role="status">
        {strings.zoning.drawing}
      </div>
    </>
  );
}

/** The zone as it is being drawn, in pixels of the window. */
function Rubber({ stroke: { from, to } }: { readonly stroke: Stroke }): JSX.Element {
  const left = Math.min(from.x, to.x);
  const top = Math.min(from.y, to.y);
  return (
    <i
      ref={(box) => {
        const sheet = box?.parentElement?.getBoundingClientRect();
        if (box == null || sheet === undefined) return;
        box.style.transform = `translate(${left - sheet.left}px, ${top - sheet.top}px)`;
      }}
      style={{ width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) }}
    />
  );
}
