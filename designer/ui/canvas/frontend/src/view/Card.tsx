import { Handle, Position, type NodeProps } from "@xyflow/react";
import { memo, type CSSProperties, type JSX } from "react";
import type { BoardState } from "../model/board";
import { EMPTY_DESIGN, nodesById } from "../model/document";
import { HUES, lensOf, markOf, shareText, type Lensed } from "../model/lenses";
import { cardLabel, loadText, machinesOf, nodeLabel, topologyOf, zonesText } from "../model/labels";
import type { Fate, NodeAnnotation } from "../model/annotations";
import type { CatalogEntry, DesignNode } from "../model/types";
import { strings } from "../strings";
import { useSettledPieces } from "./context";
import { Icon, type IconName } from "./Icon";

const SIDES = [Position.Left, Position.Right, Position.Top, Position.Bottom] as const;

/** A strip along every side to draw connections from; while one is drawn, the whole card takes it. */
export function CardHandles(): JSX.Element {
  return (
    <>
      {SIDES.map((side) => (
        <Handle key={side} id={side} type="source" position={side} className="wb-handle" data-testid={`handle-${side}`}>
          <span />
        </Handle>
      ))}
      <Handle id="card" type="target" position={Position.Left} className="wb-handle-card" isConnectableStart={false} />
    </>
  );
}

/** The sign beside the words of what became of a part. */
const FATE_ICONS: Readonly<Record<Fate, IconName>> = { failed: "close", unreached: "minus", reduced: "warning", vain: "error" };

function Bar({ annotation }: { readonly annotation: NodeAnnotation }): JSX.Element {
  const { load, state } = annotation;
  const filled = load === null ? (state === "over" ? 1 : 0) : Math.min(1, Math.max(0, load ?? 0));
  return (
    <span className="wb-bar" data-state={state} style={{ "--filled": filled } as CSSProperties} aria-hidden="true" />
  );
}

function Load({ annotation }: { readonly annotation: NodeAnnotation }): JSX.Element {
  const { state } = annotation;
  return (
    <span className="wb-load" data-state={state} data-testid="card-load">
      {(state === "over" || state === "busy") && <Icon name={state === "over" ? "error" : "warning"} size={10} />}
      {state === "off" ? strings.card.states.off : loadText(annotation)}
    </span>
  );
}

/** The second line: what goes through and against what; before anything is computed, what the thing is. */
function secondLine(node: DesignNode, entry: CatalogEntry | undefined, annotation: NodeAnnotation | undefined): string {
  if (annotation === undefined) {
    const label = nodeLabel(node, entry);
    return entry === undefined || entry.name === label ? strings.palette.group(entry?.group ?? "") : entry.name;
  }
  const { fate } = annotation;
  if (fate !== undefined && fate !== "reduced") return strings.meaning.failing.fates[fate];
  if (annotation.aside !== undefined) return annotation.aside.charAt(0).toUpperCase() + annotation.aside.slice(1);
  if (annotation.rate === undefined) return strings.card.notReached;
  if (annotation.hit !== undefined) return `${annotation.rate} · ${strings.card.hit(annotation.hit)}`;
  return [annotation.rate, annotation.ceiling].filter(Boolean).join(" ");
}

/** The bar and the number below the second line: the load, or the part of the whole that the lens shows. */
function Bottom({ annotation, lensed }: { readonly annotation: NodeAnnotation | undefined; readonly lensed: Lensed | null }): JSX.Element {
  if (lensed !== null) {
    return (
      <div className="wb-card-bottom">
        <span className="wb-bar" data-state="lens" style={{ "--filled": lensed.value ?? 0 } as CSSProperties} aria-hidden="true" />
        {lensed.value !== undefined && <span className="wb-load" data-testid="card-load">{shareText(lensed.value)}</span>}
      </div>
    );
  }
  return (
    <div className="wb-card-bottom">
      {annotation === undefined ? <span className="wb-bar" data-state="idle" /> : annotation.aside === undefined && <Bar annotation={annotation} />}
      {annotation !== undefined && <Load annotation={annotation} />}
      {annotation?.cost !== undefined && <span className="wb-cost">{annotation.cost}</span>}
    </div>
  );
}

interface BodyProps {
  readonly node: DesignNode;
  readonly entry: CatalogEntry | undefined;
  readonly annotation: NodeAnnotation | undefined;
  readonly lensed: Lensed | null;
}

function Body({ node, entry, annotation, lensed }: BodyProps): JSX.Element {
  const machines = machinesOf(node, entry);
  const label = nodeLabel(node, entry);
  const chips = [zonesText(node), ...topologyOf(node)].filter(Boolean);
  return (
    <>
      <div className="wb-card-top">
        <span className="wb-tile">{entry !== undefined && <img src={entry.icon} alt="" draggable={false} />}</span>
        <div className="wb-card-text">
          <div className="wb-card-name">
            <b dir="auto" title={label}>{cardLabel(node, entry)}</b>
            {machines > 1 && <span className="wb-count">{strings.card.machines(machines)}</span>}
          </div>
          <div className="wb-card-line" title={lensed?.title}>{lensed?.text ?? secondLine(node, entry, annotation)}</div>
        </div>
      </div>
      <Bottom annotation={annotation} lensed={lensed} />
      {node.pinned && (
        <span className="wb-pin" data-testid={`pin-${node.id}`} title={strings.zoning.pinnedCard}>
          <Icon name="pin" size={12} />
        </span>
      )}
      {chips.length > 0 && <div className="wb-chips">{chips.map((chip) => <span key={chip}>{chip}</span>)}</div>}
      {annotation?.badge !== undefined && <Badge badge={annotation.badge} />}
    </>
  );
}

function Badge({ badge }: { readonly badge: NonNullable<NodeAnnotation["badge"]> }): JSX.Element {
  return (
    <span className="wb-badge" data-severity={badge.severity} data-testid="card-badge" title={badge.text}>
      <Icon name={badge.severity} size={11} />
      {badge.count > 1 && badge.count}
    </span>
  );
}

/** Whether there is nothing to put below name and rate: clients have no ceiling and cost nothing. */
function isPlain({ design, catalog, annotations }: BoardState, id: string): boolean {
  const annotation = annotations.nodes[id];
  const behavior = catalog.get(nodesById(design).get(id)?.component ?? "")?.behavior;
  return behavior === "client" && annotation?.load == null && annotation?.cost === undefined;
}

/** What the card's tint says through the lens: the heat, or the colours of its zones. */
function tintOf(lensed: Lensed | null): CSSProperties | undefined {
  if (lensed === null) return undefined;
  const stripes = (lensed.zones ?? []).map((zone) => `var(--zone-${zone % HUES})`);
  const step = 100 / Math.max(1, stripes.length);
  const stops = stripes.map((colour, index) => `${colour} ${index * step}% ${(index + 1) * step}%`);
  return { "--heat": lensed.value ?? 0, ...(stops.length > 0 && { "--stripes": `linear-gradient(90deg, ${stops.join(", ")})` }) } as CSSProperties;
}

/** What a card shows of the board's state. */
function piecesOf(state: BoardState, id: string) {
  const { annotations, catalog, design, flash, view } = state;
  const node = nodesById(design).get(id);
  return [
    node,
    catalog.get(node?.component ?? ""),
    annotations.nodes[id],
    view.lens,
    markOf(state, id),
    view.lens === "zones" ? design : null,
    isPlain(state, id),
    flash.nodes.includes(id) ? flash.id : 0,
  ] as const;
}

/** A node: icon, name, machines, load against its ceiling, cost, findings. */
export const Card = memo(({ id }: NodeProps): JSX.Element | null => {
  const [node, entry, annotation, lens, mark, design, plain, flash] = useSettledPieces((state) => piecesOf(state, id));
  if (node === undefined) return null;
  const fate = annotation?.fate;
  const lensed = lensOf(lens, node, entry, mark, design ?? EMPTY_DESIGN, fate);
  return (
    <div
      className="wb-card"
      data-state={lensed === null ? (annotation?.state ?? "none") : "lens"}
      data-lens={lensed === null ? undefined : lens}
      data-fate={fate}
      data-plain={plain && lensed === null}
      data-testid={`card-${id}`}
      style={tintOf(lensed)}
    >
      <Body node={node} entry={entry} annotation={annotation} lensed={lensed} />
      {fate !== undefined && <span className="wb-fate" title={strings.meaning.failing.fates[fate]}><Icon name={FATE_ICONS[fate]} size={12} /></span>}
      {flash > 0 && <span key={flash} className="wb-flash" aria-hidden="true" />}
      <CardHandles />
    </div>
  );
});
