/** The words both sides speak: the document Python stores, and the data Python sends with every run. */

import type { Annotations, View } from "./annotations";

export type Traffic = "all" | "read" | "write" | "failed";
export type Mode = "sync" | "async";
export type Routing = "random" | "round_robin" | "least_connections" | "hash";
export type ReadFrom = "leader" | "replicas" | "any";
export type CallOrder = "sequence" | "parallel";
export type Sessions = "shared" | "local";
export type WritePolicy = "invalidate" | "around" | "through" | "back";
export type Eviction = "lru" | "lfu";
export type Acks = "leader" | "one" | "all";
export type Leaders = "single" | "multi";
export type Partitioning = "hash" | "range" | "directory";
export type Hashing = "consistent" | "modulo";
export type Index = "local" | "global";
export type Delivery = "at_least_once" | "at_most_once";
export type Behavior = "client" | "router" | "service" | "cache" | "store" | "queue" | "observer";
export type Knob = "instances" | "shards" | "replicas" | "partitions" | "memory" | "disk";
export type Dimension = "rate" | "time" | "size" | "bandwidth" | "ratio" | "money" | "dollars" | "count";

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** A rectangle on the board, by its upper left corner. */
export interface Frame extends Position {
  readonly width: number;
  readonly height: number;
}

/** The colours of groups and notes; the style sheet knows how each looks in light and in dark. */
export type Color = "gray" | "red" | "orange" | "yellow" | "green" | "teal" | "blue" | "purple" | "pink";
export type NoteKind = "sticky" | "text";

/** What a node does beyond the ordinary. Times are in seconds, `limit` is per second. */
export interface Policies {
  readonly routing: Routing | null;
  readonly read_from: ReadFrom;
  readonly calls: CallOrder;
  readonly sessions: Sessions;
  readonly writes: WritePolicy;
  readonly eviction: Eviction;
  readonly ttl: number | null;
  readonly acks: Acks;
  readonly leaders: Leaders;
  readonly read_quorum: number | null;
  readonly write_quorum: number | null;
  readonly partitioning: Partitioning;
  readonly hashing: Hashing;
  readonly index: Index;
  readonly delivery: Delivery;
  readonly deliveries: number | null;
  readonly ordered: boolean;
  readonly limit: number | null;
  readonly deadline: number | null;
  readonly backup_every: number | null;
}

/** How long a caller waits, how often it tries, and when it calls at all. Times are in seconds. */
export interface Patience {
  readonly mode: Mode;
  readonly on_miss: boolean | null;
  readonly timeout: number | null;
  readonly retries: number;
  readonly retry_budget: number | null;
  readonly backoff: number | null;
  readonly hedge_after: number | null;
  readonly fallback: boolean;
}

export interface DesignNode extends Policies {
  readonly id: string;
  readonly component: string;
  readonly name: string | null;
  readonly instances: number;
  readonly shards: number;
  readonly replicas: number;
  readonly partitions: number;
  readonly zones: readonly string[];
  readonly holds: readonly string[];
  readonly provides: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  readonly position: Position;
  /** Whether automatic layout leaves it where it is. */
  readonly pinned: boolean;
  readonly color: string | null;
}

export interface Connection extends Patience {
  readonly from: string;
  readonly to: string;
  readonly carries: Traffic;
  readonly share: number | null;
  readonly calls: number | null;
  readonly label: string | null;
}

export interface Zone {
  readonly id: string;
  readonly name: string | null;
  readonly region: string;
  /** Where it is drawn; null: around the nodes that stand in it alone, where there are any. */
  readonly frame: Frame | null;
}

/** Nodes drawn as belonging together; each node is in one group at most. */
export interface Group {
  readonly id: string;
  readonly name: string | null;
  readonly color: Color | null;
  readonly nodes: readonly string[];
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly kind: NoteKind;
  readonly color: Color | null;
  readonly position: Position;
}

/** A rule that finds no fault at these nodes (at any, where there are none), and why. */
export interface Suppression {
  readonly rule: string;
  readonly nodes: readonly string[];
  readonly because: string;
}

export interface Design {
  readonly version: number;
  readonly name: string;
  readonly scenario: string | null;
  readonly zones: readonly Zone[];
  readonly nodes: readonly DesignNode[];
  readonly connections: readonly Connection[];
  readonly groups: readonly Group[];
  readonly notes: readonly Note[];
  readonly ignore: readonly Suppression[];
}

export interface CatalogFigure {
  readonly default: number;
  readonly low: number;
  readonly high: number;
  readonly unit: Dimension;
  readonly text: string;
  readonly source: string;
}

export interface CatalogEntry {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly behavior: Behavior;
  readonly traits: readonly string[];
  readonly knobs: readonly Knob[];
  readonly defaults: {
    readonly instances: number;
    readonly shards: number;
    readonly replicas: number;
    readonly partitions: number;
  };
  readonly place: "client" | "edge" | "region";
  readonly replication: "none" | "leader" | "quorum" | "managed";
  /** Kinds of data it keeps or caches. */
  readonly keeps: readonly string[];
  readonly icon: string;
  readonly figures: Readonly<Record<string, CatalogFigure>>;
}

export type Catalog = ReadonlyMap<string, CatalogEntry>;

export interface Dataset {
  readonly id: string;
  readonly name: string;
  readonly kind?: string;
}

export type Command =
  | { readonly seq: number; readonly kind: "select"; readonly nodes: readonly string[]; readonly connections?: readonly string[] }
  | { readonly seq: number; readonly kind: "apply"; readonly document: unknown }
  | { readonly seq: number; readonly kind: "insert"; readonly request: number; readonly document: unknown; readonly note: string }
  | { readonly seq: number; readonly kind: "tell"; readonly request?: number; readonly text: string }
  | { readonly seq: number; readonly kind: "fit" }
  | { readonly seq: number; readonly kind: "layout" };

/** One step of a replay. */
export interface ReplayFrame {
  readonly document: unknown;
  readonly caption: string;
}

/** Earlier drawings of a board that is read only, played one after the other; another `id` begins anew. */
export interface ReplayData {
  readonly id: number;
  readonly frames: readonly ReplayFrame[];
}

/** What the board's mount receives. `catalog` is the name under which the catalogue's own mount registers it. */
export interface BoardData {
  readonly kind: "board";
  readonly board: string;
  readonly epoch: number;
  readonly document: unknown;
  readonly catalog: string;
  readonly annotations: Annotations;
  readonly commands: readonly Command[];
  readonly acknowledged: number;
  readonly saved: string;
  readonly datasets?: readonly Dataset[];
  readonly readonly?: boolean;
  readonly replay?: ReplayData | null;
  readonly height: number;
}

/** What the catalogue's mount receives: constant, so it crosses the wire once and not with every edit. */
export interface CatalogData {
  readonly kind: "catalog";
  readonly catalog: string;
  readonly entries: readonly CatalogEntry[];
}

/** What is selected. `connections` are ids of the form `source>target`. */
export interface Selection {
  readonly nodes: readonly string[];
  readonly connections: readonly string[];
  readonly notes: readonly string[];
}

/** A question to Python, answered by one command that names its number. */
export interface BoardRequest {
  readonly number: number;
  readonly kind: "paste";
  readonly text: string;
}

/** What the browser sends: always the whole document, so that no edit can be lost on the way. */
export interface BoardMessage {
  readonly board: string;
  readonly epoch: number;
  readonly revision: number;
  readonly document: unknown;
  readonly selection: { readonly nodes: readonly string[]; readonly connections: readonly string[] };
  readonly view: View;
  readonly request: BoardRequest | null;
}
