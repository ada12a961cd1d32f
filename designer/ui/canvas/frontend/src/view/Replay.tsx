import { useEffect, useMemo, useState, type JSX } from "react";
import { arrangeMissing } from "../model/arrange";
import type { Board } from "../model/board";
import { readDocument } from "../model/document";
import { boxesOf } from "../model/flow";
import { differences } from "../model/selection";
import type { Design, ReplayData } from "../model/types";
import { strings } from "../strings";
import { morph } from "./animate";
import { useBoard, useBoardState } from "./context";
import { Icon } from "./Icon";
import { typed } from "./typed";

/** How long the whole takes, and each step at least and at most, in milliseconds. */
const WHOLE_MS = 20_000;
const SHORTEST_MS = 150;
const LONGEST_MS = 900;
/** How much of a step is spent on the way; the rest is for looking. */
const MOVING = 0.6;

export const stepOf = (frames: number): number => Math.min(LONGEST_MS, Math.max(SHORTEST_MS, WHOLE_MS / Math.max(1, frames)));

/** Everything that any of the drawings has, so that the view need not change on the way. */
function fitAll(board: Board, designs: readonly Design[]): void {
  const boxes = designs.flatMap((design, at) => [...boxesOf(design)].map(([id, box]) => [`${at} ${id}`, box] as const));
  board.camera?.fitTo(new Map(boxes));
}

function show(board: Board, design: Design, isLast: boolean, step: number): void {
  const { nodes, connections } = differences(board.state.design, design);
  morph(board, design, isLast, step * MOVING);
  board.store.set({ flash: { id: board.state.flash.id + 1, nodes, connections } });
}

function Player({ replay }: { readonly replay: ReplayData }): JSX.Element {
  const board = useBoard();
  const designs = useMemo(() => replay.frames.map(({ document }) => arrangeMissing(readDocument(document))), [replay]);
  const last = designs.length - 1;
  const step = stepOf(designs.length);
  const [at, setAt] = useState(0);
  const [isPlaying, setPlaying] = useState(true);
  const isRunning = isPlaying && at < last;
  useEffect(() => fitAll(board, designs), [board, designs]);
  useEffect(() => {
    const design = designs[at];
    if (design !== undefined) show(board, design, at === last, step);
  }, [at, board, designs, last, step]);
  useEffect(() => {
    if (!isRunning) return;
    const timer = window.setTimeout(() => {
      setAt(at + 1);
    }, step);
    return () => {
      window.clearTimeout(timer);
    };
  }, [at, isRunning, step]);
  const toggle = (): void => {
    if (at === last) setAt(0);
    setPlaying(!isRunning);
  };
  const label = isRunning ? strings.replay.pause : at === last ? strings.replay.again : strings.replay.play;
  return (
    <div className="wb-replay wb-float" role="group" aria-label={strings.replay.title} data-testid="replay">
      <button type="button" className="wb-button" aria-label={label} data-testid="replay-toggle" onClick={toggle}>
        <Icon name={isRunning ? "pause" : at === last ? "reset" : "play"} />
      </button>
      <input
        type="range"
        min={0}
        max={Math.max(1, last)}
        value={at}
        aria-label={strings.replay.step}
        aria-valuetext={replay.frames[at]?.caption ?? ""}
        data-testid="replay-step"
        {...typed((step) => {
          setPlaying(false);
          setAt(Math.min(last, Number(step)));
        })}
      />
      <span className="wb-replay-caption" data-testid="replay-caption">
        {replay.frames[at]?.caption}
      </span>
    </div>
  );
}

/** Plays earlier drawings one after the other, with a handle to go to any of them; nothing of it leaves the browser. */
export function Replay(): JSX.Element | null {
  const replay = useBoardState((state) => state.replay);
  return replay === null || replay.frames.length === 0 ? null : <Player key={replay.id} replay={replay} />;
}
