import { useId, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent } from "react";
import { connectNodes, labelOf } from "../model/commands";
import { targetsOf, type Target } from "../model/reach";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { useReturn } from "./useReturn";

const words = strings.reach;

interface ListProps {
  readonly id: string;
  readonly targets: readonly Target[];
  readonly active: number;
  readonly onChoose: (target: Target) => void;
}

const Targets = ({ id, targets, active, onChoose }: ListProps): JSX.Element => (
  <ul id={id} role="listbox" aria-label={words.pickFilter} className="wb-picker-list nowheel" onPointerDown={(event) => { event.preventDefault(); }}>
    {targets.map((target, index) => (
      <li
        key={target.id}
        id={`${id}-${target.id}`}
        role="option"
        aria-selected={index === active}
        data-testid={`target-${target.id}`}
        ref={(item) => {
          if (index === active) item?.scrollIntoView?.({ block: "nearest" });
        }}
        onClick={() => {
          onChoose(target);
        }}
      >
        <b dir="auto">{target.name}</b>
        {target.kind !== target.name && <small>{target.kind}</small>}
      </li>
    ))}
  </ul>
);

/** Asks what a node is to call: a list that typing narrows. */
export function TargetPicker({ from }: { readonly from: string }): JSX.Element {
  const board = useBoard();
  const id = useId();
  const panel = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const state = useBoardState((whole) => whole);
  useReturn(panel);
  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true });
  }, []);
  const targets = targetsOf(state, from, query);
  const active = Math.min(at, Math.max(0, targets.length - 1));
  const close = (): void => {
    board.store.set({ aiming: null });
  };
  const choose = (target: Target | undefined): void => {
    if (target === undefined || !connectNodes(board, from, target.id)) return;
    close();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && targets.length > 0) setAt((active + step + targets.length) % targets.length);
    else if (event.key === "Enter") choose(targets[active]);
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const chosen = targets[active];
  return (
    <section ref={panel} className="wb-picker wb-float" role="dialog" aria-label={words.pickTitle(labelOf(board, from))} data-testid="target-picker">
      <h2 dir="auto">{words.pickTitle(labelOf(board, from))}</h2>
      <input
        ref={field}
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        data-testid="target-filter"
        aria-label={words.pickFilter}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={id}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
        placeholder={words.pickFilter}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!(event.relatedTarget instanceof Node && panel.current?.contains(event.relatedTarget))) close();
        }}
      />
      <Targets id={id} targets={targets} active={active} onChoose={choose} />
      {targets.length === 0 && <p className="wb-hint">{query === "" ? words.pickNone : strings.palette.nothing(query)}</p>}
    </section>
  );
}
