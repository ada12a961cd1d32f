import { useLayoutEffect, type RefObject } from "react";
import { chooseArea } from "../model/areas";
import type { Area, Board } from "../model/board";
import { isNoteFlowId, noteIdOf } from "../model/flow";
import { NOTHING } from "../model/selection";
import type { Position, Selection } from "../model/types";

/** How long a finger rests for a menu, in milliseconds. */
const LONG_PRESS_MS = 500;
/** How far a pointer may stray and still mean the place it came down on, in pixels. */
const STRAY = 8;
const RIGHT = 2;
/** Where the menu is the browser's own: texts are copied and pasted there. */
const OWN_MENU = "input, textarea, select";

/** What lies under a pointer on the canvas; null where that is none of the board's drawing. */
function itemAt(target: Element): Selection | null {
  if (target.closest(".wb-canvas") === null || target.closest(OWN_MENU) !== null) return null;
  const node = target.closest<HTMLElement>(".react-flow__node")?.dataset["id"];
  if (node !== undefined) return isNoteFlowId(node) ? { ...NOTHING, notes: [noteIdOf(node)] } : { ...NOTHING, nodes: [node] };
  const line = target.closest(".react-flow__edge")?.getAttribute("data-id");
  return line === null || line === undefined ? NOTHING : { ...NOTHING, connections: [line] };
}

/** The zone or the group whose title that is. */
function areaAt(target: Element): Area | null {
  const { kind, area } = target.closest<HTMLElement>(".wb-area-title")?.dataset ?? {};
  return area === undefined ? null : { kind: kind === "zone" ? "zone" : "group", id: area };
}

const isWithin = (item: Selection, { nodes, connections, notes }: Selection): boolean =>
  [...item.nodes, ...item.connections, ...item.notes].length > 0 &&
  item.nodes.every((id) => nodes.includes(id)) &&
  item.connections.every((id) => connections.includes(id)) &&
  item.notes.every((id) => notes.includes(id));

function open(board: Board, item: Selection, area: Area | null, at: Position): void {
  board.chooseZone(null);
  if (area !== null) chooseArea(board, area);
  else if (!isWithin(item, board.state.selection)) board.select(item);
  board.store.set({ menu: at, moving: null });
}

/**
 * Opens the menu where the right button is let go or a finger rests. The pointers are followed here rather than the
 * browser's own `contextmenu`: some fire that when the button goes down, which would end every drag of the view with
 * the right button, and the browser of a phone may not fire it at all.
 */
export function useMenu(board: Board, root: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = root.current;
    if (element === null) return;
    let press: { readonly item: Selection; readonly area: Area | null; readonly at: Position; readonly pointer: number } | null = null;
    let timer = 0;
    // The finger is still down when the menu opens under it: lifting it is no choice.
    let isLifting = false;
    const forget = (): void => {
      window.clearTimeout(timer);
      timer = 0;
      press = null;
    };
    const show = (): void => {
      if (press !== null) open(board, press.item, press.area, press.at);
      isLifting = timer !== 0;
      forget();
    };
    const onDown = (event: PointerEvent): void => {
      // A second finger zooms.
      isLifting = false;
      const isSecond = press !== null && event.pointerId !== press.pointer;
      forget();
      const item = event.target instanceof Element ? itemAt(event.target) : null;
      const isTouch = event.pointerType === "touch";
      if (isSecond || item === null || board.state.placing !== null || (!isTouch && event.button !== RIGHT)) return;
      const area = event.target instanceof Element ? areaAt(event.target) : null;
      press = { item, area, at: { x: event.clientX, y: event.clientY }, pointer: event.pointerId };
      if (isTouch) timer = window.setTimeout(show, LONG_PRESS_MS);
    };
    const onMove = (event: PointerEvent): void => {
      if (press !== null && Math.hypot(event.clientX - press.at.x, event.clientY - press.at.y) > STRAY) forget();
    };
    const onUp = (event: PointerEvent): void => {
      if (event.pointerType !== "touch" && event.button === RIGHT) show();
      else forget();
    };
    const onContextMenu = (event: MouseEvent): void => {
      if (event.target instanceof Element && itemAt(event.target) !== null) event.preventDefault();
    };
    const onClick = (event: MouseEvent): void => {
      if (isLifting) event.stopPropagation();
      isLifting = false;
    };
    element.addEventListener("pointerdown", onDown, true);
    element.addEventListener("click", onClick, true);
    window.addEventListener("pointermove", onMove, true);
    window.addEventListener("pointerup", onUp, true);
    window.addEventListener("pointercancel", forget, true);
    element.addEventListener("contextmenu", onContextMenu);
    return () => {
      forget();
      element.removeEventListener("pointerdown", onDown, true);
      element.removeEventListener("click", onClick, true);
      window.removeEventListener("pointermove", onMove, true);
      window.removeEventListener("pointerup", onUp, true);
      window.removeEventListener("pointercancel", forget, true);
      element.removeEventListener("contextmenu", onContextMenu);
    };
  }, [board, root]);
}
