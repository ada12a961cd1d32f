import type { JSX } from "react";
import { strings } from "../strings";
import { useBoardState } from "./context";
import { Icon, type IconName } from "./Icon";
import type { RequirementChip } from "../model/annotations";

const ICONS: Readonly<Record<RequirementChip["state"], IconName>> = { met: "met", missed: "error", unknown: "help" };

/** What is asked and how far it is met, while the board covers the strip of the page that tells it. */
export function Strip(): JSX.Element | null {
  const full = useBoardState((state) => state.full);
  const requirements = useBoardState((state) => state.annotations.requirements);
  if (!full || requirements === undefined || requirements.length === 0) return null;
  return (
    <div className="wb-strip" role="region" aria-label={strings.reach.strip} tabIndex={0} data-testid="strip">
      <ul>
        {requirements.map(({ title, value, state }, index) => (
          <li key={`${title} ${index}`} data-state={state}>
            <Icon name={ICONS[state]} size={13} />
            <span>{title}</span>
            <b>{value}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
