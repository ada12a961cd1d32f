import { useStore, ViewportPortal } from "@xyflow/react";
import { memo, useMemo, type CSSProperties, type JSX } from "react";
import { resizedFrame, resizeZone, type Grip } from "../model/areas";
import { GROUP_COLOR } from "../model/colors";
import { frameOfGroup } from "../model/groups";
import { litZones, parentingOf } from "../model/parenting";
import type { Frame, Zone } from "../model/types";
import { framesOf, nameOf, regionsOf, residentsOf, type Frames } from "../model/zones";
import { strings } from "../strings";
import { AreaTitle } from "./AreaTitle";
import { useBoard, useBoardState } from "./context";
import { useDrag } from "./useDrag";

const GRIPS: readonly Grip[] = ["n", "e", "s", "w", "nw", "ne", "se", "sw"];
const NONE: ReadonlySet<string> = new Set();

const placeOf = ({ x, y, width, height }: Frame): CSSProperties => ({ transform: `translate(${x}px, ${y}px)`, width, height });

function ResizeGrip({ zone, grip }: { readonly zone: Zone; readonly grip: Grip }): JSX.Element {
  const board = useBoard();
  const onPointerDown = useDrag({
    onMove: (by) => {
      const frame = resizedFrame(board.state.design, zone.id, grip, by);
      if (frame !== null) board.store.set({ framing: new Map([[zone.id, frame]]) });
    },
    onEnd: (by) => {
      const frame = by === null ? null : resizedFrame(board.state.design, zone.id, grip, by);
      board.store.set({ framing: null });
      if (frame !== null) resizeZone(board, zone.id, frame);
    },
    onClick: () => {
      board.chooseZone(zone.id);
    },
  });
  return <span className="wb-grip nopan nodrag" data-grip={grip} data-testid={`zone-grip-${zone.id}-${grip}`} title={strings.zoning.resize(nameOf(zone))} onPointerDown={onPointerDown} />;
}

function ZoneBox({ zone, frame, lit }: { readonly zone: Zone; readonly frame: Frame; readonly lit: boolean }): JSX.Element {
  const readonly = useBoardState((state) => state.readonly);
  const chosen = useBoardState((state) => state.zone === zone.id);
  const count = useBoardState((state) => residentsOf(state.design, zone.id).length);
  return (
    <div className="wb-area wb-zone" data-testid={`zone-${zone.id}`} data-lit={lit} data-chosen={chosen} style={placeOf(frame)}>
      {!readonly && GRIPS.map((grip) => <ResizeGrip key={grip} zone={zone} grip={grip} />)}
      <AreaTitle area={{ kind: "zone", id: zone.id }} count={count} />
    </div>
  );
}

/** Where each zone is drawn now: while it is dragged or animated, where that has come to. */
function useFrames(): Frames {
  const design = useBoardState((state) => state.design);
  const framing = useBoardState((state) => state.framing);
  return useMemo(() => (framing === null ? framesOf(design) : new Map([...framesOf(design), ...framing])), [design, framing]);
}

function useLit(): ReadonlySet<string> {
  const board = useBoard();
  const moving = useBoardState((state) => (state.carrying ? state.moving : null));
  const { design, catalog } = board.state;
  return useMemo(() => (moving === null ? NONE : litZones(parentingOf(design, catalog, moving))), [moving, design, catalog]);
}

/** How much larger than the plane titles and labels are written, so that they stay legible from afar. */
export function useUnzoom(): number {
  return useStore(({ transform }) => Math.round(100 / Math.min(1, transform[2])) / 100);
}

/** Regions, zones and groups, behind the cards. */
export const Areas = memo((): JSX.Element => {
  const design = useBoardState((state) => state.design);
  const moving = useBoardState((state) => state.moving);
  const [frames, lit] = [useFrames(), useLit()];
  return (
    <ViewportPortal>
      <div className="wb-areas">
        {regionsOf(design, frames).map(({ id, frame }) => (
          <div key={`region ${id}`} className="wb-area wb-region" data-testid={`region-${id}`} style={placeOf(frame)}>
            <span className="wb-area-title" title={strings.zoning.region(id)}>{strings.zoning.region(id)}</span>
          </div>
        ))}
        {design.zones.map((zone) => {
          const frame = frames.get(zone.id);
          return frame === undefined ? null : <ZoneBox key={zone.id} zone={zone} frame={frame} lit={lit.has(zone.id)} />;
        })}
        {design.groups.map((group) => {
          const frame = frameOfGroup(design, group, moving);
          return frame === null ? null : (
            <div key={`group ${group.id}`} className="wb-area wb-group-box" data-testid={`group-${group.id}`} data-color={group.color ?? GROUP_COLOR} style={placeOf(frame)}>
              <AreaTitle area={{ kind: "group", id: group.id }} count={group.nodes.length} />
            </div>
          );
        })}
      </div>
    </ViewportPortal>
  );
});
