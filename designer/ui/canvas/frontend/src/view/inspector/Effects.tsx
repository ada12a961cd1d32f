import { useMemo, type JSX } from "react";
import { effectsOf } from "../../model/effects";
import { strings } from "../../strings";
import { useBoardState } from "../context";

const words = strings.meaning.effect;

/** What the last edit changed, as soon as its numbers are there: before and after. */
export function Effects(): JSX.Element {
  const compared = useBoardState((state) => state.compared);
  const node = useBoardState(({ selection }) => (selection.nodes.length === 1 ? selection.nodes[0] : undefined));
  const rows = useMemo(() => (compared === null ? [] : effectsOf(compared, node)), [compared, node]);
  return (
    <div className="wb-effects" role="status" aria-live="polite" data-testid="inspector-effects">
      {rows.length > 0 && <h3>{words.title}</h3>}
      {rows.map(({ label, before, after }) => (
        <div key={label} className="wb-row">
          <span>{label}</span>
          <span className="wb-effect">
            {before} <span aria-hidden="true">→</span> <b>{after}</b>
          </span>
        </div>
      ))}
    </div>
  );
}
