import { ReactFlowProvider } from "@xyflow/react";
import { Suspense, lazy, useLayoutEffect, useRef, useSyncExternalStore, type JSX, type RefObject } from "react";
import { paletteMode, type Board, type Width } from "../model/board";
import { isDockFolded, isPanelOpen, LOW } from "../model/dock";
import { sizeOf } from "../model/selection";
import { strings } from "../strings";
import { Canvas } from "./Canvas";
import { BoardContext } from "./context";
import { EmptyHint } from "./EmptyHint";
import { Ghost } from "./Ghost";
import { Messages } from "./Messages";
import { OnDemand } from "./OnDemand";
import { Palette } from "./Palette";
import { Replay } from "./Replay";
import { Toolbar } from "./Toolbar";
import { useFocus } from "./useFocus";
import { useFullScreen } from "./useFullScreen";
import { onKeyDown, useRelease } from "./useKeys";
import { useMenu } from "./useMenu";
import { usePage } from "./usePage";
import { ZoneDrawer } from "./ZoneDrawer";
import { ZoomBar } from "./ZoomBar";

/** Details, lists and other ways of looking come once the board itself is on screen. */
const Later = lazy(async () => ({ default: (await import("./later")).Later }));

/** Narrower than this, the palette is a drawer and the inspector a sheet. */
const COMPACT = 680;
/** Narrower than this, the palette shows its icons only. */
const MEDIUM = 940;

const widthOf = (pixels: number): Width => (pixels < COMPACT ? "compact" : pixels < MEDIUM ? "medium" : "wide");

interface Props {
  readonly board: Board;
  readonly dark: boolean;
  readonly height: number;
}

/** Tells the board how much room it has, at first and whenever that changes. */
function useRoom(board: Board, root: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    if (root.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const pixels = entry?.contentRect.width ?? 0;
      if (pixels === 0) return;
      const width = widthOf(pixels);
      const low = (entry?.contentRect.height ?? 0) < LOW;
      if (low !== board.state.low) board.store.set({ low });
      // What people chose for one width may not fit another.
      if (width !== board.state.width) board.store.set({ width, palette: null });
    });
    observer.observe(root.current);
    return () => {
      observer.disconnect();
    };
  }, [board, root]);
}

/** A whole board: the canvas and what floats above it. */
export function BoardView({ board, dark, height }: Props): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const { subscribe } = board.store;
  const compact = useSyncExternalStore(subscribe, () => board.state.width === "compact");
  const palette = useSyncExternalStore(subscribe, () => paletteMode(board.state));
  const inspector = useSyncExternalStore(subscribe, () => !board.state.gathering && (sizeOf(board.state.selection) > 0 || board.state.zone !== null));
  const outline = useSyncExternalStore(subscribe, () => board.state.panel === "outline");
  const full = useSyncExternalStore(subscribe, () => board.state.full);
  const folded = useSyncExternalStore(subscribe, () => isDockFolded(board.state));
  const panel = useSyncExternalStore(subscribe, () => isPanelOpen(board.state));
  useRoom(board, root);
  useFocus(board, root);
  useMenu(board, root);
  useFullScreen(board, root);
  useRelease(board);
  usePage(root);
  return (
    <BoardContext value={board}>
      <ReactFlowProvider>
        <div
          ref={root}
          className="wb"
          role="region"
          aria-label={strings.board.label}
          tabIndex={-1}
          data-testid="whiteboard"
          data-theme={dark ? "dark" : "light"}
          data-compact={compact}
          data-palette={compact ? "closed" : palette}
          data-inspector={inspector && !compact}
          data-full={full}
          data-dock={folded ? "folded" : "open"}
          data-outline={outline}
          data-panel={panel}
          style={{ height: `var(--board-height, ${height}px)` }}
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
          <Palette />
          <Toolbar />
          <OnDemand root={root} />
          <Canvas root={root} />
          <EmptyHint />
          <Ghost root={root} />
          <ZoneDrawer />
          <Replay />
          <ZoomBar />
          <Suspense>
            <Later />
          </Suspense>
          <Messages />
        </div>
      </ReactFlowProvider>
    </BoardContext>
  );
}
