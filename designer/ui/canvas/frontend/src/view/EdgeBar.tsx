import { useStore } from "@xyflow/react";
import { useState, type JSX } from "react";
import { actionOf } from "../model/actions";
import { reverseConnection } from "../model/commands";
import { connectionId, nodesById } from "../model/document";
import { updateConnection } from "../model/edits";
import { boundsOf, boxAt, overlaps, type Box, type Size } from "../model/geometry";
import type { Connection, Position, Traffic } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { Icon, type IconName } from "./Icon";
import { typed } from "./typed";
import { useCovered } from "./useCovered";
import { loadsOf, readCalls } from "./inspector/ConnectionForm";

const words = strings.gestures.bar;
/** Room the bar takes, in pixels of the screen; it stands this far below its connection. */
const BAR = { width: 258, height: 34 };
const BELOW = 18;
const EDGE = 8;

interface ButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly testId: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

const Button = ({ icon, label, testId, pressed, onClick }: ButtonProps): JSX.Element => (
  <button type="button" className="wb-button" data-testid={testId} aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
    <Icon name={icon} size={15} />
  </button>
);

interface CallsProps {
  readonly calls: number | null;
  readonly commit: (calls: number | null) => void;
}

/** Calls per request as people write them: "2", "0.5", "1.2k"; empty is one. */
function Calls({ calls, commit }: CallsProps): JSX.Element {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? (calls === null ? "" : String(calls));
  const isBlank = text.trim() === "";
  const value = isBlank ? null : readCalls(text);
  const isWrong = !isBlank && value === null;
  const settle = (): void => {
    if (draft === null || isWrong) return;
    setDraft(null);
    if (value !== calls) commit(value);
  };
  return (
    <label title={words.calls}>
      <span aria-hidden="true">×</span>
      <input
        type="text"
        inputMode="decimal"
        autoComplete="off"
        placeholder="1"
        aria-label={words.calls}
        aria-invalid={isWrong}
        data-testid="edge-bar-calls"
        value={text}
        {...typed(setDraft)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") settle();
          if (event.key !== "Escape" || draft === null) return;
          event.stopPropagation();
          setDraft(null);
        }}
      />
    </label>
  );
}

interface Props {
  readonly connection: Connection;
  /** The middle of the connection, in pixels of the screen. */
  readonly at: Position;
  /** The cards at its ends, in pixels of the screen. */
  readonly ends: readonly Box[];
}

/** The upper left corner of the bar: below the connection, or where it covers neither of the cards at its ends. */
function cornerOf(at: Position, ends: readonly Box[], screen: Size): Position {
  const within = (value: number, most: number): number => Math.max(EDGE, Math.min(value, most - EDGE));
  const x = within(at.x - BAR.width / 2, screen.width - BAR.width);
  const all = boundsOf(ends) ?? boxAt(at, { width: 0, height: 0 });
  const heights = [at.y + BELOW, at.y - BELOW - BAR.height, all.y + all.height + BELOW, all.y - BELOW - BAR.height];
  const corners = heights.map((y): Position => ({ x, y: within(y, screen.height - BAR.height) }));
  const isFree = (corner: Position): boolean => ends.every((box) => !overlaps(boxAt(corner, BAR), box));
  return corners.find(isFree) ?? { x, y: within(at.y + BELOW, screen.height - BAR.height) };
}

/** What a selected connection carries and how, right beside it: the same settings as in the inspector. */
export function EdgeBar({ connection, at, ends }: Props): JSX.Element {
  const board = useBoard();
  const width = useStore((state) => state.width) - useCovered();
  const height = useStore((state) => state.height);
  const id = connectionId(connection.from, connection.to);
  const behavior = useBoardState(({ design, catalog }) => catalog.get(nodesById(design).get(connection.from)?.component ?? "")?.behavior);
  const set = (patch: Partial<Connection>): void => {
    board.edit(updateConnection(board.state.design, id, patch));
  };
  const corner = cornerOf(at, ends, { width, height });
  const isAsync = connection.mode === "async";
  return (
    <div
      className="wb-edge-bar wb-float"
      role="toolbar"
      aria-label={words.label}
      data-testid="edge-bar"
      style={{ left: corner.x + BAR.width / 2, top: corner.y }}
    >
      <select
        aria-label={strings.inspector.carries}
        title={strings.inspector.carries}
        data-testid="edge-bar-carries"
        value={connection.carries}
        onChange={(event) => {
          set({ carries: event.target.value as Traffic });
        }}
      >
        {(Object.keys(loadsOf(connection, behavior)) as Traffic[]).map((load) => <option key={load} value={load}>{words.carries[load]}</option>)}
      </select>
      <Calls calls={connection.calls} commit={(calls) => { set({ calls }); }} />
      {(behavior !== "queue" || isAsync) && (
        <Button icon="async" label={words.async} testId="edge-bar-async" pressed={isAsync} onClick={() => { set({ mode: isAsync ? "sync" : "async" }); }} />
      )}
      <Button icon="swap" label={strings.inspector.reverse} testId="edge-bar-reverse" onClick={() => { reverseConnection(board, connection.from, connection.to); }} />
      <Button icon="plus" label={words.insert} testId="edge-bar-insert" onClick={() => { actionOf("quick-add").run(board); }} />
      <Button icon="trash" label={strings.actions.remove} testId="edge-bar-delete" onClick={() => { actionOf("delete").run(board); }} />
    </div>
  );
}
