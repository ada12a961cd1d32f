import { useId, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent } from "react";
import { keyCaps } from "../model/keys";
import { Icon } from "./Icon";
import { isMac } from "./theme";
import { typed } from "./typed";

export interface Row {
  readonly id: string;
  readonly label: string;
  /** The address of a picture. */
  readonly icon: string | null;
  /** A word at the end of the line: what kind of thing it is. */
  readonly tag?: string;
  readonly chord?: string | null;
  /** Why it cannot be chosen now; shown instead of the keys. */
  readonly refusal?: string | null;
}

interface Props<R extends Row> {
  readonly label: string;
  readonly placeholder: string;
  readonly rows: readonly R[];
  readonly query: string;
  /** What is said when there are no rows. */
  readonly nothing: string;
  readonly found: string;
  readonly hint?: string;
  readonly testId: string;
  readonly onQuery: (query: string) => void;
  readonly onChoose: (row: R) => void;
  readonly onClose: () => void;
}

const Tail = ({ row: { tag, chord, refusal } }: { readonly row: Row }): JSX.Element | null => {
  if (refusal != null) return <small>{refusal}</small>;
  if (chord != null) return <span className="wb-chord">{keyCaps(chord, isMac()).map((cap) => <kbd key={cap}>{cap}</kbd>)}</span>;
  return tag === undefined ? null : <small>{tag}</small>;
};

/** Where the arrow keys lead from one row, going round at both ends; null for another key. */
function nextRow(key: string, at: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case "ArrowDown":
      return at >= last ? 0 : at + 1;
    case "ArrowUp":
      return at <= 0 ? last : at - 1;
    case "PageDown":
      return last;
    case "PageUp":
      return 0;
    default:
      return null;
  }
}

/** A field with a list below it: typing filters, the arrow keys choose, Enter takes, Esc and Tab close. */
export function Finder<R extends Row>(props: Props<R>): JSX.Element {
  const { label, placeholder, rows, query, nothing, found, hint, testId, onQuery, onChoose, onClose } = props;
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const active = Math.min(chosen, rows.length - 1);
  useLayoutEffect(() => {
    field.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView?.({ block: "nearest" });
  }, [active, rows]);
  const take = (row: R | undefined): void => {
    if (row !== undefined && row.refusal == null) onChoose(row);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextRow(event.key, active, rows.length);
    if (next !== null) setChosen(next);
    else if (event.key === "Enter") take(rows[active]);
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="wb-finder" role="dialog" aria-label={label} data-testid={testId}>
      <p className="wb-finder-title" aria-hidden="true">{label}</p>
      <div className="wb-search">
        <Icon name="search" size={15} />
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label={label}
          aria-expanded={rows.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={rows.length > 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          data-testid={`${testId}-field`}
          value={query}
          {...typed((text) => {
            setChosen(0);
            onQuery(text);
          })}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={`${id}-list`} className="wb-finder-list nowheel" role="listbox" aria-label={label}>
        {rows.map((row, index) => (
          <div
            key={row.id}
            id={`${id}-${index}`}
            className="wb-finder-row"
            role="option"
            aria-selected={index === active}
            aria-disabled={row.refusal != null}
            data-testid={`${testId}-${row.id}`}
            onPointerMove={() => {
              setChosen(index);
            }}
            onClick={() => {
              take(row);
            }}
          >
            {row.icon !== null && <span className="wb-tile"><img src={row.icon} alt="" draggable={false} /></span>}
            <span className="wb-finder-name">{row.label}</span>
            <Tail row={row} />
          </div>
        ))}
      </div>
      {rows.length === 0 && <p className="wb-hint">{nothing}</p>}
      {hint !== undefined && rows.length > 0 && <p className="wb-hint">{hint}</p>}
      <div className="wb-unseen" role="status">{rows.length > 0 ? found : nothing}</div>
    </div>
  );
}
