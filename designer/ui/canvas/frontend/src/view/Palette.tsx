import { useMemo, useRef, useState, type JSX, type KeyboardEvent } from "react";
import { paletteMode } from "../model/board";
import { placeComponent } from "../model/commands";
import { grouped, search } from "../model/search";
import type { CatalogEntry } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { Icon } from "./Icon";
import { typed } from "./typed";
import { placingHandlers } from "./usePlacing";

const words = strings.palette;

interface ItemProps {
  readonly entry: CatalogEntry;
  readonly isFirst: boolean;
  readonly onPlaced: () => void;
}

function Item({ entry, isFirst, onPlaced }: ItemProps): JSX.Element {
  const board = useBoard();
  const armed = useBoardState((state) => state.placing?.component === entry.id);
  return (
    <button
      type="button"
      className="wb-item"
      data-testid={`palette-${entry.id}`}
      data-armed={armed}
      tabIndex={isFirst ? 0 : -1}
      title={`${entry.name}: ${entry.summary}`}
      aria-label={words.item(entry.name, entry.summary)}
      {...placingHandlers(board, entry.id, onPlaced)}
    >
      <span className="wb-tile">
        <img src={entry.icon} alt="" draggable={false} loading="lazy" />
      </span>
      <span className="wb-item-name">{entry.name}</span>
    </button>
  );
}

interface GroupProps {
  readonly id: string;
  readonly entries: readonly CatalogEntry[];
  readonly firstId: string | undefined;
  readonly onPlaced: () => void;
}

function Group({ id, entries, firstId, onPlaced }: GroupProps): JSX.Element {
  const [open, setOpen] = useState(true);
  return (
    <section>
      <h3>
        <button
          type="button"
          className="wb-group"
          aria-expanded={open}
          data-testid={`palette-group-${id}`}
          onClick={() => {
            setOpen(!open);
          }}
        >
          <Icon name="chevron" size={12} />
          {words.group(id)}
        </button>
      </h3>
      {open && entries.map((entry) => <Item key={entry.id} entry={entry} isFirst={entry.id === firstId} onPlaced={onPlaced} />)}
    </section>
  );
}

/** Moves the focus along the items with the arrow keys. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("input, .wb-item")];
  const target = event.target as HTMLElement;
  const next = items[items.indexOf(target) + step];
  event.preventDefault();
  event.stopPropagation();
  next?.focus();
}

interface SearchProps {
  readonly query: string;
  readonly onChange: (query: string) => void;
  readonly onEnter: () => void;
}

function Search({ query, onChange, onEnter }: SearchProps): JSX.Element {
  const board = useBoard();
  return (
    <div className="wb-search">
      <Icon name="search" size={15} />
      <input
        type="search"
        data-testid="palette-search"
        placeholder={words.search}
        aria-label={words.search}
        value={query}
        {...typed(onChange)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onEnter();
          if (event.key === "Escape" && query !== "") onChange("");
          else if (event.key === "Escape") board.camera?.focusRoot();
        }}
      />
    </div>
  );
}

interface ToggleProps {
  readonly label: string;
  readonly testId: string;
  readonly flipped?: boolean;
  readonly onClick: () => void;
}

const Toggle = ({ label, testId, flipped = false, onClick }: ToggleProps): JSX.Element => (
  <button type="button" className="wb-button wb-small" data-testid={testId} data-flipped={flipped} aria-label={label} title={label} onClick={onClick}>
    <Icon name="collapse" size={16} />
  </button>
);

/** All components by group: searched, dragged, clicked or placed with Enter. */
export function Palette(): JSX.Element | null {
  const board = useBoard();
  const list = useRef<HTMLElement>(null);
  const [query, setQuery] = useState("");
  const mode = useBoardState(paletteMode);
  const catalog = useBoardState((state) => state.catalog);
  const entries = useMemo(() => [...catalog.values()], [catalog]);
  const found = useMemo(() => search(entries, query), [entries, query]);
  if (mode === "closed") return null;
  const hide = (): void => {
    board.store.set({ palette: false });
  };
  const onPlaced = (): void => {
    if (board.state.width === "compact") hide();
  };
  const placeFirst = (): void => {
    const [first] = found;
    if (first === undefined || query === "") return;
    placeComponent(board, first.id);
    onPlaced();
  };
  return (
    <aside ref={list} className="wb-palette wb-float" aria-label={words.label} data-testid="palette" data-mode={mode} onKeyDown={walk}>
      <header>
        <h2>{words.label}</h2>
        {mode === "rail" ? (
          <Toggle label={words.widen} testId="palette-open" flipped onClick={() => { board.store.set({ palette: true }); }} />
        ) : (
          <Toggle label={words.close} testId="palette-close" onClick={hide} />
        )}
      </header>
      {mode === "open" && <Search query={query} onChange={setQuery} onEnter={placeFirst} />}
      <div className="wb-items nowheel">
        {query === ""
          ? [...grouped(found)].map(([id, members]) => (
              <Group key={id} id={id} entries={members} firstId={found[0]?.id} onPlaced={onPlaced} />
            ))
          : found.map((entry) => <Item key={entry.id} entry={entry} isFirst={entry === found[0]} onPlaced={onPlaced} />)}
        {found.length === 0 && <p className="wb-hint">{catalog.size === 0 ? strings.board.loading : words.nothing(query)}</p>}
      </div>
    </aside>
  );
}
