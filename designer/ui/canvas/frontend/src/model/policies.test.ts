import { describe, expect, it } from "vitest";
import { entryOf } from "./fixtures";
import { foldedPolicies, meansSomething, NEUTRAL_PATIENCE, withoutContradiction, withoutIdlePatience } from "./policies";

describe("settings", () => {
  it("are offered where they mean something", () => {
    const cache = entryOf("cache", { behavior: "cache", knobs: ["instances", "replicas"], replication: "leader" });
    expect(foldedPolicies(cache)).toEqual(["writes", "eviction", "ttl", "acks", "hashing", "limit"]);
    const sql = entryOf("sql", { behavior: "store", knobs: ["shards", "replicas"], replication: "leader" });
    expect(foldedPolicies(sql)).toEqual(["acks", "leaders", "partitioning", "hashing", "index", "limit", "backup_every"]);
    const wide = entryOf("wide", { behavior: "store", knobs: ["instances", "replicas"], replication: "quorum" });
    expect(foldedPolicies(wide)).toEqual(["read_quorum", "write_quorum", "hashing", "limit", "backup_every"]);
    expect(foldedPolicies(entryOf("queue", { behavior: "queue" }))).toEqual(["delivery", "deliveries", "ordered", "limit"]);
    expect(foldedPolicies(entryOf("app", { behavior: "service" }))).toEqual(["sessions", "limit", "deadline"]);
    expect(foldedPolicies(entryOf("users", { behavior: "client" }))).toEqual(["deadline"]);
    expect(foldedPolicies(entryOf("watch", { behavior: "observer" }))).toEqual([]);
    expect(meansSomething("hashing", entryOf("cdn", { behavior: "cache", knobs: [] }))).toBe(false);
  });

  it("take back what they make meaningless", () => {
    expect(withoutContradiction({ partitioning: "range" })).toEqual({ partitioning: "range", hashing: "consistent" });
    expect(withoutContradiction({ partitioning: "hash" })).toEqual({ partitioning: "hash" });
    expect(withoutContradiction({ delivery: "at_most_once" })).toEqual({ delivery: "at_most_once", deliveries: null });
    expect(withoutContradiction({ ttl: 5 })).toEqual({ ttl: 5 });
  });

  it("of a caller keep neither budget nor wait without retries, and no second call after the first is given up", () => {
    const patience = { ...NEUTRAL_PATIENCE, retries: 2, retry_budget: 0.1, backoff: 0.05, timeout: 1, hedge_after: 0.5 };
    expect(withoutIdlePatience(patience, { retries: 0 })).toEqual({ retries: 0, retry_budget: null, backoff: null, hedge_after: 0.5 });
    expect(withoutIdlePatience(patience, { timeout: 0.2 })).toEqual({ timeout: 0.2, hedge_after: null });
    expect(withoutIdlePatience(patience, { timeout: null })).toEqual({ timeout: null, hedge_after: 0.5 });
  });
});
