import type { JSX } from "react";
import { labelOf, reverseConnection } from "../../model/commands";
import { connectionId, MAX_LABEL, nodesById } from "../../model/document";
import { updateConnection } from "../../model/edits";
import type { Behavior, Connection, Traffic } from "../../model/types";
import { formatQuantity, parseQuantity } from "../../model/units";
import { strings } from "../../strings";
import { useBoard, useBoardState } from "../context";
import { Icon } from "../Icon";
import { Choice, Section, TextField } from "./fields";
import { CallFields, PatienceFields } from "./PatienceFields";

const words = strings.inspector;
const MAX_CALLS = 100_000;

/** The share in words, or null when the text is none. */
function readShare(text: string): number | null {
  const value = parseQuantity(/^[\d.]+$/.test(text.trim()) && Number(text) > 1 ? `${text}%` : text, "ratio");
  return value !== null && value >= 0 && value <= 1 ? value : null;
}

export function readCalls(text: string): number | null {
  const value = parseQuantity(text, "count");
  return value !== null && value > 0 && value <= MAX_CALLS ? value : null;
}

/** Only a queue gives messages up. */
export function loadsOf({ carries }: Connection, behavior: Behavior | undefined): Readonly<Record<Traffic, string>> {
  const { failed, ...others } = words.carriesOptions;
  const options: Partial<Record<Traffic, string>> = behavior === "queue" || carries === "failed" ? { ...others, failed } : others;
  return options as Readonly<Record<Traffic, string>>;
}

const isBlank = (text: string): boolean => text.trim() === "";

/** What a connection carries, how much of it, and what it is called. */
export function ConnectionForm({ connection }: { readonly connection: Connection }): JSX.Element {
  const board = useBoard();
  const id = connectionId(connection.from, connection.to);
  const annotation = useBoardState((state) => state.annotations.edges[id]);
  const source = useBoardState((state) => nodesById(state.design).get(connection.from));
  const behavior = useBoardState((state) => state.catalog.get(source?.component ?? "")?.behavior);
  const set = (patch: Partial<Connection>): void => {
    board.edit(updateConnection(board.state.design, id, patch));
  };
  return (
    <>
      <p className="wb-ends" data-testid="connection-ends">
        <b dir="auto">{labelOf(board, connection.from)}</b>
        <span aria-hidden="true">→</span>
        <b dir="auto">{labelOf(board, connection.to)}</b>
        <button
          type="button"
          className="wb-button wb-small"
          data-testid="connection-reverse"
          aria-label={words.reverse}
          data-tip={words.reverse}
          onClick={() => {
            reverseConnection(board, connection.from, connection.to);
          }}
        >
          <Icon name="swap" size={15} />
        </button>
      </p>
      <Choice label={words.carries} testId="connection-carries" value={connection.carries} options={loadsOf(connection, behavior)} commit={(carries) => { set({ carries }); }} />
      <CallFields connection={connection} behavior={behavior} />
      {(behavior === "router" || connection.share !== null) && (
        <TextField
          label={words.share}
          testId="connection-share"
          value={connection.share === null ? "" : formatQuantity(connection.share, "ratio")}
          placeholder={words.shareHint}
          refuse={(text) => (isBlank(text) || readShare(text) !== null ? null : words.shareInvalid)}
          commit={(text) => { set({ share: isBlank(text) ? null : readShare(text) }); }}
        />
      )}
      <TextField
        label={words.callsPerRequest}
        testId="connection-calls"
        value={connection.calls === null ? "" : String(connection.calls)}
        placeholder={words.callsHint}
        refuse={(text) => (isBlank(text) || readCalls(text) !== null ? null : words.negative)}
        commit={(text) => { set({ calls: isBlank(text) ? null : readCalls(text) }); }}
      />
      <TextField
        label={words.connectionLabel}
        testId="connection-label"
        value={connection.label ?? ""}
        placeholder={words.labelHint}
        maxLength={MAX_LABEL}
        commit={(text) => { set({ label: isBlank(text) ? null : text.trim() }); }}
      />
      <PatienceFields connection={connection} behavior={behavior} />
      {annotation?.rate !== undefined && (
        <Section title={words.now}>
          <div className="wb-row">
            <span>{words.rate}</span>
            <b>{annotation.rate}</b>
          </div>
        </Section>
      )}
    </>
  );
}
