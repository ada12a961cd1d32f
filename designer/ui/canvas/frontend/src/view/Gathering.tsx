import type { JSX } from "react";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";

/** While several things are being selected by tapping them: says so, and ends it. */
export function Gathering(): JSX.Element | null {
  const board = useBoard();
  const gathering = useBoardState((state) => state.gathering);
  if (!gathering) return null;
  return (
    <div className="wb-gathering wb-float" role="status" data-testid="gathering">
      <span>{strings.reach.gathering}</span>
      <button
        type="button"
        className="wb-button wb-labelled"
        data-testid="gathering-done"
        onClick={() => {
          board.store.set({ gathering: false });
          board.camera?.focusRoot();
        }}
      >
        {strings.reach.done}
      </button>
    </div>
  );
}
