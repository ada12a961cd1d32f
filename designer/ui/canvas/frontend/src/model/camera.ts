/** What shows the board, and where it looks. */

import type { Moves } from "./geometry";
import type { Frame, Position } from "./types";

export interface Viewport extends Position {
  readonly zoom: number;
}

/** What the board asks of whoever draws it. Positions are on the board's plane. */
export interface Camera {
  /** Shows the whole drawing; at once where it is the first sight of it. */
  fit(isFirst?: boolean): void;
  /** Shows what will stand at these places, and the frames around it. */
  fitTo(moves: Moves, frames?: Iterable<Frame>): void;
  zoomIn(): void;
  zoomOut(): void;
  zoomReset(): void;
  /** Brings nodes into view unless all of them are. */
  reveal(nodes: readonly string[]): void;
  /**
   * Moves the view no more than needed for a panel that has opened not to cover what is looked at: the whole drawing
   * where all of it was to be seen and `isAll` says so, else those nodes.
   */
  uncover(nodes: readonly string[], isAll?: boolean): void;
  centre(): Position;
  /** The place on the plane that is shown at a place of the window, in pixels. */
  planeAt(point: Position): Position;
  focusRoot(): void;
  focusNode(id: string): void;
  focusInspector(): void;
  focusSearch(): void;
}
