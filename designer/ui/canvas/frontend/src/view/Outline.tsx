import { useLayoutEffect, useMemo, useRef, useState, type JSX, type KeyboardEvent, type RefObject } from "react";
import { actionFor, actionOf, isEnabled, type Action } from "../model/actions";
import type { Board } from "../model/board";
import { outlineOf, rowsOf, type Row } from "../model/outline";
import { sizeOf } from "../model/selection";
import type { Selection } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { Icon } from "./Icon";
import { useReturn } from "./useReturn";

/*
 * The board in words. It is a panel on demand and not a hidden copy that is always there: a second list of everything
 * would be walked through twice by whoever reads the page from top to bottom, and its tab stops would lead nowhere that
 * can be seen. What is always there is each card's own name, which says the same in one sentence, and of all cards Tab
 * comes to one only; arrow keys go on from there. The outline is for reading the whole, by eye, by ear or in Braille.
 */

const words = strings.outline;
/** What a key does to the line it is pressed on; the rest is moving about. Letters work with and without Shift. */
const ACTS: Readonly<Record<string, string>> = { Enter: "inspect", c: "connect-to", Delete: "delete", Backspace: "delete" };
/** Adds what comes next, as on the board; nothing where the board has no such key. */
const ADD = "a";
/** What folds a line by a click; by key it is the arrows, so it is no control of its own. */
const FOLD = "[data-fold]";

interface LineProps {
  readonly row: Row;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  readonly isFolded: boolean;
  readonly onPick: (row: Row, isFold: boolean) => void;
}

function Line({ row, isCurrent, isSelected, isFolded, onPick }: LineProps): JSX.Element {
  const { branch, level, position, size } = row;
  const hasChildren = branch.children.length > 0;
  return (
    <li
      role="treeitem"
      id={`outline-${branch.id}`}
      data-id={branch.id}
      data-kind={branch.kind}
      data-testid={`outline-${branch.id}`}
      tabIndex={isCurrent ? 0 : -1}
      aria-level={level}
      aria-posinset={position}
      aria-setsize={size}
      aria-selected={isSelected}
      aria-expanded={hasChildren ? !isFolded : undefined}
      style={{ paddingInlineStart: `${10 + (level - 1) * 16}px` }}
      onClick={(event) => {
        onPick(row, event.target instanceof Element && event.target.closest(FOLD) !== null);
      }}
    >
      <span className="wb-outline-fold" data-fold={hasChildren ? "" : undefined} aria-hidden="true">
        {hasChildren && <Icon name="chevron" size={12} />}
      </span>
      <span dir="auto">
        <b>{branch.title}</b>
        {branch.detail !== "" && <span>{`, ${branch.detail}`}</span>}
      </span>
    </li>
  );
}

/** Where the arrow keys lead from a line; undefined where they fold, unfold or lead nowhere. */
function nextRow(rows: readonly Row[], index: number, key: string): Row | undefined {
  const row = rows[index];
  if (key === "ArrowDown") return rows[index + 1];
  if (key === "ArrowUp") return rows[index - 1];
  if (key === "Home") return rows[0];
  if (key === "End") return rows.at(-1);
  if (key === "ArrowLeft") return rows.find((other) => other.branch.id === row?.parent);
  return key === "ArrowRight" && rows[index + 1]?.parent === row?.branch.id ? rows[index + 1] : undefined;
}

/** The line that takes the focus of one that is deleted: the next beside it, else the one before, else the one above. */
const heirOf = (rows: readonly Row[], { parent, position }: Row): string | null => {
  const beside = (step: number): Row | undefined =>
    rows.find((row) => row.parent === parent && row.position === position + step);
  return (beside(1) ?? beside(-1))?.branch.id ?? parent;
};

function useRows() {
  const design = useBoardState((state) => state.design);
  const catalog = useBoardState((state) => state.catalog);
  const annotations = useBoardState((state) => state.annotations);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(outlineOf({ design, catalog, annotations }), folded), [design, catalog, annotations, folded]);
  const fold = (id: string, isFolded: boolean): void => {
    const next = new Set(folded);
    if (isFolded) next.add(id);
    else next.delete(id);
    setFolded(next);
  };
  return { rows, folded, fold };
}

const isWithin = (selection: Selection, item: Selection): boolean =>
  item.nodes.every((id) => selection.nodes.includes(id)) &&
  item.connections.every((id) => selection.connections.includes(id)) &&
  item.notes.every((id) => selection.notes.includes(id));

/** Which line has the focus. What is deleted leaves its place to what came after it. */
function useCurrent(rows: readonly Row[], list: RefObject<HTMLElement | null>) {
  const [current, setCurrent] = useState<string | null>(null);
  const [index, setIndex] = useState(0);
  const found = rows.findIndex(({ branch }) => branch.id === current);
  const at = found >= 0 ? found : Math.min(index, rows.length - 1);
  const focus = (row: Row | undefined): void => {
    if (row === undefined) return;
    setCurrent(row.branch.id);
    setIndex(rows.indexOf(row));
    list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(row.branch.id)}"]`)?.focus();
  };
  useLayoutEffect(() => {
    if (found < 0 && current !== null) focus(rows[at]);
  }, [found]);
  return { at, focus, setCurrent };
}

/** Selects what a line stands for, and does to it what the key says; false for a key that says nothing. */
function act(board: Board, { branch }: Row, key: string, withShift: boolean): Action | null | false {
  const press = { key, ctrlKey: false, metaKey: false, shiftKey: withShift, altKey: false };
  const id = ACTS[key];
  if (id === undefined && key !== ADD) return false;
  const action = id === undefined ? actionFor(press) : actionOf(id);
  board.select(branch.selection);
  if (action === null || !isEnabled(action, board)) return null;
  if (action.id === "inspect") board.show(branch.selection);
  action.run(board);
  return action;
}

function Tree(): JSX.Element {
  const board = useBoard();
  const list = useRef<HTMLUListElement>(null);
  const { rows, folded, fold } = useRows();
  const selection = useBoardState((state) => state.selection);
  const { at, focus, setCurrent } = useCurrent(rows, list);
  useLayoutEffect(() => {
    const [selected] = board.state.selection.nodes;
    focus(rows.find(({ branch }) => branch.id === `node:${selected}`) ?? rows[0]);
  }, []);
  const move = (row: Row, key: string): boolean => {
    const { id, children } = row.branch;
    if (key === "ArrowLeft" && children.length > 0 && !folded.has(id)) fold(id, true);
    else if (key === "ArrowRight" && folded.has(id)) fold(id, false);
    else if (key.startsWith("Arrow") || key === "Home" || key === "End") focus(nextRow(rows, at, key));
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[at];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const done = move(row, key) ? null : act(board, row, key, event.shiftKey);
    if (done === false) return;
    event.preventDefault();
    if (done?.id !== "delete") return;
    // Deleting gives the focus to the board, because there the card is gone; here there is a line to go on from.
    setCurrent(heirOf(rows, row));
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus());
  };
  const pick = (row: Row, isFold: boolean): void => {
    focus(row);
    if (isFold) fold(row.branch.id, !folded.has(row.branch.id));
    else board.show(row.branch.selection);
  };
  if (rows.length === 0) return <p className="wb-hint">{words.empty}</p>;
  return (
    <ul ref={list} role="tree" aria-label={words.title} aria-multiselectable="true" className="nowheel" data-testid="outline-tree" onKeyDown={onKeyDown}>
      {rows.map((row, place) => (
        <Line
          key={row.branch.id}
          row={row}
          isCurrent={place === at}
          isSelected={sizeOf(row.branch.selection) === 1 && isWithin(selection, row.branch.selection)}
          isFolded={folded.has(row.branch.id)}
          onPick={pick}
        />
      ))}
    </ul>
  );
}

/** The panel with the outline. */
export function OutlinePanel(): JSX.Element {
  const board = useBoard();
  const panel = useRef<HTMLElement>(null);
  useReturn(panel);
  const close = (): void => {
    board.store.set({ panel: null });
  };
  return (
    <aside
      ref={panel}
      className="wb-outline wb-float"
      aria-label={words.title}
      data-testid="outline"
      onKeyDown={(event) => {
        if (event.key !== "Escape" && event.key.toLowerCase() !== "o") return;
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
    >
      <header>
        <h2>{words.title}</h2>
        <button type="button" className="wb-button wb-small" aria-label={words.close} data-testid="outline-close" onClick={close}>
          <Icon name="close" size={16} />
        </button>
      </header>
      <Tree />
      <p className="wb-hint">{words.hint}</p>
    </aside>
  );
}
