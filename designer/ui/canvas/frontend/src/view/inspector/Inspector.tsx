import { useEffect, useRef, type JSX, type ReactNode } from "react";
import { connectionId, MAX_NOTE, nodesById } from "../../model/document";
import { colorOf, plainColorOf } from "../../model/colors";
import { updateNote } from "../../model/edits";
import { flowIdsOf } from "../../model/flow";
import { groupWith } from "../../model/groups";
import { NOTHING, sizeOf } from "../../model/selection";
import type { BoardState } from "../../model/board";
import type { DesignNode, Note } from "../../model/types";
import { strings } from "../../strings";
import { ActionButton } from "../ActionButton";
import { useBoard, useBoardState } from "../context";
import { Icon } from "../Icon";
import { GroupForm, Together, ZoneForm, ZoneHeader } from "./AreaForms";
import { ConnectionForm } from "./ConnectionForm";
import { Effects } from "./Effects";
import { TextField } from "./fields";
import { NodeForm } from "./NodeForm";
import { Swatches } from "./Swatches";

const words = strings.inspector;
const DOUBLE_CLICK_MS = 350;
/** In no id: ids are joined by it to one value that is the same as long as they are. */
const SEPARATOR = "\n";

const ALIGN = ["align-left", "align-center", "align-right", "align-top", "align-middle", "align-bottom"] as const;
const DISTRIBUTE = ["distribute-horizontal", "distribute-vertical"] as const;

function SeveralForm(): JSX.Element {
  const group = useBoardState(({ design, selection }) => groupWith(design, selection.nodes));
  return (
    <>
      {group !== null && <GroupForm key={group.id} group={group} />}
      <section className="wb-section">
        <h3>{words.arrange}</h3>
        <div className="wb-grid">
          {[...ALIGN, ...DISTRIBUTE].map((id) => <ActionButton key={id} action={id} icon={id} />)}
        </div>
        <Together />
      </section>
    </>
  );
}

function NoteForm({ note }: { readonly note: Note }): JSX.Element {
  const board = useBoard();
  return (
    <>
      <TextField
        label={strings.note.edit}
        testId="inspector-note"
        value={note.text}
        maxLength={MAX_NOTE}
        multiline
        commit={(text) => {
          board.edit(updateNote(board.state.design, note.id, { text }));
        }}
      />
      <Swatches
        value={colorOf(note)}
        commit={(color) => {
          const chosen = color === plainColorOf(note.kind) || (color === note.color && note.kind === "text") ? null : color;
          board.edit(updateNote(board.state.design, note.id, { color: chosen }));
        }}
      />
    </>
  );
}

function NodeHeader({ node }: { readonly node: DesignNode }): JSX.Element {
  const entry = useBoardState((state) => state.catalog.get(node.component));
  return (
    <>
      <span className="wb-tile">{entry !== undefined && <img src={entry.icon} alt="" />}</span>
      <div>
        <h2>{entry?.name ?? strings.card.unknown}</h2>
        <p>{entry?.summary ?? node.component}</p>
      </div>
    </>
  );
}

interface Content {
  readonly key: string;
  readonly header: ReactNode;
  readonly body: ReactNode;
}

/** What the inspector shows: one node, one connection, one note, or several things at once. */
function contentOf({ design, selection, zone: chosen }: BoardState): Content | null {
  const size = sizeOf(selection);
  const zone = design.zones.find(({ id }) => id === chosen);
  if (zone !== undefined) return { key: `zone ${zone.id}`, header: <ZoneHeader />, body: <ZoneForm zone={zone} /> };
  if (size === 0) return null;
  if (size > 1) {
    return { key: "several", header: <h2>{words.several(size)}</h2>, body: flowIdsOf(selection).length > 1 && <SeveralForm /> };
  }
  const node = nodesById(design).get(selection.nodes[0] ?? "");
  if (node !== undefined) return { key: `node ${node.id}`, header: <NodeHeader node={node} />, body: <NodeForm node={node} /> };
  const note = design.notes.find((item) => item.id === selection.notes[0]);
  if (note !== undefined) return { key: `note ${note.id}`, header: <h2>{words.note}</h2>, body: <NoteForm note={note} /> };
  const connection = design.connections.find(({ from, to }) => connectionId(from, to) === selection.connections[0]);
  if (connection === undefined) return null;
  const key = `connection ${connectionId(connection.from, connection.to)}`;
  return { key, header: <h2>{words.connection}</h2>, body: <ConnectionForm connection={connection} /> };
}

function Footer(): JSX.Element {
  const pair = useBoardState(({ selection }) => selection.nodes.length === 2);
  const single = useBoardState(({ selection }) => selection.nodes.length === 1 && sizeOf(selection) === 1);
  const zone = useBoardState((state) => state.zone !== null);
  const items = useBoardState(({ selection }) => flowIdsOf(selection).length > 0);
  const nodes = useBoardState(({ selection }) => selection.nodes.length);
  const pinned = useBoardState(({ design, selection }) => nodesById(design).get(selection.nodes[0] ?? "")?.pinned === true);
  return (
    <footer>
      {nodes === 1 && <ActionButton action="quick-add" icon="plus" tip="above" />}
      {pair && <ActionButton action="connect" icon="connect" labelled />}
      {(single || zone) && <ActionButton action="fail" icon="fail" labelled />}
      {items && <ActionButton action="duplicate" icon="duplicate" labelled />}
      {nodes === 1 && <ActionButton action="pin" icon="pin" pressed={pinned} tip="above" />}
      <ActionButton action="delete" icon="trash" labelled />
    </footer>
  );
}

/** The panel on the right, there only while something is selected. */
export function Inspector(): JSX.Element | null {
  const board = useBoard();
  const state = useBoardState((whole) => whole);
  const open = useRef(false);
  const content = contentOf(state);
  const only = sizeOf(state.selection) === 1 ? (flowIdsOf(state.selection)[0] ?? state.selection.connections[0]) : undefined;
  const isShown = content !== null && state.moving === null && !state.gathering;
  const several = useBoardState((state) => (only === undefined ? flowIdsOf(state.selection).join(SEPARATOR) : ""));
  const shown = isShown ? (only ?? several) : "";
  useEffect(() => {
    if (shown === "") board.cleared.selection = "";
    if (shown === board.cleared.selection) return;
    // The panel may have opened above what it is about. A double click must not miss what slides away under it.
    const timer = window.setTimeout(() => {
      board.cleared.selection = shown;
      if (shown === only) board.camera?.reveal(only.split(">"));
      else board.camera?.uncover(several.split(SEPARATOR), false);
    }, DOUBLE_CLICK_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [board, only, several, shown]);
  // A first drag selects what it moves: the panel waits until the drag is over, and until all is gathered by taps.
  if (content === null || state.gathering || (state.moving !== null && !open.current)) {
    open.current = false;
    return null;
  }
  open.current = true;
  const back = (): void => {
    const [first] = flowIdsOf(board.state.selection);
    if (first === undefined) board.camera?.focusRoot();
    else board.camera?.focusNode(first);
  };
  return (
    <aside
      className="wb-inspector wb-float"
      aria-label={words.label}
      data-testid="inspector"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        back();
      }}
    >
      <header>
        {content.header}
        <button
          type="button"
          className="wb-button wb-small"
          data-close
          data-testid="inspector-close"
          aria-label={words.close}
          onClick={() => {
            board.select(NOTHING);
            board.chooseZone(null);
            board.camera?.focusRoot();
          }}
        >
          <Icon name="close" size={16} />
        </button>
      </header>
      <div className="wb-inspector-body nowheel">
        <fieldset key={content.key} disabled={state.readonly}>
          {content.body}
        </fieldset>
      </div>
      <Effects />
      {!state.readonly && <Footer />}
    </aside>
  );
}
