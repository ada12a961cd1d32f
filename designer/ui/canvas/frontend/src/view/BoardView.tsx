import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useRef, useState, useSyncExternalStore, type JSX } from "react";
import type { Board } from "../model/board";
import { sizeOf } from "../model/selection";
import { strings } from "../strings";
import { Canvas } from "./Canvas";
import { BoardContext } from "./context";
import { EmptyHint } from "./EmptyHint";
import { Ghost } from "./Ghost";
import { Inspector } from "./inspector/Inspector";
import { Messages, useWidth } from "./Messages";
import { Palette } from "./Palette";
import { Shortcuts } from "./Shortcuts";
import { Toolbar } from "./Toolbar";
import { onKeyDown } from "./useKeys";
import { ZonesPanel } from "./ZonesPanel";
import { ZoomBar } from "./ZoomBar";

/** Narrower than this, the palette is a drawer and the inspector a sheet. */
const COMPACT = 680;

interface Props {
  readonly board: Board;
  readonly dark: boolean;
  readonly height: number;
}

/** The drawer starts closed on a narrow board, once its width is known. */
function useDrawer(board: Board, width: number): boolean {
  const compact = width > 0 && width < COMPACT;
  useEffect(() => {
    if (width > 0) board.store.set({ palette: !compact });
    // Only crossing the limit moves the palette: within it, people decide.
  }, [board, compact, width > 0]);
  return compact;
}

/** A whole board: the canvas and what floats above it. */
export function BoardView({ board, dark, height }: Props): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const [element, setElement] = useState<HTMLElement | null>(null);
  const compact = useDrawer(board, useWidth(element));
  const { subscribe } = board.store;
  const palette = useSyncExternalStore(subscribe, () => board.state.palette && !board.state.readonly);
  const inspector = useSyncExternalStore(subscribe, () => sizeOf(board.state.selection) > 0);
  return (
    <BoardContext value={board}>
      <ReactFlowProvider>
        <div
          ref={(node) => {
            root.current = node;
            setElement(node);
          }}
          className="wb"
          role="region"
          aria-label={strings.board.label}
          tabIndex={-1}
          data-testid="whiteboard"
          data-theme={dark ? "dark" : "light"}
          data-compact={compact}
          data-palette={palette && !compact}
          data-inspector={inspector && !compact}
          style={{ height }}
          onKeyDown={(event) => {
            onKeyDown(board, event);
          }}
          onPointerDownCapture={(event) => {
            // A click on the bare canvas gives the board the keys; cards and fields take the focus themselves.
            if (event.target instanceof Element && event.target.closest(".react-flow__pane") !== null) {
              root.current?.focus({ preventScroll: true });
            }
          }}
        >
          <Canvas root={root} />
          <EmptyHint compact={compact} />
          <Ghost root={root} />
          <Palette compact={compact} />
          <Toolbar />
          <ZoomBar />
          <ZonesPanel />
          <Inspector />
          <Shortcuts />
          <Messages />
        </div>
      </ReactFlowProvider>
    </BoardContext>
  );
}
