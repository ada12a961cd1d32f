import { Fragment, useLayoutEffect, useRef, type JSX } from "react";
import { ACTIONS, type Action, type ActionGroup } from "../model/actions";
import { keyCaps } from "../model/keys";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { Icon } from "./Icon";
import { isMac } from "./theme";

const words = strings.shortcuts;
const GROUPS: readonly ActionGroup[] = ["build", "edit", "view"];

/** Actions with keys, those of one label (the four arrows) on one line. */
function linesOf(group: ActionGroup): ReadonlyMap<string, readonly Action[]> {
  const lines = new Map<string, Action[]>();
  for (const action of ACTIONS) {
    if (action.group !== group || action.keys.length === 0) continue;
    lines.set(action.label, [...(lines.get(action.label) ?? []), action]);
  }
  return lines;
}

const Keys = ({ chord }: { readonly chord: string }): JSX.Element => (
  <span className="wb-chord">
    {keyCaps(chord, isMac()).map((cap) => <kbd key={cap}>{cap}</kbd>)}
  </span>
);

function Line({ label, actions }: { readonly label: string; readonly actions: readonly Action[] }): JSX.Element {
  const [first] = actions;
  return (
    <div className="wb-row">
      <span>{label}</span>
      <span className="wb-chords">
        {actions.length > 1 ? <Arrows chord={first?.keys[0] ?? ""} /> : <Chords chords={first?.keys ?? []} />}
      </span>
    </div>
  );
}

const Chords = ({ chords }: { readonly chords: readonly string[] }): JSX.Element[] =>
  chords.map((chord, index) => (
    <Fragment key={chord}>
      {index > 0 && <small>{words.or}</small>}
      <Keys chord={chord} />
    </Fragment>
  ));

/** Four actions that differ only in the arrow: the modifiers of one, and all arrows. */
const Arrows = ({ chord }: { readonly chord: string }): JSX.Element => (
  <span className="wb-chord">
    {[...keyCaps(chord, isMac()).slice(0, -1), "← ↑ ↓ →"].map((cap) => <kbd key={cap}>{cap}</kbd>)}
  </span>
);

/** The list of keys, read from the registry of actions. */
export function Shortcuts(): JSX.Element | null {
  const board = useBoard();
  const open = useBoardState((state) => state.panel === "shortcuts");
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (open) button.current?.focus();
  }, [open]);
  if (!open) return null;
  const close = (): void => {
    board.store.set({ panel: null });
    board.camera?.focusRoot();
  };
  return (
    <div className="wb-veil" onClick={close}>
      <section
        className="wb-shortcuts wb-float"
        role="dialog"
        aria-modal="true"
        aria-label={words.title}
        data-testid="shortcuts"
        onClick={(event) => {
          event.stopPropagation();
        }}
        onKeyDown={(event) => {
          // One thing can take the focus here, so Tab stays on it.
          if (event.key === "Tab") event.preventDefault();
        }}
      >
        <header>
          <h2>{words.title}</h2>
          <button ref={button} type="button" className="wb-button wb-small" aria-label={words.close} data-testid="shortcuts-close" onClick={close}>
            <Icon name="close" size={16} />
          </button>
        </header>
        <div className="wb-columns">
          {GROUPS.map((group) => (
            <div key={group}>
              <h3>{words.groups[group]}</h3>
              {[...linesOf(group)].map(([label, actions]) => <Line key={label} label={label} actions={actions} />)}
            </div>
          ))}
          <div>
            <h3>{words.mouse}</h3>
            {words.mouseRows.map(([gesture, does]) => (
              <div key={gesture} className="wb-row">
                <span>{does}</span>
                <small>{gesture}</small>
              </div>
            ))}
          </div>
        </div>
      </section>
    </div>
  );
}
