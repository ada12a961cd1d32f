import { useLayoutEffect, useRef, type JSX, type KeyboardEvent } from "react";
import { carryArea, chooseArea, dropArea, nudgeArea, renameArea, titleOf } from "../model/areas";
import type { Area, Board } from "../model/board";
import { MAX_LABEL } from "../model/document";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { useDrag } from "./useDrag";

const words = strings.zoning;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** Grid steps of an arrow key with Shift. */
const FAR = 5;

function TitleField({ area }: { readonly area: Area }): JSX.Element {
  const board = useBoard();
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  const name = titleOf(board.state.design, area);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const finish = (text: string): void => {
    if (isDone.current) return;
    isDone.current = true;
    renameArea(board, area, text);
    board.camera?.focusRoot();
  };
  return (
    <input
      ref={field}
      className="wb-area-field nopan nodrag"
      data-testid={`${area.kind}-title-field`}
      aria-label={words.rename}
      dir="auto"
      defaultValue={name}
      maxLength={MAX_LABEL}
      onBlur={(event) => {
        finish(event.target.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.stopPropagation();
        finish(event.key === "Enter" ? event.currentTarget.value : name);
      }}
    />
  );
}

/** The keys of a title that has the focus; what they do not know goes on to the board. */
function onTitleKey(board: Board, area: Area, event: KeyboardEvent): void {
  const arrow = ARROWS[event.key];
  if (event.key === "Enter" || event.key === "F2" || event.key === "Delete" || event.key === "Backspace") {
    chooseArea(board, area);
    // The board's own keys go on from there.
    if (event.key === "Enter") event.preventDefault();
  } else if (arrow !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
    const steps = event.shiftKey ? FAR : 1;
    event.preventDefault();
    if (!board.state.readonly) nudgeArea(board, area, arrow[0] * steps, arrow[1] * steps);
  }
}

/** The title of a zone or a group: drag it to move all of it, click it to choose it, double click to write its name. */
export function AreaTitle({ area, count }: { readonly area: Area; readonly count: number }): JSX.Element {
  const board = useBoard();
  const name = useBoardState((state) => titleOf(state.design, area));
  const readonly = useBoardState((state) => state.readonly);
  const isRenaming = useBoardState(({ renaming }) => renaming?.kind === area.kind && renaming.id === area.id);
  const onPointerDown = useDrag({
    onMove: (by) => {
      if (!readonly) carryArea(board, area, by);
    },
    onEnd: (by) => {
      if (by === null) board.store.set({ moving: null, framing: null, carrying: false });
      else if (!readonly) dropArea(board, area, by);
    },
    onClick: () => {
      chooseArea(board, area);
    },
  });
  const label = area.kind === "zone" ? words.zoneTitle(name, count) : words.groupTitle(name);
  if (isRenaming && !readonly) return <TitleField area={area} />;
  return (
    <button
      type="button"
      className="wb-area-title nopan nodrag"
      data-testid={`${area.kind}-title-${area.id}`}
      data-kind={area.kind}
      data-area={area.id}
      aria-label={label}
      title={label}
      onPointerDown={onPointerDown}
      onDoubleClick={() => {
        if (!readonly) board.store.set({ renaming: area });
      }}
      onKeyDown={(event) => {
        onTitleKey(board, area, event);
      }}
    >
      <bdi>{name}</bdi> {area.kind === "zone" && <small>{count}</small>}
    </button>
  );
}
