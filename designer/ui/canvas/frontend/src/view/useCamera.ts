import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useLayoutEffect, type RefObject } from "react";
import type { Board, Camera } from "../model/board";
import { boxesOf } from "../model/flow";
import { boxAt, CARD, type Box, type Moves } from "../model/geometry";
import { containersOf } from "../model/zones";
import { cleared, fitted, isWithin, roomOf, seenOf, type Room, type View } from "./room";
import { prefersStillness } from "./theme";

const GLIDE_MS = 260;
/** How much nearer one step of the zoom goes. */
const ZOOM_STEP = 1.2;
/** The first sight of a drawing is not smaller than this: what does not fit is met by moving the view. */
const MIN_FIRST_ZOOM = 0.38;
/** What is shown after a panel has opened is not made smaller than this, unless it was so before. */
const FAIR_ZOOM = 0.4;

type Flow = ReturnType<typeof useReactFlow>;

/** What the camera asks of the canvas: its size, and how far it zooms. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly minZoom: number;
  readonly maxZoom: number;
  /** Whether a box is being drawn around cards: the view must not slide away under the hand. */
  readonly userSelectionActive?: boolean;
}

/** The view zoomed to `zoom`, as far as that may be, around the middle of the frame. */
export function zoomedTo(view: View, zoom: number, frame: Frame): View {
  const wanted = Math.min(frame.maxZoom, Math.max(frame.minZoom, zoom));
  const along = (at: number, size: number): number => size / 2 - ((size / 2 - at) * wanted) / view.zoom;
  return { zoom: wanted, x: along(view.x, frame.width), y: along(view.y, frame.height) };
}

export const isView = (view: View): boolean => Number.isFinite(view.x) && Number.isFinite(view.y) && view.zoom > 0;

const isSame = (one: View, other: View): boolean => one.x === other.x && one.y === other.y && one.zoom === other.zoom;

/**
 * Moves the view, in a straight line. Not by the flight of React Flow: that divides by the size of the canvas, which is
 * nothing while it changes its place. A newer move, or a hand on the canvas, ends it.
 */
function gliderOf(flow: Flow): (to: View, isGliding: boolean) => void {
  let flights = 0;
  return (to, isGliding) => {
    flights += 1;
    if (!isView(to)) return;
    if (!isGliding || prefersStillness() || document.hidden) {
      void flow.setViewport(to);
      return;
    }
    const [flight, from, start] = [flights, flow.getViewport(), performance.now()];
    let last: View = from;
    const frame = (now: number): void => {
      if (flight !== flights || !isSame(flow.getViewport(), last)) return;
      const part = Math.min(1, (now - start) / GLIDE_MS);
      const between = (one: number, other: number): number => one + (other - one) * part;
      last = part === 1 ? to : { x: between(from.x, to.x), y: between(from.y, to.y), zoom: between(from.zoom, to.zoom) };
      void flow.setViewport(last);
      if (part < 1) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  };
}

function cameraOf(board: Board, root: HTMLElement, flow: Flow, frameOf: () => Frame): Camera {
  const move = gliderOf(flow);
  const focus = (selector: string): void => root.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
  const room = (): Room => roomOf(root, frameOf());
  const drawn = (): readonly Box[] => [...boxesOf(board.state.design).values(), ...containersOf(board.state.design)];
  const show = (boxes: readonly Box[], isFirst: boolean): void => {
    const view = fitted(boxes, room(), isFirst ? MIN_FIRST_ZOOM : undefined);
    if (view !== null) move(view, !isFirst);
  };
  const boxesFor = (ids: readonly string[]): readonly Box[] => {
    const boxes = boxesOf(board.state.design);
    return ids.flatMap((id) => boxes.get(id) ?? []);
  };
  const go = (to: View): void => {
    // While the page is still being put together the canvas has no size: nothing on it is covered.
    const { width, height } = frameOf();
    if (width > 0 && height > 0 && !isSame(to, flow.getViewport())) move(to, true);
  };
  const zoomTo = (zoom: (now: number) => number): void => {
    const now = flow.getViewport();
    move(zoomedTo(now, zoom(now.zoom), frameOf()), true);
  };
  return {
    fit: (isFirst = false) => show(drawn(), isFirst),
    fitTo: (moves: Moves, frames = []) => show([...[...moves.values()].map((at) => boxAt(at, CARD)), ...frames], false),
    zoomIn: () => zoomTo((now) => now * ZOOM_STEP),
    zoomOut: () => zoomTo((now) => now / ZOOM_STEP),
    zoomReset: () => zoomTo(() => 1),
    // After React has drawn: opening the inspector covers a part of the view.
    reveal: (ids) => requestAnimationFrame(() => go(cleared(flow.getViewport(), boxesFor(ids), room()))),
    uncover: (ids, isAll = true) => {
      const uncover = (): void => {
        if (frameOf().userSelectionActive === true) {
          requestAnimationFrame(uncover);
          return;
        }
        const [now, free, all, wanted] = [flow.getViewport(), room(), drawn(), boxesFor(ids)];
        const least = Math.min(now.zoom, FAIR_ZOOM);
        const whole = isAll && isWithin(all, now, free.frame) ? all : [];
        const views = [whole, wanted].filter((boxes) => boxes.length > 0).map((boxes) => cleared(now, boxes, free));
        go(views.find(({ zoom }) => zoom >= least) ?? cleared(now, seenOf(wanted, now, free.frame), free));
      };
      requestAnimationFrame(uncover);
    },
    centre: () => {
      const [frame, insets] = [root.getBoundingClientRect(), room().sides];
      return flow.screenToFlowPosition({
        x: (frame.left + insets.left + frame.right - insets.right) / 2,
        y: (frame.top + insets.top + frame.bottom - insets.bottom) / 2,
      });
    },
    planeAt: (point) => flow.screenToFlowPosition(point, { snapToGrid: false }),
    focusRoot: () => root.focus({ preventScroll: true }),
    focusNode: (id) => focus(`.react-flow__node[data-id="${CSS.escape(id)}"]`),
    // After React has drawn: what is inspected may have been selected by the same key.
    focusInspector: () =>
      requestAnimationFrame(() => focus(".wb-inspector :is(input, select, textarea, button:not([data-close]))")),
    focusSearch: () => requestAnimationFrame(() => focus(".wb-palette input")),
  };
}

/** Gives the board its camera for as long as this canvas is on the page. */
export function useCamera(board: Board, root: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  const store = useStoreApi();
  useLayoutEffect(() => {
    if (root.current === null) return;
    const frameOf = (): Frame => store.getState();
    board.camera = cameraOf(board, root.current, flow as Flow, frameOf);
    return () => {
      board.camera = null;
    };
  }, [board, flow, root, store]);
}
