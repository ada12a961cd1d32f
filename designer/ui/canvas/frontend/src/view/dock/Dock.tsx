import { useEffect, useRef, useState, type JSX, type ReactNode } from "react";
import { actionOf } from "../../model/actions";
import type { Board } from "../../model/board";
import { isDockFolded } from "../../model/dock";
import { fail } from "../../model/failing";
import { HUES, legendOf } from "../../model/lenses";
import { follow } from "../../model/paths";
import { LENSES } from "../../model/views";
import { strings } from "../../strings";
import { ActionButton } from "../ActionButton";
import { useBoard, useBoardState } from "../context";
import { Icon } from "../Icon";
import { FailingPanel } from "./FailingPanel";
import { PathPanel } from "./PathPanel";
import { TrafficPanel } from "./TrafficPanel";
import { useUncovering } from "./useUncovering";

const words = strings.meaning;

/** The zones with their colours and names. */
function ZoneKey(): JSX.Element {
  const zones = useBoardState((state) => state.design.zones);
  const several = new Set(zones.map(({ region }) => region)).size > 1;
  return (
    <ul className="wb-zone-key">
      {zones.map(({ id, name, region }, index) => (
        <li key={id}>
          <i style={{ background: `var(--zone-${index % HUES})` }} aria-hidden="true" />
          <span dir="auto">{name ?? id}</span>
          {several && <small dir="auto">{region}</small>}
        </li>
      ))}
    </ul>
  );
}

/** Whose latency it is. */
function Workloads(): JSX.Element | null {
  const board = useBoard();
  const paths = useBoardState((state) => state.annotations.paths);
  const workload = useBoardState((state) => state.view.workload);
  if (paths === undefined || paths.length < 2) return null;
  return (
    <select
      aria-label={words.lenses.workload}
      data-testid="lens-workload"
      value={workload ?? ""}
      onChange={(event) => {
        board.look({ workload: event.target.value || null });
      }}
    >
      <option value="">{words.lenses.slowest}</option>
      {paths.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
    </select>
  );
}

function Legend(): JSX.Element | null {
  const lens = useBoardState((state) => state.view.lens);
  const legends = useBoardState((state) => state.annotations.legends);
  const isFailing = useBoardState((state) => state.annotations.failing !== undefined);
  if (isFailing) return null;
  return (
    <div className="wb-legend" data-lens={lens} data-testid="legend">
      <p role="status"><b>{words.lenses.names[lens]}</b> <span dir="auto">{legendOf(lens, legends)}</span></p>
      {lens === "latency" && <Workloads />}
      {lens === "zones" && <ZoneKey />}
    </div>
  );
}

function LensBar(): JSX.Element {
  const lens = useBoardState((state) => state.view.lens);
  const panel = useBoardState((state) => state.panel);
  const failed = useBoardState((state) => state.view.failed !== null);
  const followed = useBoardState((state) => state.path !== null);
  return (
    <div className="wb-lensbar" role="toolbar" aria-label={words.dock} data-testid="lensbar">
      {LENSES.map((item) => <ActionButton key={item} action={`lens-${item}`} icon={item} pressed={lens === item} tip="above" />)}
      <hr />
      <ActionButton action="traffic" icon="traffic" pressed={panel === "traffic"} tip="above" />
      <ActionButton action="path" icon="path" pressed={followed} tip="above" />
      <ActionButton action="fail" icon="fail" pressed={failed || panel === "failing"} tip="above" />
    </div>
  );
}

/** Says that the numbers are not those of the traffic that was asked for. */
function Scaled(): JSX.Element | null {
  const board = useBoard();
  const scale = useBoardState((state) => state.annotations.scale ?? 1);
  // On a narrow board it would cover cards, and the panel says the same.
  const isSaid = useBoardState((state) => state.width === "compact" && state.panel === "traffic");
  if (scale === 1 || isSaid) return null;
  return (
    <div className="wb-scaled wb-float" role="status" data-testid="scaled">
      <Icon name="traffic" size={16} />
      <b>{words.traffic.at(scale)}</b>
      <span>{words.traffic.notAsked}</span>
      <button type="button" className="wb-link" data-testid="scaled-reset" onClick={() => { actionOf("traffic-reset").run(board); }}>
        {words.traffic.reset}
      </button>
    </div>
  );
}

interface FrameProps {
  readonly title: string;
  readonly testId: string;
  readonly close: (board: Board) => void;
  readonly children: ReactNode;
}

/** A panel of the dock. Esc closes it, and what it showed. */
function Frame({ title, testId, close, children }: FrameProps): JSX.Element {
  const board = useBoard();
  useEffect(() => {
    // On a narrow board it takes the place of the details, and with them of what had the focus there.
    if (board.state.width === "compact") board.camera?.focusRoot();
  }, [board]);
  const leave = (): void => {
    close(board);
    board.camera?.focusRoot();
  };
  return (
    <section
      className="wb-dock-panel wb-float nowheel"
      aria-label={title}
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        leave();
      }}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" className="wb-button wb-small" aria-label={words.close} data-testid={`${testId}-close`} onClick={leave}>
          <Icon name="close" size={16} />
        </button>
      </header>
      {children}
    </section>
  );
}

const shut = (board: Board): void => {
  board.store.set({ panel: null });
};

const restore = (board: Board): void => {
  shut(board);
  if (board.state.view.failed !== null) fail(board, null);
};

/** The button a small board shows instead of the ways of looking at it. */
const Unfold = ({ isOpen, toggle }: { readonly isOpen: boolean; readonly toggle: () => void }): JSX.Element => (
  <button
    type="button"
    className="wb-button wb-unfold"
    aria-expanded={isOpen}
    aria-label={words.dock}
    title={words.dock}
    data-testid="dock-unfold"
    onClick={toggle}
  >
    <Icon name={isOpen ? "close" : "load"} size={16} />
  </button>
);

/** The corner from which the board is looked at in other ways: lenses, other traffic, one request, something down. */
export function Dock(): JSX.Element | null {
  const panel = useBoardState((state) => state.panel);
  const filled = useBoardState((state) => state.design.nodes.length > 0);
  const dock = useRef<HTMLDivElement>(null);
  const folds = useBoardState(isDockFolded);
  const [wanted, setWanted] = useState(false);
  useUncovering(dock, wanted);
  if (!filled) return null;
  return (
    <>
      <Scaled />
      <div ref={dock} className="wb-dock">
        {panel === "traffic" && <Frame title={words.traffic.title} testId="traffic-panel" close={shut}><TrafficPanel /></Frame>}
        {panel === "paths" && <Frame title={words.paths.title} testId="path-panel" close={(board) => { follow(board, null); }}><PathPanel /></Frame>}
        {panel === "failing" && <Frame title={words.failing.title} testId="failing-panel" close={restore}><FailingPanel /></Frame>}
        <div className="wb-dock-foot wb-float" data-folded={folds && !wanted}>
          {(wanted || !folds) && <Legend />}
          <div className="wb-dock-row">
            {(wanted || !folds) && <LensBar />}
            {folds && <Unfold isOpen={wanted} toggle={() => { setWanted(!wanted); }} />}
          </div>
        </div>
      </div>
    </>
  );
}
