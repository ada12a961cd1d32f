import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, type RefObject } from "react";
import type { Board, Camera } from "../model/board";
import { boxesOf } from "../model/flow";
import { boundsOf, boxAt, CARD, type Box, type Moves } from "../model/geometry";
import { containersOf } from "../model/zones";
import { prefersStillness } from "./theme";

const GLIDE_MS = 260;
/** How much nearer one step of the zoom goes. */
const ZOOM_STEP = 1.2;
const MAX_FIT_ZOOM = 1.1;
const MIN_FIT_ZOOM = 0.15;
/** The first sight of a drawing is not smaller than this: what does not fit is met by moving the view. */
const MIN_FIRST_ZOOM = 0.45;
/** Clear space around a fitted drawing, in pixels of the screen. */
const AIR = 40;
/** Clear space kept between something revealed and what covers the rest. */
const EDGE = 16;

export interface Insets {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How much of each side of the canvas is covered by the panels that float above it. */
export function insetsOf(root: HTMLElement): Insets {
  const frame = root.getBoundingClientRect();
  const panel = (selector: string): DOMRect | undefined => root.querySelector(selector)?.getBoundingClientRect();
  const isWide = (rect: DOMRect): boolean => rect.width > frame.width * 0.7;
  const [inspector, toolbar] = [panel(".wb-inspector"), panel(".wb-toolbar")];
  // The outline lies above the palette.
  const palette = panel(".wb-outline") ?? panel(".wb-palette");
  const sheet = inspector !== undefined && isWide(inspector) ? inspector : panel(".wb-replay");
  return {
    left: palette !== undefined && !isWide(palette) ? palette.right - frame.left : 0,
    right: inspector !== undefined && !isWide(inspector) ? frame.right - inspector.left : 0,
    top: toolbar !== undefined ? toolbar.bottom - frame.top : 0,
    bottom: sheet === undefined ? 0 : frame.bottom - sheet.top,
  };
}

interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** The view that shows a box in the middle of what the panels leave free; of one too large, its left part. */
export function viewOf(
  box: Box,
  frame: { readonly width: number; readonly height: number },
  insets: Insets,
  least = MIN_FIT_ZOOM,
): View {
  const width = Math.max(1, frame.width - insets.left - insets.right - 2 * AIR);
  const height = Math.max(1, frame.height - insets.top - insets.bottom - 2 * AIR);
  const zoom = Math.min(MAX_FIT_ZOOM, Math.max(least, Math.min(width / box.width, height / box.height)));
  return {
    zoom,
    x: insets.left + AIR + Math.max(0, (width - box.width * zoom) / 2) - box.x * zoom,
    y: insets.top + AIR + (height - box.height * zoom) / 2 - box.y * zoom,
  };
}

/** How far a span must move to lie within [from, to]; a longer one is centred. */
function shiftInto(start: number, end: number, from: number, to: number): number {
  if (end - start > to - from) return (from + to) / 2 - (start + end) / 2;
  if (start < from) return from - start;
  return end > to ? to - end : 0;
}

/** The view moved no more than needed to show the box, and zoomed out where it is too large. */
export function revealIn(view: View, box: Box, frame: { readonly width: number; readonly height: number }, insets: Insets): View {
  const [left, right] = [insets.left + EDGE, frame.width - insets.right - EDGE];
  const [top, bottom] = [insets.top + EDGE, frame.height - insets.bottom - EDGE];
  const isTooLarge = box.width * view.zoom > right - left || box.height * view.zoom > bottom - top;
  if (isTooLarge) return viewOf(box, frame, insets);
  const [x, y] = [box.x * view.zoom + view.x, box.y * view.zoom + view.y];
  return {
    zoom: view.zoom,
    x: view.x + shiftInto(x, x + box.width * view.zoom, left, right),
    y: view.y + shiftInto(y, y + box.height * view.zoom, top, bottom),
  };
}

type Flow = ReturnType<typeof useReactFlow>;

/** What the camera asks of the canvas: its size, and how far it zooms. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly minZoom: number;
  readonly maxZoom: number;
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
  const show = (box: Box | null, isFirst: boolean): void => {
    if (box === null) return;
    const least = isFirst ? MIN_FIRST_ZOOM : MIN_FIT_ZOOM;
    move(viewOf(box, frameOf(), insetsOf(root), least), !isFirst);
  };
  const zoomTo = (zoom: (now: number) => number): void => {
    const now = flow.getViewport();
    move(zoomedTo(now, zoom(now.zoom), frameOf()), true);
  };
  return {
    fit: (isFirst = false) => show(boundsOf([...boxesOf(board.state.design).values(), ...containersOf(board.state.design)]), isFirst),
    fitTo: (moves: Moves, frames = []) => show(boundsOf([...[...moves.values()].map((at) => boxAt(at, CARD)), ...frames]), false),
    zoomIn: () => zoomTo((now) => now * ZOOM_STEP),
    zoomOut: () => zoomTo((now) => now / ZOOM_STEP),
    zoomReset: () => zoomTo(() => 1),
    reveal: (ids) => {
      // After React has drawn: opening the inspector covers a part of the view.
      requestAnimationFrame(() => {
        const boxes = boxesOf(board.state.design);
        const box = boundsOf(ids.flatMap((id) => boxes.get(id) ?? []));
        if (box === null) return;
        const now = flow.getViewport();
        const next = revealIn(now, box, frameOf(), insetsOf(root));
        if (!isSame(next, now)) move(next, true);
      });
    },
    centre: () => {
      const [frame, insets] = [root.getBoundingClientRect(), insetsOf(root)];
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
  useEffect(() => {
    if (root.current === null) return;
    const frameOf = (): Frame => store.getState();
    board.camera = cameraOf(board, root.current, flow as Flow, frameOf);
    return () => {
      board.camera = null;
    };
  }, [board, flow, root, store]);
}
