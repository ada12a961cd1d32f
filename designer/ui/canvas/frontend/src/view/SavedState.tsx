import { useEffect, useRef, useState, useSyncExternalStore, type JSX } from "react";
import { isUnsafe, standing } from "../model/saving";
import { server } from "../model/server";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";

/** Longer than an answer usually takes: what is over sooner is not spoken of, so that nothing flickers. In milliseconds. */
export const GRACE = 700;

/** Whether something has been so for that long. */
function useLasting(is: boolean): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    setLasts(false);
    if (!is) return;
    const timer = window.setTimeout(() => {
      setLasts(true);
    }, GRACE);
    return () => {
      window.clearTimeout(timer);
    };
  }, [is]);
  return is && lasts;
}

/** Says aloud when a drawing is no longer safe, and when it is again; not what comes and goes with every stroke. */
function useWarning(state: string): void {
  const board = useBoard();
  const warned = useRef(false);
  useEffect(() => {
    if (isUnsafe(state) && !warned.current) board.toast(strings.saving.lost[state] ?? state);
    else if (state === "saved" && warned.current) board.toast(strings.saving.found);
    warned.current = isUnsafe(state) || (state === "saving" && warned.current);
  }, [board, state]);
}

/** Whether what is on the board is in the store. */
export function SavedState(): JSX.Element | null {
  const readonly = useBoardState((state) => state.readonly);
  const saved = useBoardState((state) => state.saved);
  const unseen = useBoardState((state) => state.unseen);
  const cut = useLasting(!useSyncExternalStore(server.subscribe, () => server.get().connected));
  const state = standing({ readonly, saved, unseen }, { connected: !cut, late: useLasting(unseen) });
  useWarning(state);
  if (state === "") return null;
  const words = strings.saving.states[state] ?? state;
  return (
    <div className="wb-saved" data-saved={state in strings.saving.states ? state : "unsaved"} data-unseen={unseen} data-testid="saved-state" title={words}>
      <i aria-hidden="true" />
      <span>{words}</span>
    </div>
  );
}
