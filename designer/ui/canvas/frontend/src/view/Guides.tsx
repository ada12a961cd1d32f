import { useStore } from "@xyflow/react";
import type { JSX } from "react";
import { boxesOf } from "../model/flow";
import { guidesOf, type Guide } from "../model/guides";
import { useBoardState } from "./context";

/** More would be a grid, not a help. */
const MOST = 8;

const pathOf = ({ axis, at, from, to }: Guide): string => (axis === "x" ? `M${at},${from}V${to}` : `M${from},${at}H${to}`);

/** What a dragged card is in line with, while it is dragged. */
export function Guides(): JSX.Element | null {
  const dragged = useBoardState((state) => state.dragged);
  const [x, y, zoom] = useStore((state) => state.transform);
  const design = useBoardState((state) => state.design);
  const moving = useBoardState((state) => state.moving);
  if (!dragged || moving === null) return null;
  const guides = guidesOf(boxesOf(design), moving).slice(0, MOST);
  return (
    <svg className="wb-guides" aria-hidden="true" data-testid="guides">
      <g transform={`translate(${x},${y}) scale(${zoom})`}>
        {guides.map((guide) => <path key={pathOf(guide)} className={guide.kind === "gap" ? "wb-gap" : undefined} d={pathOf(guide)} data-testid={`guide-${guide.kind}-${guide.axis}`} />)}
      </g>
    </svg>
  );
}
