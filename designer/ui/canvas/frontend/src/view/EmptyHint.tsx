import type { JSX } from "react";
import { strings } from "../strings";
import { useBoardState } from "./context";

/** What an empty board says: one sentence, and the outline of a first drawing. */
export function EmptyHint(): JSX.Element | null {
  const empty = useBoardState(({ design }) => design.nodes.length + design.notes.length === 0);
  const placing = useBoardState((state) => state.placing !== null);
  const readonly = useBoardState((state) => state.readonly);
  const compact = useBoardState((state) => state.width === "compact");
  if (!empty || placing || readonly) return null;
  return (
    <div className="wb-empty" data-testid="empty-hint">
      <svg viewBox="0 0 300 56" width="300" height="56" aria-hidden="true">
        <rect x="1" y="8" width="104" height="40" rx="9" />
        <rect x="195" y="8" width="104" height="40" rx="9" />
        <path d="M112 28h66" />
        <path className="wb-empty-head" d="M178 23l10 5-10 5z" />
        <circle cx="24" cy="28" r="8" />
        <circle cx="218" cy="28" r="8" />
        <path d="M42 24h46 M42 33h28 M236 24h46 M236 33h28" />
      </svg>
      <h2>{strings.board.emptyTitle}</h2>
      <p>{compact ? strings.board.emptyHintCompact : strings.board.emptyHint}</p>
    </div>
  );
}
