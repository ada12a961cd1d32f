import type { NodeProps } from "@xyflow/react";
import { memo, useLayoutEffect, useRef, useState, type JSX } from "react";
import { colorOf } from "../model/colors";
import { MAX_NOTE } from "../model/document";
import { remove, updateNote } from "../model/edits";
import { noteIdOf } from "../model/flow";
import { NOTHING } from "../model/selection";
import { strings } from "../strings";
import { useBoard, useSettledState } from "./context";
import { typed } from "./typed";

interface EditorProps {
  readonly text: string;
  readonly onDone: (text: string | null) => void;
}

function NoteEditor({ text, onDone }: EditorProps): JSX.Element {
  const [draft, setDraft] = useState(text);
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    area.current?.focus();
    area.current?.select();
  }, []);
  return (
    <div className="wb-note-sizer" data-text={`${draft}\n`}>
      <textarea
        ref={area}
        className="nodrag nowheel nopan"
        data-testid="note-text"
        aria-label={strings.note.edit}
        dir="auto"
        maxLength={MAX_NOTE}
        value={draft}
        {...typed(setDraft)}
        onBlur={() => {
          onDone(draft);
        }}
        onKeyDown={(event) => {
          const isDone = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
          if (!isDone) return;
          event.stopPropagation();
          onDone(draft);
        }}
      />
    </div>
  );
}

/** A sticky note: a double click or Enter edits it, Esc or a click elsewhere keeps what was written. */
export const NoteCard = memo(({ id: flowId, selected }: NodeProps): JSX.Element | null => {
  const board = useBoard();
  const id = noteIdOf(flowId);
  const note = useSettledState((state) => state.design.notes.find((item) => item.id === id));
  const readonly = useSettledState((state) => state.readonly);
  const isNew = note !== undefined && note.text === "" && selected;
  const [editing, setEditing] = useState(isNew);
  if (note === undefined) return null;
  const finish = (text: string | null): void => {
    setEditing(false);
    if (text?.trim() === "" && note.kind === "text") {
      // Nobody could see it: there is no paper under free words.
      board.edit(remove(board.state.design, { ...NOTHING, notes: [id] }));
      board.camera?.focusRoot();
      return;
    }
    if (text !== null && text !== note.text) board.edit(updateNote(board.state.design, id, { text }));
    board.camera?.focusNode(flowId);
  };
  return (
    <div
      className="wb-note"
      data-kind={note.kind}
      data-color={colorOf(note) ?? undefined}
      data-testid={`note-${id}`}
      onDoubleClick={() => {
        setEditing(!readonly);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !editing) setEditing(!readonly);
      }}
    >
      {editing ? (
        <NoteEditor text={note.text} onDone={finish} />
      ) : (
        <p dir="auto">{note.text === "" ? <em>{strings.note.placeholder}</em> : note.text}</p>
      )}
    </div>
  );
});
