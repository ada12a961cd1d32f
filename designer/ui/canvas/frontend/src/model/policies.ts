/** Settings beyond size and place: their neutral values, how they are read, and what they mean something for. */

import type { Behavior, CatalogEntry, Patience, Policies } from "./types";

export const NEUTRAL_POLICIES: Policies = {
  routing: null,
  read_from: "any",
  calls: "sequence",
  sessions: "shared",
  writes: "invalidate",
  eviction: "lru",
  ttl: null,
  acks: "leader",
  leaders: "single",
  read_quorum: null,
  write_quorum: null,
  partitioning: "hash",
  hashing: "consistent",
  index: "local",
  delivery: "at_least_once",
  deliveries: null,
  ordered: false,
  limit: null,
  deadline: null,
  backup_every: null,
};

export const NEUTRAL_PATIENCE: Patience = {
  mode: "sync",
  on_miss: null,
  timeout: null,
  retries: 0,
  retry_budget: null,
  backoff: null,
  hedge_after: null,
  fallback: false,
};

type Words<T> = { readonly [K in keyof T as string extends T[K] ? never : T[K] extends string | null ? K : never]: readonly NonNullable<T[K]>[] };

const POLICY_WORDS: Words<Policies> = {
  routing: ["random", "round_robin", "least_connections", "hash"],
  read_from: ["leader", "replicas", "any"],
  calls: ["sequence", "parallel"],
  sessions: ["shared", "local"],
  writes: ["invalidate", "around", "through", "back"],
  eviction: ["lru", "lfu"],
  acks: ["leader", "one", "all"],
  leaders: ["single", "multi"],
  partitioning: ["hash", "range", "directory"],
  hashing: ["consistent", "modulo"],
  index: ["local", "global"],
  delivery: ["at_least_once", "at_most_once"],
};

const PATIENCE_WORDS: Words<Patience> = { mode: ["sync", "async"] };

const TRUTHS: readonly string[] = ["ordered", "on_miss", "fallback"];

/** Those of the settings that the raw data holds and that can be used; the neutral value for all others. */
function read<T extends object>(raw: Readonly<Record<string, unknown>>, neutral: T, words: Readonly<Record<string, readonly string[]>>): T {
  const fits = (key: string, value: unknown): boolean => {
    const allowed = words[key];
    if (allowed !== undefined) return typeof value === "string" && allowed.includes(value);
    return TRUTHS.includes(key) ? typeof value === "boolean" : typeof value === "number" && Number.isFinite(value);
  };
  return Object.fromEntries(
    Object.entries(neutral).map(([key, otherwise]) => [key, fits(key, raw[key]) ? raw[key] : (otherwise as unknown)]),
  ) as T;
}

export const readPolicies = (raw: Readonly<Record<string, unknown>>): Policies => read(raw, NEUTRAL_POLICIES, POLICY_WORDS);

export const readPatience = (raw: Readonly<Record<string, unknown>>): Patience => read(raw, NEUTRAL_PATIENCE, PATIENCE_WORDS);

const behaves =
  (...behaviors: readonly Behavior[]) =>
  ({ behavior }: CatalogEntry): boolean =>
    behaviors.includes(behavior);

const isCache = behaves("cache");
const isStore = behaves("store");
const isQueue = behaves("queue");
const hasShards = ({ knobs }: CatalogEntry): boolean => knobs.includes("shards");
const hasLeader = ({ replication }: CatalogEntry): boolean => replication === "leader";
const keepsQuorum = (entry: CatalogEntry): boolean => isStore(entry) && entry.replication === "quorum";

/** The same as Python judges by (design/settings.py): what means nothing for a component is not offered. */
const MEANINGS: Readonly<Record<keyof Policies, (entry: CatalogEntry) => boolean>> = {
  routing: behaves("router"),
  read_from: ({ knobs }) => knobs.includes("replicas"),
  calls: behaves("service"),
  sessions: behaves("service"),
  writes: isCache,
  eviction: isCache,
  ttl: isCache,
  acks: hasLeader,
  leaders: (entry) => isStore(entry) && hasLeader(entry),
  read_quorum: keepsQuorum,
  write_quorum: keepsQuorum,
  partitioning: hasShards,
  hashing: (entry) =>
    isCache(entry) ? entry.knobs.includes("instances") || hasShards(entry) : isStore(entry) && (hasShards(entry) || keepsQuorum(entry)),
  index: hasShards,
  delivery: isQueue,
  deliveries: isQueue,
  ordered: isQueue,
  limit: (entry) => entry.behavior !== "client" && entry.behavior !== "observer",
  deadline: behaves("client", "service"),
  backup_every: isStore,
};

export const meansSomething = (setting: keyof Policies, entry: CatalogEntry): boolean => MEANINGS[setting](entry);

/** Settings that are shown at once; the others are folded away until somebody looks for them. */
const PLAIN: readonly (keyof Policies)[] = ["routing", "calls", "read_from"];

export const foldedPolicies = (entry: CatalogEntry): readonly (keyof Policies)[] =>
  (Object.keys(MEANINGS) as (keyof Policies)[]).filter((setting) => !PLAIN.includes(setting) && meansSomething(setting, entry));

/** The change with what it makes meaningless taken back: no hash but by hash, no second hand-out of what is handed out once. */
export function withoutContradiction(patch: Partial<Policies>): Partial<Policies> {
  if (patch.partitioning !== undefined && patch.partitioning !== "hash") return { ...patch, hashing: "consistent" };
  return patch.delivery === "at_most_once" ? { ...patch, deliveries: null } : patch;
}

/** As for policies: a budget or a wait without retries, or a second call after the first was given up, means nothing. */
export function withoutIdlePatience(patience: Patience, patch: Partial<Patience>): Partial<Patience> {
  const next = { ...patience, ...patch };
  const idle = next.retries > 0 ? {} : { retry_budget: null, backoff: null };
  const late = next.timeout !== null && next.hedge_after !== null && next.hedge_after >= next.timeout;
  return { ...patch, ...idle, hedge_after: late ? null : next.hedge_after };
}
