import type { JSX } from "react";
import { labelOf } from "../../model/commands";
import { fail } from "../../model/failing";
import type { Failed, FailedKind, Failing, Outcome } from "../../model/annotations";
import { regionsOf, sameFailed } from "../../model/views";
import { strings } from "../../strings";
import { useBoard, useBoardState } from "../context";
import { Icon, type IconName } from "../Icon";

const words = strings.meaning.failing;
const SIGNS: Readonly<Record<Outcome, IconName>> = { holds: "check", misses: "warning", lost: "close", unknown: "help" };

const valueOf = (failed: Failed | null): string => (failed === null ? "" : `${failed.kind} ${failed.name}`);

function failedOf(value: string): Failed | null {
  const cut = value.indexOf(" ");
  return cut < 0 ? null : { kind: value.slice(0, cut) as FailedKind, name: value.slice(cut + 1) };
}

function Choice(): JSX.Element {
  const board = useBoard();
  const failed = useBoardState((state) => state.view.failed);
  const { zones, nodes } = useBoardState((state) => state.design);
  const regions = useBoardState((state) => state.design);
  const option = (kind: FailedKind, name: string, label: string): JSX.Element => (
    <option key={`${kind} ${name}`} value={`${kind} ${name}`}>{label}</option>
  );
  return (
    <div className="wb-field">
      <label htmlFor="wb-failing">{words.choose}</label>
      <select
        id="wb-failing"
        data-testid="failing-choice"
        value={valueOf(failed)}
        onChange={(event) => {
          fail(board, failedOf(event.target.value));
        }}
      >
        <option value="">{words.nothing}</option>
        {zones.length > 0 && <optgroup label={words.zones}>{zones.map(({ id, name }) => option("zone", id, name ?? id))}</optgroup>}
        {zones.length > 0 && <optgroup label={words.regions}>{regionsOf(regions).map((name) => option("region", name, name))}</optgroup>}
        <optgroup label={words.parts}>{nodes.map(({ id }) => option("node", id, labelOf(board, id)))}</optgroup>
      </select>
    </div>
  );
}

const Outcomes = ({ workloads }: Failing): JSX.Element => (
  <ul className="wb-outcomes" data-testid="outcomes">
    {workloads.map(({ name, rate, fate, note, requirements }) => (
      <li key={name} data-fate={fate}>
        <div className="wb-row">
          <span><Icon name={SIGNS[fate]} size={14} /> <b dir="auto">{name}</b> <small>{rate}</small></span>
          <b className="wb-outcome">{words.outcomes[fate]}</b>
        </div>
        {note !== "" && <p dir="auto">{note}</p>}
        {fate !== "lost" && requirements.map((item) => (
          <div key={item.title} className="wb-row" data-fate={item.fate}>
            <span dir="auto">{item.title}</span>
            <span>
              {item.text} <b className="wb-outcome">{words.outcomes[item.fate]}</b>
              {item.fate === "misses" && !item.before && <small> {words.already}</small>}
            </span>
          </div>
        ))}
      </li>
    ))}
  </ul>
);

/** What is down, and in words what still holds, what is missed and what is lost, with numbers. */
export function FailingPanel(): JSX.Element {
  const failed = useBoardState((state) => state.view.failed);
  const failing = useBoardState((state) => state.annotations.failing);
  const isAnswered = failing !== undefined && sameFailed(failed, failing);
  return (
    <>
      <Choice />
      <div role="status" aria-live="polite" data-testid="failing-words">
        {failed === null && <p className="wb-hint">{words.hint}</p>}
        {failed !== null && !isAnswered && <p className="wb-hint">{words.wait}</p>}
        {isAnswered && (
          <>
            <p className="wb-down" dir="auto">{words.isDown(failing.title)}</p>
            <Outcomes {...failing} />
          </>
        )}
      </div>
    </>
  );
}
