import type { JSX } from "react";
import { actionOf, isEnabled } from "../model/actions";
import { chordText } from "../model/keys";
import { useBoard, useBoardState } from "./context";
import { Icon, type IconName } from "./Icon";
import { isMac } from "./theme";

interface Props {
  readonly action: string;
  readonly icon: IconName;
  readonly pressed?: boolean;
  /** Where the tooltip opens. */
  readonly tip?: "below" | "above";
  /** Shows the label beside the icon. */
  readonly labelled?: boolean;
}

/** A button for an action of the registry: label, keys and availability come from there. */
export function ActionButton({ action: id, icon, pressed, tip = "below", labelled = false }: Props): JSX.Element {
  const board = useBoard();
  const action = actionOf(id);
  const enabled = useBoardState(() => isEnabled(action, board));
  const [chord] = action.keys;
  const hint = chord === undefined ? action.label : `${action.label}  ${chordText(chord, isMac())}`;
  return (
    <button
      type="button"
      className={labelled ? "wb-button wb-labelled" : "wb-button"}
      data-testid={`action-${id}`}
      data-tip={labelled ? undefined : hint}
      data-tip-side={tip}
      aria-label={action.label}
      aria-pressed={pressed}
      aria-keyshortcuts={chord?.replace("Mod", "Control")}
      aria-disabled={!enabled}
      onClick={() => {
        if (enabled) action.run(board);
      }}
    >
      <Icon name={icon} />
      {labelled && <span>{action.label}</span>}
    </button>
  );
}
