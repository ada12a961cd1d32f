import { useId, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent } from "react";
import type { Aim, Board } from "../model/board";
import { labelOf } from "../model/commands";
import { aimAt, isAimed, targetsOf, type Target } from "../model/reach";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { typed } from "./typed";
import { useReturn } from "./useReturn";

const words = strings.reach;

interface ListProps {
  readonly id: string;
  readonly label: string;
  readonly targets: readonly Target[];
  readonly active: number;
  readonly onChoose: (target: Target) => void;
}

const Targets = ({ id, label, targets, active, onChoose }: ListProps): JSX.Element => (
  <ul id={id} role="listbox" aria-label={label} className="wb-picker-list nowheel" onPointerDown={(event) => { event.preventDefault(); }}>
    {targets.map((target, index) => (
      <li
        key={target.id}
        id={`${id}-${target.id}`}
        role="option"
        aria-selected={index === active}
        aria-disabled={target.refusal !== null}
        data-testid={`target-${target.id}`}
        ref={(item) => {
          if (index === active) item?.scrollIntoView?.({ block: "nearest" });
        }}
        onClick={() => {
          onChoose(target);
        }}
      >
        <b dir="auto">{target.name}</b>
        {target.refusal === null && target.kind !== target.name && <small>{target.kind}</small>}
        {target.refusal !== null && <small>{strings.refusals[target.refusal]}</small>}
      </li>
    ))}
  </ul>
);

interface Words {
  readonly title: string;
  readonly filter: string;
  readonly none: string;
}

function wordsFor(board: Board, aim: Aim): Words {
  if (aim.kind === "connect") return { title: words.pickTitle(labelOf(board, aim.from)), filter: words.pickFilter, none: words.pickNone };
  const [from = "", to = ""] = aim.connection.split(">").map((id) => labelOf(board, id));
  return { title: words.leadTitle[aim.end](from, to), filter: words.leadFilter, none: words.leadNone };
}

/** Asks what a node is to call, or where an end of a connection is to go: a list that typing narrows. */
export function TargetPicker({ aim }: { readonly aim: Aim }): JSX.Element | null {
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
  const targets = targetsOf(state, aim, query);
  const active = Math.min(at, Math.max(0, targets.length - 1));
  const close = (): void => {
    board.store.set({ aiming: null });
  };
  const choose = (target: Target | undefined): void => {
    if (target === undefined || !aimAt(board, aim, target.id)) return;
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
  const said = wordsFor(board, aim);
  if (!isAimed(state, aim)) return null;
  return (
    <section ref={panel} className="wb-picker wb-float" role="dialog" aria-label={said.title} data-testid="target-picker">
      <h2 dir="auto">{said.title}</h2>
      <input
        ref={field}
        type="text"
        role="combobox"
        autoComplete="off"
        spellCheck={false}
        data-testid="target-filter"
        aria-label={said.filter}
        aria-expanded
        aria-autocomplete="list"
        aria-controls={id}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
        placeholder={said.filter}
        value={query}
        {...typed((text) => {
          setQuery(text);
          setAt(0);
        })}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          if (!(event.relatedTarget instanceof Node && panel.current?.contains(event.relatedTarget))) close();
        }}
      />
      <Targets id={id} label={said.filter} targets={targets} active={active} onChoose={choose} />
      {targets.length === 0 && <p className="wb-hint">{query === "" ? said.none : strings.palette.nothing(query)}</p>}
    </section>
  );
}
