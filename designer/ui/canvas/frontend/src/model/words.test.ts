import { describe, expect, it } from "vitest";
import { strings } from "../strings";
import { CATALOG, entryOf, small } from "./fixtures";
import { keyCaps, chordText, matches } from "./keys";
import { cardLabel, describeConnection, describeNode, loadText, machinesOf, nodeLabel, topologyOf } from "./labels";
import { grouped, search } from "./search";
import type { DesignNode } from "./types";

const node = (patch: Partial<DesignNode> = {}): DesignNode => ({ ...small().nodes[2]!, ...patch });
const cache = CATALOG.get("cache");

describe("labels", () => {
  it("prefer the given name, then the component's, then an id that says something", () => {
    expect(nodeLabel(node({ name: "Hot keys" }), cache)).toBe("Hot keys");
    expect(nodeLabel(node(), cache)).toBe("Cache");
    expect(nodeLabel(node({ id: "cache_2" }), cache)).toBe("Cache 2");
    expect(nodeLabel(node({ id: "sessions" }), cache)).toBe("sessions");
    expect(nodeLabel(node(), undefined)).toBe("cache");
  });

  it("lose brackets on a card, but not those of a given name", () => {
    const balancer = entryOf("cache", { name: "Load balancer (L7)" });
    expect(cardLabel(node(), balancer)).toBe("Load balancer");
    expect(cardLabel(node({ id: "cache_2" }), balancer)).toBe("Load balancer (L7) 2".replace(" (L7)", ""));
    expect(cardLabel(node({ name: "Mine (old)" }), balancer)).toBe("Mine (old)");
  });

  it("count machines", () => {
    const counts = node({ instances: 2, shards: 4, replicas: 1 });
    expect(machinesOf(counts, entryOf("store", { replication: "leader" }))).toBe(16);
    expect(machinesOf(counts, undefined)).toBe(16);
    expect(machinesOf(node({ instances: 6, replicas: 2 }), entryOf("log", { replication: "quorum" }))).toBe(6);
    expect(topologyOf(node({ shards: 4, replicas: 1 }))).toEqual(["4 shards", "1 replica"]);
  });

  it("tell the load", () => {
    expect(loadText({ state: "ok", load: 0.684 })).toBe("68 %");
    expect(loadText({ state: "ok", load: 0.004 })).toBe("<1 %");
    expect(loadText({ state: "over", load: null })).toBe(strings.card.unbounded);
    expect(loadText({ state: "ok", load: null })).toBe(strings.card.unlimited);
    expect(loadText({ state: "idle" })).toBe("");
    expect(loadText(undefined)).toBe("");
  });

  it("read well aloud", () => {
    const text = describeNode(node({ instances: 2 }), cache, { state: "ok", load: 0.68, badge: { severity: "warning", count: 1, text: "Alone." } });
    expect(text).toBe("Cache, 2 instances, load 68 % of its ceiling, fine, 1 finding: Alone.");
    expect(describeConnection(small().connections[1]!, (id) => id, "3k/s")).toBe("Connection from app to cache, 3k/s");
    const unwaited = { ...small().connections[1]!, mode: "async" } as const;
    expect(describeConnection(unwaited, (id) => id, undefined)).toBe("Connection from app to cache, not waited for");
  });
});

describe("search", () => {
  const entries = [...CATALOG.values()];

  it("finds by name, product and group", () => {
    expect(search(entries, "redis").map((entry) => entry.id)).toEqual(["cache"]);
    expect(search(entries, "sto")[0]?.id).toBe("store");
    expect(search(entries, "data").map((entry) => entry.id)).toEqual(["cache", "store"]);
    expect(search(entries, "sql store")).toHaveLength(1);
    expect(search(entries, "zebra")).toEqual([]);
    expect(search(entries, "  ")).toBe(entries);
    expect(search(entries, "(*")).toBe(entries);
  });

  it("keeps groups in order", () => {
    expect([...grouped(entries).keys()]).toEqual(["clients", "compute", "data"]);
  });
});

describe("keys", () => {
  const press = { key: "+", ctrlKey: false, metaKey: false, shiftKey: true, altKey: false };

  it("may be symbols that need shift", () => {
    expect(matches(press, "+")).toBe(true);
    expect(matches({ ...press, key: "A" }, "A")).toBe(false);
    expect(matches({ ...press, ctrlKey: true }, "Mod++")).toBe(true);
  });

  it("are written as on the caps", () => {
    expect(keyCaps("Mod+Shift+Z", false)).toEqual(["Ctrl", "Shift", "Z"]);
    expect(chordText("Mod+Z", true)).toBe("⌘Z");
    expect(keyCaps("+", false)).toEqual(["+"]);
  });
});
