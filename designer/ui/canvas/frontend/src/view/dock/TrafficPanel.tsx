import type { JSX } from "react";
import { actionOf } from "../../model/actions";
import { HALF, stepOf, scaleAt } from "../../model/views";
import { strings } from "../../strings";
import { useBoard, useBoardState } from "../context";
import { Icon, type IconName } from "../Icon";
import { typed } from "../typed";

const words = strings.meaning.traffic;
const MARKS = [-HALF, 0, HALF / 2, HALF] as const;
const SIGNS: Readonly<Record<keyof typeof words.states, IconName>> = { met: "check", missed: "close", unknown: "help" };

function Slider(): JSX.Element {
  const board = useBoard();
  const scale = useBoardState((state) => state.view.scale);
  return (
    <div className="wb-traffic">
      <div className="wb-traffic-head">
        <b data-testid="traffic-value">{words.times(scale)}</b>
        <button
          type="button"
          className="wb-button wb-labelled wb-small"
          data-testid="traffic-reset"
          disabled={scale === 1}
          onClick={() => {
            actionOf("traffic-reset").run(board);
          }}
        >
          {words.reset}
        </button>
      </div>
      <input
        type="range"
        min={-HALF}
        max={HALF}
        step={1}
        value={stepOf(scale)}
        aria-label={words.slider}
        aria-valuetext={words.spoken(scale)}
        data-testid="traffic-slider"
        {...typed((at) => {
          board.look({ scale: scaleAt(Number(at)) });
        })}
      />
      <div className="wb-traffic-marks" aria-hidden="true">
        {MARKS.map((mark) => (
          <span key={mark} data-asked={mark === 0} style={{ left: `${((mark + HALF) / (2 * HALF)) * 100}%` }}>{words.times(scaleAt(mark))}</span>
        ))}
      </div>
    </div>
  );
}

/** How far the design carries, in words. It is that of the traffic that was asked for, whatever is looked at. */
function Rungs(): JSX.Element {
  const ladder = useBoardState((state) => state.ladder);
  const revision = useBoardState((state) => state.annotations.revision);
  if (ladder === null) return <p className="wb-hint" role="status">{words.asked}</p>;
  return (
    <div data-stale={ladder.revision < revision} className="wb-ladder">
      <p role="status" dir="auto" data-testid="ladder-sentence">{ladder.sentence}</p>
      <ul>
        {ladder.rungs.map(({ label, rate, state, text }) => (
          <li key={label} data-state={state} data-testid="rung">
            <Icon name={SIGNS[state]} size={14} />
            <div>
              <b>{label}</b> <small>{rate}</small>
              <p dir="auto"><span className="wb-unseen">{words.states[state]}: </span>{text}</p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The traffic that is looked at, and up to how much the design holds, where the page works that out. */
export function TrafficPanel(): JSX.Element {
  const climbs = useBoardState((state) => state.annotations.climbs === true || state.ladder !== null);
  return (
    <>
      <Slider />
      {climbs && (
        <>
          <h3>{words.ladder}</h3>
          <Rungs />
        </>
      )}
    </>
  );
}
