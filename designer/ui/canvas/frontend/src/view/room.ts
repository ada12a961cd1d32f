/** What the panels that float above the canvas leave free of it, and the views that show something there. */

import { boundsOf, overlaps, type Box, type Size } from "../model/geometry";

const MAX_FIT_ZOOM = 1.1;
const MIN_FIT_ZOOM = 0.15;
/** Clear space around a fitted drawing, in pixels of the screen. */
const AIR = 40;
/** Clear space kept between something revealed and what covers the rest. */
const EDGE = 16;
/** What comes no nearer to a panel than this is not covered by it. */
const CLEAR = 8;
/** Half a pixel: what the arithmetic of a view may be wrong by. */
const SLACK = 0.5;

/** How much of each side is covered, in pixels. */
export interface Insets {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface View {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** A canvas: its size, what covers whole sides of it, and what covers pieces of the rest. All in pixels of the screen. */
export interface Room {
  readonly frame: Size;
  readonly sides: Insets;
  readonly pieces: readonly Box[];
}

/**
 * The dock before its file is there, as in the style sheet: its size, and how far it stands from the border of the
 * board. On a narrow board it stands below the tools, as wide as the board.
 */
const FOOT = { width: 290, height: 92, edge: 12, compact: 62 };
/** The same of a dock that is only a button. */
const FOLDED = { width: 46, height: 46 };

const PIECES = [".wb-dock-foot", ".wb-dock-panel", ".wb-zoombar", ".wb-scaled", ".wb-strip"].join();

/** The room of a board now. */
export function roomOf(root: HTMLElement, frame: Size): Room {
  const bounds = root.getBoundingClientRect();
  const sides = insetsOf(root, bounds);
  const pieces = [...root.querySelectorAll(PIECES)].map((piece): Box => {
    const { left, top, width, height } = piece.getBoundingClientRect();
    return { x: left - bounds.left, y: top - bounds.top, width, height };
  });
  const isDockThere = root.querySelector(".wb-dock") !== null;
  return { frame, sides, pieces: isDockThere ? pieces : [...pieces, footIn(root, bounds, sides)] };
}

function footIn(root: HTMLElement, { width, height }: Size, sides: Insets): Box {
  const foot = root.dataset["dock"] === "folded" ? FOLDED : FOOT;
  if (root.dataset["compact"] === "true") {
    const over = foot === FOLDED ? FOLDED.width + FOOT.edge : width;
    return { x: width - over, y: sides.top, width: over, height: FOOT.compact };
  }
  return {
    x: width - sides.right - FOOT.edge - foot.width,
    y: height - FOOT.edge - foot.height,
    width: foot.width,
    height: foot.height,
  };
}

/** How much of each side is covered by the panels that take all of it. */
function insetsOf(root: HTMLElement, frame: DOMRect): Insets {
  const panel = (selector: string): DOMRect | undefined => {
    const rect = root.querySelector(selector)?.getBoundingClientRect();
    return rect === undefined || rect.width === 0 ? undefined : rect;
  };
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

/** The insets of every rectangle between the sides and the pieces that can show anything, the largest first. */
export function gapsOf({ frame: { width, height }, sides, pieces }: Room): readonly Insets[] {
  const [right, bottom] = [width - sides.right, height - sides.bottom];
  const lefts = [sides.left, ...pieces.map((piece) => piece.x + piece.width)];
  const tops = [sides.top, ...pieces.map((piece) => piece.y + piece.height)];
  const rights = [right, ...pieces.map(({ x }) => x)];
  const bottoms = [bottom, ...pieces.map(({ y }) => y)];
  const found: Box[] = [];
  for (const x of lefts.filter((at) => at >= sides.left)) {
    for (const y of tops.filter((at) => at >= sides.top)) {
      for (const end of rights.filter((at) => at > x + 2 * EDGE && at <= right)) {
        for (const foot of bottoms.filter((at) => at > y + 2 * EDGE && at <= bottom)) {
          const gap = { x, y, width: end - x, height: foot - y };
          if (pieces.every((piece) => !overlaps(gap, piece))) found.push(gap);
        }
      }
    }
  }
  return found
    .sort((one, other) => other.width * other.height - one.width * one.height)
    .map((gap) => ({ left: gap.x, top: gap.y, right: width - gap.x - gap.width, bottom: height - gap.y - gap.height }));
}

/** The view that shows a box in the middle of what the insets leave free; of one too large, its left part. */
export function viewOf(box: Box, frame: Size, insets: Insets, least = MIN_FIT_ZOOM): View {
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
export function revealIn(view: View, box: Box, frame: Size, insets: Insets): View {
  const [left, right] = [insets.left + EDGE, frame.width - insets.right - EDGE];
  const [top, bottom] = [insets.top + EDGE, frame.height - insets.bottom - EDGE];
  const fitting = Math.min(Math.max(1, right - left) / box.width, Math.max(1, bottom - top) / box.height);
  const zoom = Math.min(view.zoom, Math.max(MIN_FIT_ZOOM, fitting));
  // Zoomed around the middle of the box, so that it stays where it is as far as it can.
  const [x, y] = [view.x + (box.x + box.width / 2) * (view.zoom - zoom), view.y + (box.y + box.height / 2) * (view.zoom - zoom)];
  const [startX, startY] = [box.x * zoom + x, box.y * zoom + y];
  return {
    zoom,
    x: x + shiftInto(startX, startX + box.width * zoom, left, right),
    y: y + shiftInto(startY, startY + box.height * zoom, top, bottom),
  };
}

const onScreen = ({ x, y, width, height }: Box, view: View): Box => ({
  x: x * view.zoom + view.x,
  y: y * view.zoom + view.y,
  width: width * view.zoom,
  height: height * view.zoom,
});

/** Whether all of it lies within the frame, covered or not. */
export const isWithin = (boxes: readonly Box[], view: View, { width, height }: Size): boolean =>
  boxes.every((box) => {
    const at = onScreen(box, view);
    return at.x >= -SLACK && at.y >= -SLACK && at.x + at.width <= width + SLACK && at.y + at.height <= height + SLACK;
  });

/** Those of which anything lies within the frame, covered or not. */
export const seenOf = (boxes: readonly Box[], view: View, frame: Size): readonly Box[] =>
  boxes.filter((box) => overlaps(onScreen(box, view), { x: 0, y: 0, ...frame }));

/** Whether all of it lies between the sides and below no piece. */
function isClear(boxes: readonly Box[], view: View, { frame, sides, pieces }: Room): boolean {
  const right = frame.width - sides.right + SLACK;
  const bottom = frame.height - sides.bottom + SLACK;
  return boxes.every((box) => {
    const at = onScreen(box, view);
    const isBetween =
      at.x >= sides.left - SLACK && at.y >= sides.top - SLACK && at.x + at.width <= right && at.y + at.height <= bottom;
    return isBetween && pieces.every((piece) => !overlaps(at, piece, CLEAR - SLACK));
  });
}

/** The largest of the views, the first where several are as large; one that covers something only where all do. */
function best(views: readonly View[], boxes: readonly Box[], room: Room): View | null {
  const clear = views.filter((view) => isClear(boxes, view, room));
  const [first = null, ...rest] = clear.length > 0 ? clear : views.slice(-1);
  return rest.reduce((found, view) => (found === null || view.zoom > found.zoom ? view : found), first);
}

/** The view that shows all of the boxes as large as they can be without being covered. */
export function fitted(boxes: readonly Box[], room: Room, least = MIN_FIT_ZOOM): View | null {
  const bounds = boundsOf(boxes);
  if (bounds === null) return null;
  const gaps = gapsOf(room);
  const insets = [room.sides, ...gaps, gaps[0] ?? room.sides];
  return best(insets.map((gap) => viewOf(bounds, room.frame, gap, least)), boxes, room);
}

/** The view changed no more than needed for none of the boxes to be covered; the very same where none is. */
export function cleared(view: View, boxes: readonly Box[], room: Room): View {
  const bounds = boundsOf(boxes);
  if (bounds === null || isClear(boxes, view, room)) return view;
  const way = (to: View): number => Math.hypot(to.x - view.x, to.y - view.y);
  const gaps = gapsOf(room);
  const moved = [room.sides, ...gaps].map((gap) => revealIn(view, bounds, room.frame, gap)).sort((one, other) => way(one) - way(other));
  const last = revealIn(view, bounds, room.frame, gaps[0] ?? room.sides);
  return best([...moved, last], boxes, room) ?? view;
}
