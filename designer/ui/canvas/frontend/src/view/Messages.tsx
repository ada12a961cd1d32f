import { useEffect, type JSX } from "react";
import { useBoard, useBoardState } from "./context";
import { Icon } from "./Icon";

const SHOWN_MS = 4_500;
/** How long one character of a long message takes to read. */
const READING_MS = 55;

/** What the board has to say: visibly for a moment, and to screen readers. */
export function Messages(): JSX.Element {
  const board = useBoard();
  const toast = useBoardState((state) => state.toast);
  const announcement = useBoardState((state) => state.announcement);
  useEffect(() => {
    if (toast === null) return;
    const timer = window.setTimeout(() => {
      board.store.set({ toast: null });
    }, Math.max(SHOWN_MS, toast.text.length * READING_MS));
    return () => {
      window.clearTimeout(timer);
    };
  }, [board, toast]);
  return (
    <>
      <div className="wb-toasts" role="status" aria-live="polite">
        {toast !== null && (
          <div key={toast.id} className="wb-toast" data-testid="toast">
            <Icon name="info" size={16} />
            {toast.text}
          </div>
        )}
      </div>
      <div className="wb-unseen" role="status" aria-live="polite" data-testid="announcement">
        {announcement?.text}
      </div>
    </>
  );
}
