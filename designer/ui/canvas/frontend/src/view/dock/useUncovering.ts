import { useEffect, useRef, type RefObject } from "react";
import { gazeOf } from "../../model/gaze";
import { useBoard, useBoardState } from "../context";

/**
 * Has the view make room for the dock: when it grows, and when something else in it is looked at. Not when it appears
 * with the board, whose view people may have chosen.
 */
export function useUncovering(dock: RefObject<HTMLElement | null>, isUnfolded: boolean): void {
  const board = useBoard();
  const failed = useBoardState((state) => state.view.failed);
  const path = useBoardState((state) => state.path);
  const isThere = useBoardState((state) => state.design.nodes.length > 0);
  const known = useRef({ failed, path, isUnfolded });
  useEffect(() => {
    const before = known.current;
    known.current = { failed, path, isUnfolded };
    const isOther = (failed !== before.failed && failed !== null) || (path !== before.path && path !== null);
    if (isOther || (isUnfolded && !before.isUnfolded)) board.camera?.uncover(gazeOf(board.state));
  }, [board, failed, isUnfolded, path]);
  // The details, which come back when a panel of a narrow board is closed.
  const isBare = useBoardState((state) => state.width === "compact" && state.panel === null);
  useEffect(() => {
    if (isBare && !board.cleared.isBare) board.camera?.uncover(gazeOf(board.state), false);
    board.cleared.isBare = isBare;
  }, [board, isBare]);
  useEffect(() => {
    const element = dock.current;
    if (element === null) return;
    let isFirst = board.cleared.dock === 0;
    const observer = new ResizeObserver(() => {
      const now = element.offsetHeight;
      // It goes away with the page, to come back as it was.
      if (now === 0) return;
      if (!isFirst && now > board.cleared.dock) board.camera?.uncover(gazeOf(board.state));
      board.cleared.dock = now;
      isFirst = false;
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [board, dock, isThere]);
}
