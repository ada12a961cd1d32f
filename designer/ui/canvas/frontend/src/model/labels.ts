/** How things are called on screen and read aloud. */

import { strings } from "../strings";
import { stemOf } from "./ids";
import type { NodeAnnotation } from "./annotations";
import type { CatalogEntry, Connection, DesignNode } from "./types";

/** The node's own name; else that of its component, numbered like its id; else its id, when the author chose one. */
export function nodeLabel(node: DesignNode, entry: CatalogEntry | undefined): string {
  if (node.name !== null) return node.name;
  if (entry === undefined || stemOf(node.id) !== node.component) return node.id;
  const number = node.id.slice(node.component.length + 1);
  return number === "" ? entry.name : `${entry.name} ${number}`;
}

/** The label as it fits on a card: without what a component's name adds in brackets. */
export const cardLabel = (node: DesignNode, entry: CatalogEntry | undefined): string =>
  node.name ?? nodeLabel(node, entry).replace(/ \([^)]*\)(?= \d+$|$)/, "");

/** Machines in all: every shard of every instance, with its replicas. A quorum's copies lie on its own instances. */
export const machinesOf = (node: DesignNode, entry: CatalogEntry | undefined): number =>
  node.instances * node.shards * (entry?.replication === "quorum" ? 1 : 1 + node.replicas);

/** The part of the topology that one number does not tell: "4 shards", "2 replicas". */
export function topologyOf(node: DesignNode): readonly string[] {
  const parts: string[] = [];
  if (node.shards > 1) parts.push(strings.card.shards(node.shards));
  if (node.replicas > 0) parts.push(strings.card.replicas(node.replicas));
  if (node.partitions > 1) parts.push(strings.card.partitions(node.partitions));
  return parts;
}

/** The load in words: "68 %"; what cannot be divided is told by its state. */
export function loadText(annotation: NodeAnnotation | undefined): string {
  const load = annotation?.load;
  if (annotation === undefined || load === undefined || annotation.aside !== undefined) return "";
  if (load === null) return annotation.state === "over" ? strings.card.unbounded : strings.card.unlimited;
  return strings.board.percent(percentOf(load));
}

function percentOf(load: number): string {
  const percent = load * 100;
  if (percent > 0 && percent < 1) return "<1";
  return percent >= 10_000 ? `${Math.round(percent / 1000)}k` : String(Math.round(percent));
}

/** What a screen reader says of a node: "Cache, 2 instances, load 68 % of its ceiling". */
export function describeNode(
  node: DesignNode,
  entry: CatalogEntry | undefined,
  annotation: NodeAnnotation | undefined,
): string {
  const label = nodeLabel(node, entry);
  const parts = [label];
  if (entry !== undefined && entry.name !== label) parts.push(entry.name);
  parts.push(strings.card.instances(node.instances), ...topologyOf(node));
  if (node.zones.length > 0) parts.push(strings.card.zones(node.zones.length));
  if (node.pinned) parts.push(strings.card.pinned);
  if (annotation !== undefined) {
    const load = loadText(annotation);
    if (load !== "") parts.push(annotation.load === null ? load : strings.card.load(load));
    parts.push(annotation.aside ?? strings.card.states[annotation.state]);
    if (annotation.fate !== undefined) parts.push(strings.meaning.failing.fates[annotation.fate]);
    if (annotation.rate !== undefined) parts.push(annotation.rate);
    if (annotation.badge !== undefined) {
      parts.push(`${strings.card.findings(annotation.badge.count)}: ${annotation.badge.text}`);
    }
  }
  return parts.join(", ");
}

export const describeConnection = (
  connection: Connection,
  label: (id: string) => string,
  rate: string | undefined,
): string =>
  [
    strings.card.connection(label(connection.from), label(connection.to)),
    connection.label,
    rate,
    connection.mode === "async" ? strings.card.notWaitedFor : null,
  ]
    .filter((part) => part !== null && part !== undefined && part !== "")
    .join(", ");

/** Zones of a node in few letters: "a·b·c". */
export const zonesText = (node: DesignNode): string => node.zones.join("·");
