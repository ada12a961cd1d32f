import { useState, type JSX } from "react";
import { updateConnection } from "../../model/edits";
import { connectionId } from "../../model/document";
import { NEUTRAL_PATIENCE, withoutIdlePatience } from "../../model/policies";
import type { Behavior, Connection, Patience } from "../../model/types";
import { strings } from "../../strings";
import { useBoard } from "../context";
import { Choice, Fold, QuantityField, Stepper, Ticks } from "./fields";

const words = strings.inspector;
const RETRIES = [0, 20] as const;

type When = keyof typeof words.onMissOptions;

const WHENS: Readonly<Record<When, boolean | null>> = { drawn: null, miss: true, always: false };

const whenOf = (onMiss: boolean | null): When => (onMiss === null ? "drawn" : onMiss ? "miss" : "always");

interface Props {
  readonly connection: Connection;
  /** Of the caller; undefined while its component is unknown. */
  readonly behavior: Behavior | undefined;
}

function useSet({ connection }: Props): (patch: Partial<Patience>) => void {
  const board = useBoard();
  return (patch) => {
    const id = connectionId(connection.from, connection.to);
    board.edit(updateConnection(board.state.design, id, withoutIdlePatience(connection, patch)));
  };
}

/** Whether the caller waits, and whether a cache decides that it calls. */
export function CallFields(props: Props): JSX.Element {
  const { connection, behavior } = props;
  const set = useSet(props);
  return (
    <>
      {(behavior !== "queue" || connection.mode === "async") && (
        <Choice label={words.mode} testId="connection-mode" value={connection.mode} options={words.modeOptions} commit={(mode) => { set({ mode }); }} />
      )}
      {(behavior === "client" || behavior === "service" || behavior === "cache" || connection.on_miss !== null) && (
        <Choice
          label={words.onMiss}
          testId="connection-on-miss"
          value={whenOf(connection.on_miss)}
          options={words.onMissOptions}
          commit={(when) => { set({ on_miss: WHENS[when] }); }}
        />
      )}
    </>
  );
}

/** How long the caller waits, how often it tries and what then; out of a queue the queue itself tries again. */
export function PatienceFields(props: Props): JSX.Element {
  const { connection, behavior } = props;
  const set = useSet(props);
  const { timeout, retries, retry_budget, backoff, hedge_after, fallback } = connection;
  const [isOpen] = useState(() => timeout !== null || retries !== NEUTRAL_PATIENCE.retries || hedge_after !== null || fallback);
  const tries = behavior !== "queue";
  return (
    <Fold title={words.patience} testId="patience" isOpen={isOpen}>
      <QuantityField label={words.timeout} testId="connection-timeout" dimension="time" value={timeout} fallback={words.never} commit={(value) => { set({ timeout: value }); }} />
      {tries && (
        <>
          <QuantityField
            label={words.hedgeAfter}
            testId="connection-hedge-after"
            dimension="time"
            value={hedge_after}
            fallback={words.never}
            below={timeout}
            commit={(value) => { set({ hedge_after: value }); }}
          />
          <Stepper label={words.retries} hint={words.retriesHint} testId="connection-retries" value={retries} limits={RETRIES} commit={(value) => { set({ retries: value }); }} />
          {retries > 0 && (
            <>
              <QuantityField
                label={words.retryBudget}
                testId="connection-retry-budget"
                dimension="ratio"
                value={retry_budget}
                fallback={words.retryBudgetUnset}
                commit={(value) => { set({ retry_budget: value }); }}
              />
              <QuantityField
                label={words.backoff}
                testId="connection-backoff"
                dimension="time"
                value={backoff}
                fallback={words.backoffUnset}
                commit={(value) => { set({ backoff: value }); }}
              />
            </>
          )}
        </>
      )}
      {(behavior === "service" || fallback) && (
        <Ticks testId="connection" items={[{ id: "fallback", name: words.fallback }]} ticked={fallback ? ["fallback"] : []} toggle={() => { set({ fallback: !fallback }); }} />
      )}
    </Fold>
  );
}
