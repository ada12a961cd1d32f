/** What Python computed of a drawing, as cards, lines and panels tell it. */

export type LoadState = "idle" | "ok" | "busy" | "over" | "off";
export type Severity = "error" | "warning" | "info";

export interface DetailRow {
  readonly label: string;
  readonly value: string;
  readonly formula?: string;
}

/** What the cards' bar, second line and tint mean, and what the lines say. */
export type Lens = "load" | "latency" | "availability" | "cost" | "zones";

/** What one lens shows of one card or line: a part of the whole for the heat, a short text, a sentence. */
export interface LensMark {
  readonly value?: number;
  readonly text: string;
  readonly title?: string;
}

export type LensMarks = Readonly<Partial<Record<Lens, LensMark>>>;

/** What became of a part while something is down. In vain: only requests come that fail. */
export type Fate = "failed" | "unreached" | "reduced" | "vain";

export interface NodeAnnotation {
  /** Utilisation of the ceiling that binds, 1 is full; null where there is no bound to compare with. */
  readonly load?: number | null;
  readonly state: LoadState;
  readonly rate?: string;
  readonly ceiling?: string;
  readonly cost?: string;
  readonly detail?: readonly DetailRow[];
  readonly badge?: { readonly severity: Severity; readonly count: number; readonly text: string };
  readonly hit?: string;
  readonly lenses?: LensMarks;
  readonly fate?: Fate;
  /** What it does beside the requests: "watches 3 nodes". */
  readonly aside?: string;
}

export interface EdgeAnnotation {
  readonly rate?: string;
  /** Thickness in pixels. */
  readonly width?: number;
  readonly dashed?: boolean;
  readonly state?: string;
  readonly lenses?: LensMarks;
  readonly fate?: "stopped";
}

/** What cards and lines have to say besides, when they are asked; Python sends it after the numbers they show. */
export interface Details {
  readonly revision: number;
  readonly nodes: Readonly<Record<string, Pick<NodeAnnotation, "detail" | "lenses">>>;
  readonly edges: Readonly<Record<string, Pick<EdgeAnnotation, "lenses">>>;
}

export interface DetailsData extends Details {
  readonly kind: "details";
  readonly board: string;
}

/** A number that an edit may move; without a value it is beyond all bounds. */
export interface Figure {
  readonly text: string;
  readonly value?: number;
}

export interface PathStep {
  readonly edge: string;
  /** Nobody waits for it: it comes after the answer. */
  readonly later?: boolean;
  /** The cache whose miss leads here. */
  readonly miss?: string;
  readonly optional?: boolean;
  readonly times?: string;
  readonly time?: string;
}

/** The way of one request of a workload. */
export interface RequestPath {
  readonly id: string;
  readonly name: string;
  readonly answer?: string;
  readonly steps: readonly PathStep[];
}

export type Outcome = "holds" | "misses" | "lost" | "unknown";

/** What still holds while something is down. */
export interface Failing {
  readonly kind: FailedKind;
  readonly name: string;
  readonly title: string;
  readonly workloads: readonly {
    readonly name: string;
    readonly rate: string;
    readonly fate: Outcome;
    readonly note: string;
    readonly requirements: readonly { readonly title: string; readonly fate: Outcome; readonly text: string; readonly before: boolean }[];
  }[];
}

/** How far the design carries, in words; Python sends it after all else. */
export interface Ladder {
  readonly revision: number;
  readonly sentence: string;
  readonly rungs: readonly { readonly label: string; readonly rate: string; readonly state: "met" | "missed" | "unknown"; readonly text: string }[];
}

export interface LadderData extends Ladder {
  readonly kind: "ladder";
  readonly board: string;
}

export type FailedKind = "node" | "zone" | "region";

export interface Failed {
  readonly kind: FailedKind;
  readonly name: string;
}

/** How the board is looked at: no part of the document, no step of the history, not stored. */
export interface View {
  readonly lens: Lens;
  readonly failed: Failed | null;
  /** Multiple of the traffic. */
  readonly scale: number;
  /** The workload whose latency is shown; null: the slowest. */
  readonly workload: string | null;
  /** Whether it is asked how far the design carries. */
  readonly ladder: boolean;
}

/** A requirement as the strip above the board tells it, for a board that fills the window. */
export interface RequirementChip {
  readonly title: string;
  readonly value: string;
  readonly state: "met" | "missed" | "unknown";
}

export interface Annotations {
  readonly revision: number;
  readonly nodes: Readonly<Record<string, NodeAnnotation>>;
  readonly edges: Readonly<Record<string, EdgeAnnotation>>;
  /** The multiple of the traffic that all of it is about; none is 1. */
  readonly scale?: number;
  readonly whole?: { readonly p99: Figure | null; readonly cost: Figure; readonly met: number; readonly of: number };
  readonly legends?: Readonly<Partial<Record<Lens, string>>>;
  readonly paths?: readonly RequestPath[];
  readonly failing?: Failing;
  readonly requirements?: readonly RequirementChip[];
  /** Whether the page works out how far the design carries when that is asked. */
  readonly climbs?: boolean;
}
