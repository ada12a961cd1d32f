import { useStore } from "@xyflow/react";
import type { JSX } from "react";
import { actionOf } from "../model/actions";
import { strings } from "../strings";
import { ActionButton } from "./ActionButton";
import { useBoard } from "./context";

export function ZoomBar(): JSX.Element {
  const board = useBoard();
  const percent = useStore((state) => Math.round(state.transform[2] * 100));
  const reset = actionOf("zoom-reset");
  return (
    <div className="wb-zoombar wb-float" data-testid="zoombar">
      <ActionButton action="zoom-out" icon="minus" tip="above" />
      <button
        type="button"
        className="wb-button wb-zoom"
        data-testid="action-zoom-reset"
        data-tip={reset.label}
        data-tip-side="above"
        aria-label={strings.board.zoom(reset.label, percent)}
        onClick={() => {
          reset.run(board);
        }}
      >
        {strings.board.percent(String(percent))}
      </button>
      <ActionButton action="zoom-in" icon="plus" tip="above" />
      <ActionButton action="fit" icon="fit" tip="above" />
    </div>
  );
}
