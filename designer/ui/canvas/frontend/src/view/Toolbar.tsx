import type { JSX } from "react";
import { paletteMode } from "../model/board";
import { strings } from "../strings";
import { ActionButton } from "./ActionButton";
import { useBoard, useBoardState } from "./context";
import { Icon } from "./Icon";
import { SavedState } from "./SavedState";

/** Brings a palette back that is out of sight. */
function PaletteToggle(): JSX.Element {
  const board = useBoard();
  return (
    <button
      type="button"
      className="wb-button wb-labelled wb-palette-toggle"
      data-testid="palette-toggle"
      aria-expanded={false}
      aria-label={strings.palette.open}
      title={strings.palette.open}
      onClick={() => {
        board.store.set({ palette: true });
      }}
    >
      <Icon name="components" />
      <span>{strings.palette.open}</span>
    </button>
  );
}

export function Toolbar(): JSX.Element {
  const tool = useBoardState((state) => state.tool);
  const panel = useBoardState((state) => state.panel);
  const full = useBoardState((state) => state.full);
  const closed = useBoardState((state) => paletteMode(state) === "closed" && !state.readonly);
  return (
    <div className="wb-toolbar wb-float" role="toolbar" aria-label={strings.board.toolbar} data-testid="toolbar">
      {closed && (
        <>
          <PaletteToggle />
          <hr />
        </>
      )}
      <ActionButton action="select-tool" icon="cursor" pressed={tool === "select"} />
      <ActionButton action="hand-tool" icon="hand" pressed={tool === "hand"} />
      <hr />
      <ActionButton action="undo" icon="undo" />
      <ActionButton action="redo" icon="redo" />
      <hr />
      <ActionButton action="layout" icon="layout" />
      <ActionButton action="note" icon="note" />
      <ActionButton action="text" icon="text" />
      <ActionButton action="zone-tool" icon="zone" pressed={tool === "zone"} />
      <ActionButton action="zones" icon="zones" pressed={panel === "zones"} />
      <ActionButton action="outline" icon="outline" pressed={panel === "outline"} />
      <hr />
      <ActionButton action="commands" icon="search" />
      <ActionButton action="full-screen" icon="full-screen" pressed={full} />
      <ActionButton action="shortcuts" icon="help" pressed={panel === "shortcuts"} />
      <SavedState />
    </div>
  );
}
