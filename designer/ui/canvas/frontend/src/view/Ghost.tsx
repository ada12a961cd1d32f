import { useReactFlow } from "@xyflow/react";
import { useLayoutEffect, useRef, type JSX, type RefObject } from "react";
import type { Placing } from "../model/board";
import { placeComponent } from "../model/commands";
import { CARD, centredAt } from "../model/geometry";
import type { Position } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";

interface Props {
  readonly root: RefObject<HTMLElement | null>;
}

const elementAt = (root: HTMLElement, { x, y }: Position): Element | null =>
  (root.getRootNode() as Document | ShadowRoot).elementFromPoint(x, y);

/** The component being placed: follows the pointer, snaps over the canvas, stands where it is let go. */
export function Ghost({ root }: Props): JSX.Element | null {
  const placing = useBoardState((state) => state.placing);
  return placing === null ? null : <Carried key={placing.component} root={root} placing={placing} />;
}

function Carried({ root, placing }: Props & { readonly placing: Placing }): JSX.Element {
  const board = useBoard();
  const flow = useReactFlow();
  const ghost = useRef<HTMLDivElement>(null);
  const entry = useBoardState((state) => state.catalog.get(placing.component));
  useLayoutEffect(() => {
    const isOverBoard = (at: Position): boolean =>
      root.current !== null && elementAt(root.current, at)?.closest(".wb-shield, .wb-canvas") != null;
    const onMove = (event: PointerEvent): void => {
      const at = { x: event.clientX, y: event.clientY };
      if (root.current !== null && ghost.current !== null) follow(ghost.current, root.current, at, isOverBoard(at));
    };
    const follow = (element: HTMLElement, frame: HTMLElement, at: Position, isOver: boolean): void => {
      const zoom = isOver ? flow.getZoom() : 1;
      const corner = isOver
        ? flow.flowToScreenPosition(centredAt(flow.screenToFlowPosition(at, { snapToGrid: false }), CARD))
        : { x: at.x - CARD.width / 2, y: at.y - CARD.height / 2 };
      const { left, top } = frame.getBoundingClientRect();
      element.style.transform = `translate(${corner.x - left}px, ${corner.y - top}px) scale(${zoom})`;
      element.style.visibility = "visible";
    };
    const drop = (event: PointerEvent): void => {
      const at = { x: event.clientX, y: event.clientY };
      board.store.set({ placing: null });
      if (isOverBoard(at)) placeComponent(board, placing.component, flow.screenToFlowPosition(at, { snapToGrid: false }));
      board.camera?.focusRoot();
    };
    const onUp = (event: PointerEvent): void => {
      if (placing.mode === "drag") drop(event);
    };
    const onDown = (event: PointerEvent): void => {
      const at = { x: event.clientX, y: event.clientY };
      if (placing.mode === "armed" && event.button === 0 && isOverBoard(at)) drop(event);
    };
    const onCancel = (): void => {
      board.store.set({ placing: null });
    };
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("pointerdown", onDown);
    window.addEventListener("pointercancel", onCancel);
    return () => {
      window.removeEventListener("pointermove", onMove);
      window.removeEventListener("pointerup", onUp);
      window.removeEventListener("pointerdown", onDown);
      window.removeEventListener("pointercancel", onCancel);
    };
  }, [board, flow, placing, root]);
  return (
    <>
      <div className="wb-shield" data-testid="placing" />
      <div ref={ghost} className="wb-ghost" style={{ ...CARD, visibility: "hidden" }} aria-hidden="true">
        <span className="wb-tile">{entry !== undefined && <img src={entry.icon} alt="" />}</span>
        <b>{entry?.name}</b>
      </div>
      {placing.mode === "armed" && (
        <div className="wb-armed wb-float" role="status">
          {strings.palette.armed(entry?.name ?? "")}
        </div>
      )}
    </>
  );
}
