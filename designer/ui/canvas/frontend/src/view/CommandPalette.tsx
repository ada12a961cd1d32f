import { useMemo, useState, type JSX } from "react";
import { findItems, type Item } from "../model/commandlist";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { Finder, type Row } from "./Finder";

const words = strings.gestures.commands;
/** More than anybody looks through. */
const MOST_ROWS = 60;

const rowOf = ({ id, label, kind, icon, chord, refusal }: Item): Row => ({ id, label, icon, chord, refusal, tag: words.kinds[kind] });

function Commands(): JSX.Element {
  const board = useBoard();
  const [query, setQuery] = useState("");
  const items = useMemo(() => findItems(board, query).slice(0, MOST_ROWS), [board, query]);
  const close = (): void => {
    board.store.set({ asking: null });
    board.camera?.focusRoot();
  };
  return (
    <>
      <div className="wb-shade" onPointerDown={close} />
      <div className="wb-commands wb-float">
        <Finder
          label={words.label}
          placeholder={words.search}
          rows={items.map(rowOf)}
          query={query}
          nothing={words.nothing(query)}
          found={words.found(items.length)}
          testId="commands"
          onQuery={setQuery}
          onChoose={({ id }) => {
            close();
            items.find((item) => item.id === id)?.run(board);
          }}
          onClose={close}
        />
      </div>
    </>
  );
}

/** Every action, component and node in one list that is searched. */
export function CommandPalette(): JSX.Element | null {
  const open = useBoardState((state) => state.asking?.kind === "commands");
  return open ? <Commands /> : null;
}
