/** What a card or a line says through a lens. The lens of load is what it says by itself. */

import { strings } from "../strings";
import { formatQuantity } from "./units";
import type { BoardState } from "./state";
import type { Fate, Lens, LensMark, LensMarks } from "./annotations";
import type { CatalogEntry, Connection, Design, DesignNode } from "./types";

const words = strings.meaning.lenses;

/** Colours there are for zones; the next zone has the first colour again, and a name of its own all the same. */
export const HUES = 6;

export interface Lensed extends LensMark {
  /** Zones by their place in the design: which colours the card has. */
  readonly zones?: readonly number[];
}

/** Where a node stands: its zones by their number, or why it stands in none. */
function standing(node: DesignNode, entry: CatalogEntry | undefined, design: Design): Lensed {
  if (entry?.place !== "region") return { text: words.outside };
  if (node.zones.length === 0 && entry.traits.includes("managed")) return { text: words.managed };
  if (design.zones.length === 0) return { text: words.noZones };
  const named = node.zones.length > 0 ? node.zones : design.zones.slice(0, 1).map(({ id }) => id);
  const numbers = named.map((id) => design.zones.findIndex((zone) => zone.id === id)).filter((number) => number >= 0);
  const zones = numbers.flatMap((number) => design.zones[number] ?? []);
  const text = zones.map((zone) => zone.name ?? zone.id).join(" · ");
  const regions = [...new Set(zones.map(({ region }) => region))].join(", ");
  return { text, zones: numbers, title: words.standsIn(text, regions) };
}

type Told = Pick<BoardState, "annotations" | "details" | "view">;

type Marked = { readonly lenses?: LensMarks } | undefined;

/** What came with the numbers, else what came after those; what has no numbers has nothing to show. */
function chosen(lens: Lens, first: Marked, rest: Marked): LensMark | undefined {
  if (lens === "load" || first === undefined) return undefined;
  return first.lenses?.[lens] ?? rest?.lenses?.[lens];
}

/** What Python says of a card for the lens that is looked through. */
export const markOf = ({ annotations, details, view: { lens } }: Told, id: string): LensMark | undefined =>
  chosen(lens, annotations.nodes[id], details?.nodes[id]);

/** The same of a line. */
export const lineMarkOf = ({ annotations, details, view: { lens } }: Told, id: string): LensMark | undefined =>
  chosen(lens, annotations.edges[id], details?.edges[id]);

/** What the lens shows of a card of which it has that mark; null where the card speaks for itself. */
export function lensOf(
  lens: Lens,
  node: DesignNode,
  entry: CatalogEntry | undefined,
  mark: LensMark | undefined,
  design: Design,
  fate?: Fate,
): Lensed | null {
  // What failed shows that, through whatever lens.
  if (lens === "load" || fate !== undefined) return null;
  if (lens === "zones") return standing(node, entry, design);
  return mark ?? { text: words.nothing[lens] };
}

/** A part of the whole in words: "62 %". */
export const shareText = (value: number): string => (value > 0 && value < 0.005 ? "<1 %" : `${Math.round(value * 100)} %`);

const crossing = (from: DesignNode | undefined, to: DesignNode | undefined, design: Design): string => {
  const zones = (node: DesignNode | undefined): ReadonlySet<string> => new Set(node?.zones ?? []);
  const [one, other] = [zones(from), zones(to)];
  if (one.size === 0 || other.size === 0) return "";
  const region = (id: string): string | undefined => design.zones.find((zone) => zone.id === id)?.region;
  const regions = new Set([...one, ...other].map(region));
  if (regions.size > 1) return words.acrossRegions;
  return new Set([...one, ...other]).size > 1 ? words.acrossZones : words.sameZone;
};

/** How a caller is protected from what it calls. */
function patience({ timeout, retries, fallback }: Connection): string {
  const parts = [
    timeout === null ? null : words.timeout(formatQuantity(timeout, "time")),
    retries > 0 ? words.retries(retries) : null,
    fallback ? words.fallback : null,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** What a line says through a lens; undefined where it says nothing. */
export function lineText(lens: Exclude<Lens, "load">, connection: Connection, mark: LensMark | undefined, design: Design): string | undefined {
  if (lens === "availability") return patience(connection) || undefined;
  if (lens !== "zones") return mark?.text;
  const end = (id: string): DesignNode | undefined => design.nodes.find((node) => node.id === id);
  return crossing(end(connection.from), end(connection.to), design) || undefined;
}

/** What is shown, in one sentence. */
export const legendOf = (lens: Lens, legends: Readonly<Partial<Record<Lens, string>>> | undefined): string =>
  legends?.[lens] ?? words.legends[lens];
