import { useLayoutEffect, useRef, type JSX, type KeyboardEvent, type RefObject } from "react";
import type { Action } from "../model/actions";
import type { MenuPlace } from "../model/board";
import { flowIdsOf } from "../model/flow";
import { chordText } from "../model/keys";
import { offersOf } from "../model/menu";
import type { Position, Selection } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { isMac } from "./theme";
import { useReturn } from "./useReturn";

/** Clear space kept between the menu and the border of the board, in pixels. */
const EDGE = 8;

interface Props {
  readonly root: RefObject<HTMLElement | null>;
  readonly at: MenuPlace;
}

/** The lower left corner of what is selected, or the middle of the board, in pixels of the window. */
function anchorOf(root: HTMLElement, selection: Selection): Position {
  const [id] = flowIdsOf(selection);
  const [line] = selection.connections;
  const card = id === undefined ? null : root.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  const item = card ?? (line === undefined ? null : root.querySelector(`.react-flow__edge[data-id="${CSS.escape(line)}"]`));
  const box = (item ?? root).getBoundingClientRect();
  const isCard = card !== null;
  return isCard ? { x: box.left, y: box.bottom } : { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

/** Puts the menu at that place, moved as far as needed to lie on the board. */
function place(menu: HTMLElement, root: HTMLElement, at: MenuPlace, selection: Selection): void {
  const frame = root.getBoundingClientRect();
  const { x, y } = at === "selection" ? anchorOf(root, selection) : at;
  const within = (wanted: number, size: number, room: number): number => Math.max(EDGE, Math.min(wanted, room - size - EDGE));
  menu.style.left = `${within(x - frame.left, menu.offsetWidth, frame.width)}px`;
  menu.style.top = `${within(y - frame.top, menu.offsetHeight, frame.height)}px`;
}

/** The next item on that key, or the next one that begins with the letter typed. */
function stepTo(items: readonly HTMLElement[], current: Element | null, key: string): HTMLElement | undefined {
  const index = items.findIndex((item) => item === current);
  if (key === "ArrowDown") return items[(index + 1) % items.length];
  if (key === "ArrowUp") return items[(index - 1 + items.length) % items.length];
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length > 1 || key.trim() === "") return undefined;
  const order = [...items.slice(index + 1), ...items.slice(0, index + 1)];
  return order.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()));
}

function Item({ action, onChoose }: { readonly action: Action; readonly onChoose: (action: Action) => void }): JSX.Element {
  const [chord] = action.keys;
  return (
    <button type="button" role="menuitem" tabIndex={-1} className="wb-menu-item" data-testid={`menu-${action.id}`} onClick={() => { onChoose(action); }}>
      <span>{action.label}</span>
      {chord !== undefined && <small aria-hidden="true">{chordText(chord, isMac())}</small>}
    </button>
  );
}

/** The menu of the board, at a place or at what is selected. */
export function Menu({ root, at }: Props): JSX.Element {
  const board = useBoard();
  const menu = useRef<HTMLDivElement>(null);
  const selection = useBoardState((state) => state.selection);
  useReturn(menu);
  const items = (): HTMLElement[] => [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const close = (): void => {
    board.store.set({ menu: null });
  };
  useLayoutEffect(() => {
    if (menu.current === null || root.current === null) return;
    place(menu.current, root.current, at, selection);
    items()[0]?.focus({ preventScroll: true });
  }, [at, root, selection]);
  const choose = (action: Action): void => {
    // Away with the menu first, so that what the action gives the focus to keeps it.
    close();
    board.camera?.focusRoot();
    board.spot = at === "selection" ? null : (board.camera?.planeAt(at) ?? null);
    action.run(board);
    board.spot = null;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
      return;
    }
    const { activeElement } = event.currentTarget.getRootNode() as Document | ShadowRoot;
    const next = stepTo(items(), activeElement, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
  };
  return (
    <div className="wb-menu-veil" data-testid="menu-veil" onPointerDown={(event) => { if (event.target === event.currentTarget) close(); }} onContextMenu={(event) => { event.preventDefault(); }}>
      <div ref={menu} className="wb-menu wb-float" role="menu" aria-label={strings.reach.menu} data-testid="menu" onKeyDown={onKeyDown}>
        {offersOf(board).map((action) => <Item key={action.id} action={action} onChoose={choose} />)}
      </div>
    </div>
  );
}
