import { useStore } from "@xyflow/react";
import { useMemo, useState, type JSX } from "react";
import { addConnected, offersAt, type Place } from "../model/additions";
import { middleOf, sidesBetween } from "../model/anchors";
import type { Board } from "../model/board";
import { labelOf } from "../model/commands";
import { curveOf } from "../model/curves";
import { boxesOf } from "../model/flow";
import { boundsOf, boxAt, CARD, centredAt, type Box, type Size } from "../model/geometry";
import type { Design, Position } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { Finder } from "./Finder";
import { useCovered } from "./useCovered";

const words = strings.gestures.ask;
/** The list's room, in pixels of the screen, and its distance from what it belongs to and from the border. */
const LIST = { width: 272, height: 340 };
const GAP = 12;
const EDGE = 8;

/** Where the list opens: beside the box, else below it; always within the screen. */
function besideBox(box: Box, before: boolean, screen: Size): Position {
  const after = box.x + box.width + GAP;
  const ahead = box.x - GAP - LIST.width;
  const fits = (x: number): boolean => x >= EDGE && x + LIST.width <= screen.width - EDGE;
  const beside = (before ? [ahead, after] : [after, ahead]).find(fits);
  const wanted = beside === undefined ? { x: box.x, y: box.y + box.height + GAP } : { x: beside, y: box.y };
  return {
    x: Math.max(EDGE, Math.min(wanted.x, screen.width - LIST.width - EDGE)),
    y: Math.max(EDGE, Math.min(wanted.y, screen.height - LIST.height - EDGE)),
  };
}

/** What the list belongs to, on the board's plane. */
function anchorBox(design: Design, place: Place): Box | null {
  if (place.kind !== "between" && place.point !== null) return boxAt(place.point, { width: 0, height: 0 });
  const boxes = boxesOf(design);
  const ids = place.kind === "between" ? place.connection.split(">") : [place.node];
  const bounds = boundsOf(ids.flatMap((id) => boxes.get(id) ?? []));
  if (bounds === null || place.kind !== "between") return bounds;
  return boxAt({ x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 }, { width: 0, height: 0 });
}

function titleOf(board: Board, place: Place): string {
  if (place.kind !== "between") return words[place.kind](labelOf(board, place.node));
  const [from = "", to = ""] = place.connection.split(">");
  return words.between(labelOf(board, from), labelOf(board, to));
}

/** The arrow that was pulled out, kept in sight while its end is chosen. */
function PulledArrow({ place }: { readonly place: Place }): JSX.Element | null {
  const [x, y, zoom] = useStore((state) => state.transform);
  const design = useBoardState((state) => state.design);
  const from = place.kind === "after" ? boxesOf(design).get(place.node) : undefined;
  if (from === undefined || place.kind !== "after" || place.point === null) return null;
  const onto = boxAt(centredAt(place.point, CARD), CARD);
  const [leaving, entering] = sidesBetween(from, onto);
  const { path, head } = curveOf({ source: middleOf(from, leaving), target: { ...place.point, side: entering } }, 2);
  return (
    <svg className="wb-pulled" aria-hidden="true">
      <g className="wb-draft" transform={`translate(${x},${y}) scale(${zoom})`}>
        <path className="wb-line-path" d={path} />
        <path className="wb-line-head" d={head} />
      </g>
    </svg>
  );
}

function AdditionList({ place }: { readonly place: Place }): JSX.Element | null {
  const board = useBoard();
  const [query, setQuery] = useState("");
  const [x, y, zoom] = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const catalog = useBoardState((state) => state.catalog);
  const covered = useCovered();
  const box = anchorBox(useBoardState((state) => state.design), place);
  const rows = useMemo(
    () => (catalog.size === 0 ? [] : offersAt(board, place, query)).map(({ id, name, icon }) => ({ id, label: name, icon })),
    [board, catalog, place, query],
  );
  const close = (): void => {
    board.store.set({ asking: null });
    board.camera?.focusRoot();
  };
  if (box === null) return null;
  const onScreen = { x: box.x * zoom + x, y: box.y * zoom + y, width: box.width * zoom, height: box.height * zoom };
  const at = besideBox(onScreen, place.kind === "before", { width: width - covered, height });
  return (
    <>
      <PulledArrow place={place} />
      <div className="wb-shade" onPointerDown={close} />
      <div className="wb-ask wb-float" style={{ left: at.x, top: at.y, width: LIST.width, maxHeight: LIST.height }}>
        <Finder
          label={titleOf(board, place)}
          placeholder={words.search}
          rows={rows}
          query={query}
          nothing={query === "" ? words.none : words.nothing(query)}
          found={words.found(rows.length)}
          hint={words.keys}
          testId="quick-add"
          onQuery={setQuery}
          onChoose={({ id }) => {
            close();
            addConnected(board, place, id);
          }}
          onClose={close}
        />
      </div>
    </>
  );
}

const keyOf = (place: Place): string => `${place.kind} ${place.kind === "between" ? place.connection : place.node}`;

/** The list of what may be added where somebody asked for it. */
export function QuickAdd(): JSX.Element | null {
  const asking = useBoardState((state) => state.asking);
  return asking === null || asking.kind === "commands" ? null : <AdditionList key={keyOf(asking)} place={asking} />;
}
