import { beforeEach, describe, expect, it, vi } from "vitest";
import { actionOf, isEnabled } from "./actions";
import { addConnected, askForAddition, endArrow, offersAt } from "./additions";
import { Board } from "./board";
import { findItems } from "./commandlist";
import { connectNodes, reconnectNodes, reverseConnection } from "./commands";
import { connectionId, readDocument, writeDocument } from "./document";
import { updateConnection } from "./edits";
import { boardData, CATALOG, entryOf, small } from "./fixtures";
import { scoreOf } from "./fuzzy";
import { leadThrough, meaningful, reconnect } from "./links";
import { NEUTRAL_PATIENCE } from "./policies";
import { refuseLink } from "./refusals";
import { search } from "./search";
import { NOTHING } from "./selection";
import type { Catalog, CatalogEntry, Connection } from "./types";

const extra: readonly CatalogEntry[] = [
  entryOf("balancer", { name: "Load balancer (L7)", behavior: "router", traits: ["balances", "entry"] }),
  entryOf("edge", { name: "CDN", behavior: "cache", place: "edge", traits: ["entry"] }),
  entryOf("browser", { name: "Browser cache", behavior: "cache", place: "client" }),
  entryOf("queue", { name: "Message queue", behavior: "queue" }),
  entryOf("watch", { name: "Monitoring", behavior: "observer", traits: ["observes"] }),
  entryOf("cron", { name: "Scheduler", behavior: "observer" }),
  entryOf("photos", { name: "Photo store", behavior: "store", keeps: ["blobs"] }),
];
const ALL: Catalog = new Map([...CATALOG, ...extra.map((entry): [string, CatalogEntry] => [entry.id, entry])]);

let board: Board;

beforeEach(() => {
  vi.useFakeTimers();
  board = new Board("b");
  board.setCatalog(ALL);
  board.receive(boardData({ document: writeDocument(small()) }));
  return () => vi.useRealTimers();
});

const entry = (id: string): CatalogEntry => ALL.get(id) ?? entryOf(id);
const ids = (): string[] => board.state.design.nodes.map((node) => node.id);
const lines = (): string[] => board.state.design.connections.map(({ from, to }) => connectionId(from, to));
const offered = (node: string, query = "", kind: "after" | "before" = "after"): string[] =>
  offersAt(board, { kind, node, point: null }, query).map(({ id }) => id);
const told = (): string => board.state.toast?.text ?? "";

describe("what may call what", () => {
  it("is refused where the engine lets nothing pass, with a reason", () => {
    expect(refuseLink(entry("store"), entry("app"))).toBe("from_store");
    expect(refuseLink(entry("store"), entry("cache"))).toBe("from_store");
    expect(refuseLink(entry("watch"), entry("app"))).toBe("from_watcher");
    expect(refuseLink(entry("app"), entry("cron"))).toBe("into_starter");
    expect(refuseLink(entry("app"), entry("users"))).toBe("into_client");
  });

  it("is allowed for what leaves a store, watches it, or starts a job", () => {
    for (const target of ["queue", "watch"]) expect(refuseLink(entry("store"), entry(target))).toBeNull();
    expect(refuseLink(entry("cron"), entry("app"))).toBeNull();
    expect(refuseLink(entry("cache"), entry("store"))).toBeNull();
    expect(refuseLink(undefined, entry("app"))).toBeNull();
  });

  it("is told on every way to draw it", () => {
    connectNodes(board, "store", "cache");
    expect(told()).toMatch(/A store calls nobody/);
    board.toast("");
    reverseConnection(board, "app", "store");
    expect(told()).toMatch(/A store calls nobody/);
    board.toast("");
    reconnectNodes(board, "app>cache", "from", "store");
    expect(told()).toMatch(/A store calls nobody/);
    expect(lines()).toEqual(["users>app", "app>cache", "app>store"]);
  });
});

describe("quick add", () => {
  it("offers what may be called, the most usual first", () => {
    expect(offered("users")[0]).toBe("balancer");
    expect(offered("users")).not.toContain("users");
    expect(offered("users")).not.toContain("cron");
    expect(offered("queue_missing")).toHaveLength(ALL.size);
    board.edit({ ...board.state.design, connections: [] });
    expect(offered("app").slice(0, 2)).toEqual(["cache", "store"]);
    expect(offered("store")).toEqual(["queue", "watch"]);
    expect(offered("cache", "", "before")[0]).toBe("app");
    expect(offered("users", "", "before")).toEqual([]);
  });

  it("puts what is there already, and what lies further out, behind", () => {
    const after = offered("app");
    expect(after.indexOf("store")).toBeGreaterThan(after.indexOf("photos"));
    expect(after.indexOf("browser")).toBeGreaterThan(after.indexOf("queue"));
  });

  it("prefers what can keep the data of the question", () => {
    board.edit({ ...board.state.design, connections: [] });
    board.receive(boardData({ datasets: [{ id: "p", name: "Photos", kind: "blobs" }] }));
    const after = offered("app");
    expect(after.indexOf("photos")).toBeLessThan(after.indexOf("store"));
  });

  it("answers to names, products and abbreviations", () => {
    expect(offered("app", "cac")[0]).toBe("cache");
    expect(offered("app", "lb")).toEqual(["balancer"]);
    expect(offered("app", "pg")).toEqual(["store"]);
    expect(offered("app", "mq")).toEqual(["queue"]);
    expect(offered("store", "app")).toEqual([]);
    expect(search([...ALL.values()], "constructor")).toEqual([]);
  });

  it("places, connects and selects in one step, so that the next goes on", () => {
    board.select({ ...NOTHING, nodes: ["app"] });
    actionOf("quick-add").run(board);
    expect(board.state.asking).toEqual({ kind: "after", node: "app", point: null });
    addConnected(board, { kind: "after", node: "app", point: null }, "queue");
    expect(lines()).toContain("app>queue");
    expect(board.state.selection.nodes).toEqual(["queue"]);
    addConnected(board, { kind: "before", node: "app", point: null }, "balancer");
    expect(lines()).toContain("balancer>app");
    board.undo();
    board.undo();
    expect(board.state.design).toEqual(small());
  });

  it("stands where the arrow was let go, or beside its node, on nothing else", () => {
    endArrow(board, "app", null, { x: 305, y: 430 });
    expect(board.state.asking).toEqual({ kind: "after", node: "app", point: { x: 305, y: 430 } });
    addConnected(board, { kind: "after", node: "app", point: { x: 305, y: 430 } }, "queue");
    expect(board.state.design.nodes.at(-1)?.position).toEqual({ x: 230, y: 400 });
    endArrow(board, "cache", "store", { x: 0, y: 0 });
    expect(lines()).toContain("cache>store");
  });

  it("is there for one card or one connection only", () => {
    const can = (id: string): boolean => isEnabled(actionOf(id), board);
    expect(can("quick-add")).toBe(false);
    board.select({ ...NOTHING, connections: ["app>store"] });
    expect([can("quick-add"), can("quick-add-before")]).toEqual([true, false]);
    board.select({ ...NOTHING, nodes: ["app", "cache"] });
    expect(can("quick-add")).toBe(false);
    board.select({ ...NOTHING, notes: ["note"] });
    expect(can("quick-add")).toBe(false);
    board.select({ ...NOTHING, connections: ["app>store"] });
    askForAddition(board, "after");
    expect(board.state.asking).toEqual({ kind: "between", connection: "app>store" });
    actionOf("escape").run(board);
    expect(board.state.asking).toBeNull();
  });

  it("stops at 500 nodes", () => {
    const nodes = Array.from({ length: 500 }, (_, index) => ({ id: `n${index}`, component: "app", position: { x: 0, y: 0 } }));
    board.receive(boardData({ epoch: 2, document: { nodes } }));
    addConnected(board, { kind: "after", node: "n1", point: null }, "cache");
    expect(ids()).toHaveLength(500);
    expect(told()).toMatch(/500/);
  });
});

const busy: Partial<Connection> = { carries: "read", calls: 3, mode: "async", timeout: 1, retries: 2, backoff: 0.1, on_miss: true, fallback: true, label: "hot" };

describe("a connection led elsewhere", () => {
  it("keeps its settings on the half that goes on when a component goes in between", () => {
    board.edit(updateConnection(board.state.design, "app>store", busy));
    addConnected(board, { kind: "between", connection: "app>store" }, "app");
    const [left, right] = board.state.design.connections.slice(2);
    expect(right).toMatchObject({ from: "app_2", to: "store", carries: "read", calls: 3, mode: "async", retries: 2, fallback: true, label: "hot" });
    expect(left).toMatchObject({ from: "app", to: "app_2", carries: "all", calls: null, mode: "sync", retries: 0, on_miss: true });
    board.undo();
    expect(lines()).toEqual(["users>app", "app>cache", "app>store"]);
  });

  it("leaves with its source what means nothing out of another", () => {
    const design = readDocument({
      nodes: ["balancer", "app", "queue"].map((id) => ({ id, component: id })),
      connections: [{ from: "balancer", to: "app", share: 0.3, retries: 2, timeout: 1 }],
    });
    const withQueue = leadThrough(design, ALL, "balancer>app", "queue");
    expect(withQueue.connections[0]).toMatchObject({ to: "queue", share: 0.3, retries: 2, timeout: null });
    expect(withQueue.connections[1]).toMatchObject({ from: "queue", share: null, retries: 0, timeout: 1 });
  });

  it("takes its settings to another target, and those that mean something to another source", () => {
    const design = updateConnection(small(), "app>store", busy);
    expect(reconnect(design, ALL, "app>store", "to", "users").connections[2]).toMatchObject({ to: "users", ...busy });
    expect(reconnect(design, ALL, "app>store", "from", "cache").connections[2]).toMatchObject({ from: "cache", calls: 3, fallback: false, on_miss: true });
    expect(reconnect(design, ALL, "app>store", "to", "store")).toBe(design);
    expect(reconnect(design, ALL, "no>where", "to", "store")).toBe(design);
  });

  it("gives up a share that would make its new source send on more than it gets", () => {
    const nodes = ["balancer", "app", "cache"].map((id) => ({ id, component: id }));
    const second = { id: "balancer_2", component: "balancer" };
    const connections = [{ from: "balancer", to: "app", share: 0.7 }, { from: "balancer_2", to: "cache", share: 0.6 }];
    const design = readDocument({ nodes: [...nodes, second], connections });
    expect(reconnect(design, ALL, "balancer_2>cache", "from", "balancer").connections[1]?.share).toBeNull();
    const fits = updateConnection(design, "balancer_2>cache", { share: 0.3 });
    expect(reconnect(fits, ALL, "balancer_2>cache", "from", "balancer").connections[1]?.share).toBe(0.3);
  });

  it("means out of each behaviour what Python lets it", () => {
    const line: Connection = { from: "a", to: "b", share: 0.5, ...NEUTRAL_PATIENCE, ...busy, carries: "failed", calls: null, label: null };
    expect(meaningful(line, "queue")).toMatchObject({ carries: "failed", retries: 0, backoff: null, on_miss: null, fallback: false, share: null });
    expect(meaningful(line, "router")).toMatchObject({ carries: "all", share: 0.5, on_miss: null, retries: 2 });
    expect(meaningful(line, "service")).toMatchObject({ on_miss: true, fallback: true });
    expect(meaningful(line, undefined)).toBe(line);
  });

  it("is one step with what it selects", () => {
    reconnectNodes(board, "app>store", "from", "cache");
    expect(lines()).toEqual(["users>app", "app>cache", "cache>store"]);
    expect(board.state.selection.connections).toEqual(["cache>store"]);
    board.undo();
    expect(board.state.design).toEqual(small());
  });
});

describe("the list of commands", () => {
  const found = (query: string): string[] => findItems(board, query).map(({ id }) => id);

  it("finds actions, components and nodes by some of their letters", () => {
    expect(found("undo")[0]).toBe("undo");
    board.select({ ...NOTHING, nodes: ["app", "cache"] });
    expect(found("al left")[0]).toBe("align-left");
    expect(found("add cdn")[0]).toBe("add edge");
    expect(found("go to sql")[0]).toBe("go store");
    expect(found("qqqq")).toEqual([]);
    expect(found("")).toContain("fit");
  });

  it("says of what can do nothing why", () => {
    const refusal = (id: string): string | null | undefined => findItems(board, "").find((item) => item.id === id)?.refusal;
    expect(refusal("undo")).toMatch(/Nothing to undo/);
    expect(refusal("align-left")).toMatch(/two or more/);
    expect(refusal("connect")).toMatch(/two cards/);
    expect(refusal("fit")).toBeNull();
    board.receive(boardData({ readonly: true }));
    expect(refusal("note")).toMatch(/read only/);
    expect(findItems(board, "add cdn")[0]?.refusal).toMatch(/read only/);
  });

  it("does what is chosen", () => {
    findItems(board, "go to sql")[0]?.run(board);
    expect(board.state.selection.nodes).toEqual(["store"]);
    findItems(board, "add cdn")[0]?.run(board);
    expect(ids()).toContain("edge");
    findItems(board, "delete")[0]?.run(board);
    expect(ids()).not.toContain("edge");
  });

  it("prefers beginnings of words, and letters in a row, to letters anywhere", () => {
    expect(scoreOf("Reverse proxy", "rp")).toBeGreaterThan(scoreOf("Worker pool x", "rp"));
    expect(scoreOf("Align left", "al")).toBeGreaterThan(scoreOf("Animal", "al"));
    expect(scoreOf("Cache", "cache")).toBeGreaterThan(scoreOf("Browser cache", "cache"));
    expect(scoreOf("Cache", "caches")).toBe(0);
  });
});
