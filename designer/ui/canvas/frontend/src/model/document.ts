/** Reading and writing the document: neutral values may be left out on the wire and are always present in memory. */

import { NEUTRAL_PATIENCE, NEUTRAL_POLICIES, readPatience, readPolicies } from "./policies";
import { COLORS } from "./colors";
import type { Connection, Design, DesignNode, Frame, Group, Note, NoteKind, Position, Suppression, Traffic, Zone } from "./types";

export const DOCUMENT_VERSION = 1;
/** What can be drawn by hand; a design in a file may be larger. */
export const MAX_NODES = 500;
export const MAX_CONNECTIONS = 3_000;
export const MAX_NOTES = 200;
export const MAX_ZONES = 100;
export const MAX_GROUPS = 100;
export const MAX_LABEL = 80;
export const MAX_NOTE = 2_000;
export const MAX_COORDINATE = 1e6;

/** Smallest and largest count each knob takes. */
export const COUNT_LIMITS = {
  instances: [1, 10_000],
  shards: [1, 10_000],
  replicas: [0, 100],
  partitions: [1, 100_000],
} as const;

export type CountKnob = keyof typeof COUNT_LIMITS;

const DEFAULT_NAME = "Untitled design";
export const DEFAULT_REGION = "region";

type Raw = Record<string, unknown>;

const isRecord = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOr = <T extends string | null>(value: unknown, otherwise: T): string | T =>
  typeof value === "string" && value !== "" ? value : otherwise;
const numberOr = <T extends number | null>(value: unknown, otherwise: T): number | T =>
  typeof value === "number" && Number.isFinite(value) ? value : otherwise;
const texts = (value: unknown): readonly string[] => listOf(value).filter((item) => typeof item === "string");

function oneOf<T extends string, D extends T | null>(value: unknown, allowed: readonly T[], otherwise: D): T | D {
  return allowed.includes(value as T) ? (value as T) : otherwise;
}

const NOTE_KINDS: readonly NoteKind[] = ["sticky", "text"];
const TRAFFIC: readonly Traffic[] = ["all", "read", "write", "failed"];

/** A place nothing has been given yet: `arrange` finds one. */
const NOWHERE: Position = { x: Number.NaN, y: Number.NaN };

export const isPlaced = (item: { readonly position: Position }): boolean => Number.isFinite(item.position.x);

function readPosition(value: unknown): Position {
  if (!isRecord(value)) return NOWHERE;
  const x = numberOr(value["x"], null);
  const y = numberOr(value["y"], null);
  return x === null || y === null ? NOWHERE : { x, y };
}

function readFigures(value: unknown): Record<string, number> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, number] => typeof pair[1] === "number"),
  );
}

function readNode(raw: Raw): DesignNode {
  return {
    id: textOr(raw["id"], ""),
    component: textOr(raw["component"], ""),
    name: textOr(raw["name"], null),
    instances: numberOr(raw["instances"], 1),
    shards: numberOr(raw["shards"], 1),
    replicas: numberOr(raw["replicas"], 0),
    partitions: numberOr(raw["partitions"], 1),
    zones: texts(raw["zones"]),
    holds: texts(raw["holds"]),
    provides: texts(raw["provides"]),
    figures: readFigures(raw["figures"]),
    ...readPolicies(raw),
    position: readPosition(raw["position"]),
    pinned: raw["pinned"] === true,
    color: textOr(raw["color"], null),
  };
}

function readConnection(raw: Raw): Connection {
  return {
    from: textOr(raw["from"], ""),
    to: textOr(raw["to"], ""),
    carries: oneOf(raw["carries"], TRAFFIC, "all"),
    share: numberOr(raw["share"], null),
    calls: numberOr(raw["calls"], null),
    ...readPatience(raw),
    label: textOr(raw["label"], null),
  };
}

function readFrame(value: unknown): Frame | null {
  if (!isRecord(value)) return null;
  const [x, y, width, height] = ["x", "y", "width", "height"].map((key) => numberOr(value[key], null));
  const isWhole = x != null && y != null && width != null && height != null && width > 0 && height > 0;
  return isWhole ? { x, y, width, height } : null;
}

const readZone = (raw: Raw): Zone => ({
  id: textOr(raw["id"], ""),
  name: textOr(raw["name"], null),
  region: textOr(raw["region"], DEFAULT_REGION),
  frame: readFrame(raw["frame"]),
});

const readGroup = (raw: Raw): Group => ({
  id: textOr(raw["id"], ""),
  name: textOr(raw["name"], null),
  color: oneOf(raw["color"], COLORS, null),
  nodes: texts(raw["nodes"]),
});

const readNote = (raw: Raw): Note => ({
  id: textOr(raw["id"], ""),
  text: textOr(raw["text"], ""),
  kind: oneOf(raw["kind"], NOTE_KINDS, "sticky"),
  color: oneOf(raw["color"], COLORS, null),
  position: readPosition(raw["position"]),
});

const readSuppression = (raw: Raw): Suppression => ({
  rule: textOr(raw["rule"], ""),
  nodes: texts(raw["nodes"]),
  because: textOr(raw["because"], ""),
});

/**
 * What was said of a node goes with it, and comes back with it when the deletion is undone. Where that leaves two
 * about one place, which Python refuses, the first stays.
 */
function keptSuppressions(design: Design): readonly Suppression[] {
  const known = nodesById(design);
  const kept = new Map<string, Suppression>();
  for (const item of design.ignore) {
    const nodes = item.nodes.filter((id) => known.has(id));
    const place = JSON.stringify([item.rule, nodes]);
    if ((nodes.length > 0 || item.nodes.length === 0) && !kept.has(place)) kept.set(place, { ...item, nodes });
  }
  return [...kept.values()];
}

/** Groups of the nodes there are; one that has none left is none. */
export const keptGroups = (groups: readonly Group[], known: ReadonlySet<string>): readonly Group[] =>
  groups
    .map((group) => (group.nodes.every((id) => known.has(id)) ? group : { ...group, nodes: group.nodes.filter((id) => known.has(id)) }))
    .filter((group) => group.id !== "" && group.nodes.length > 0);

/** The document of Python's JSON. What has no place yet keeps a position that `isPlaced` denies. */
export function readDocument(value: unknown): Design {
  const raw = isRecord(value) ? value : {};
  const nodes = listOf(raw["nodes"]).filter(isRecord).map(readNode).filter((node) => node.id !== "");
  const known = new Set(nodes.map((node) => node.id));
  const connections = listOf(raw["connections"]).filter(isRecord).map(readConnection);
  return {
    version: numberOr(raw["version"], DOCUMENT_VERSION),
    name: textOr(raw["name"], DEFAULT_NAME),
    scenario: textOr(raw["scenario"], null),
    zones: listOf(raw["zones"]).filter(isRecord).map(readZone).filter((zone) => zone.id !== ""),
    nodes,
    connections: connections.filter((connection) => known.has(connection.from) && known.has(connection.to)),
    groups: keptGroups(listOf(raw["groups"]).filter(isRecord).map(readGroup), known),
    notes: listOf(raw["notes"]).filter(isRecord).map(readNote).filter((note) => note.id !== ""),
    ignore: listOf(raw["ignore"]).filter(isRecord).map(readSuppression).filter((item) => item.rule !== ""),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

const writePosition = (position: Position): Position | undefined =>
  Number.isFinite(position.x) ? { x: round(position.x), y: round(position.y) } : undefined;

const writeFrame = (frame: Frame | null): Frame | null =>
  frame === null ? null : { x: round(frame.x), y: round(frame.y), width: round(frame.width), height: round(frame.height) };

/** `raw` without what says nothing: nulls, empty lists and objects, and values equal to the neutral ones. */
function compact(raw: Raw, neutral: Raw): Raw {
  const says = ([key, value]: [string, unknown]): boolean => {
    if (value === null || value === undefined || value === neutral[key]) return false;
    if (Array.isArray(value)) return value.length > 0;
    return !isRecord(value) || Object.keys(value).length > 0;
  };
  return Object.fromEntries(Object.entries(raw).filter(says));
}

const NEUTRAL_NODE: Raw = {
  instances: 1,
  shards: 1,
  replicas: 0,
  partitions: 1,
  ...NEUTRAL_POLICIES,
  pinned: false,
};

const NEUTRAL_CONNECTION: Raw = { carries: "all", ...NEUTRAL_PATIENCE };

/** The document as Python reads it, neutral values left out. */
export function writeDocument(design: Design): Raw {
  return compact(
    {
      version: design.version,
      name: design.name,
      scenario: design.scenario,
      zones: design.zones.map((zone) => compact({ ...zone, frame: writeFrame(zone.frame) }, { region: DEFAULT_REGION })),
      nodes: design.nodes.map((node) => compact({ ...node, position: writePosition(node.position) }, NEUTRAL_NODE)),
      connections: design.connections.map((item) => compact({ ...item }, NEUTRAL_CONNECTION)),
      groups: design.groups.map((group) => compact({ ...group }, {})),
      notes: design.notes.map((note) => compact({ ...note, position: writePosition(note.position) }, { kind: "sticky" })),
      ignore: keptSuppressions(design).map((item) => compact({ ...item }, {})),
    },
    {},
  );
}

export const connectionId = (from: string, to: string): string => `${from}>${to}`;

/** The nodes of a design by id; computed once per design. */
export function nodesById(design: Design): ReadonlyMap<string, DesignNode> {
  let index = indexes.get(design);
  if (index === undefined) {
    index = new Map(design.nodes.map((node) => [node.id, node]));
    indexes.set(design, index);
  }
  return index;
}

const indexes = new WeakMap<Design, ReadonlyMap<string, DesignNode>>();

export const EMPTY_DESIGN: Design = readDocument({});
