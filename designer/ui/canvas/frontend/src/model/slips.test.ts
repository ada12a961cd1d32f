import { describe, expect, it } from "vitest";
import { Board } from "./board";
import { findItems } from "./commandlist";
import { boardData, entryOf } from "./fixtures";
import { offers } from "./followers";
import { search } from "./search";
import { isMeant } from "./slips";

const ENTRIES = [
  entryOf("app", { name: "App server", behavior: "service" }),
  entryOf("browser", { name: "Browser cache", behavior: "cache", place: "client" }),
  entryOf("cache", { name: "Cache", keywords: ["Redis"], behavior: "cache" }),
  entryOf("balancer", { name: "Load balancer (L7)", behavior: "router" }),
  entryOf("log", { name: "Event log", keywords: ["Kafka"], behavior: "queue" }),
  entryOf("queue", { name: "Message queue", keywords: ["RabbitMQ"], behavior: "queue" }),
  entryOf("store", { name: "SQL database", keywords: ["PostgreSQL"], behavior: "store", summary: "Keeps rows." }),
];
const found = (query: string): string[] => search(ENTRIES, query).map(({ id }) => id);

describe("a slip", () => {
  it.each([
    ["chache", "cache"], ["cahce", "cache"], ["cche", "cache"], ["cacche", "cache"], ["cavhe", "cache"], ["xache", "cache"],
    ["cachee", "cache"], ["lod", "load"], ["qeue", "queue"], ["kafak", "kafka"], ["balencr", "balencer"], ["balx", "balancer"], ["dtab", "database"],
  ])("in %s leaves %s", (typed, word) => {
    expect(isMeant(typed, word)).toBe(true);
  });

  it.each([
    ["chahce", "cache"], ["lad", "log"], ["sqk", "sql"], ["lox", "load"], ["lo", "load"], ["kaafak", "kafka"], ["zebra", "database"],
  ])("is not what makes %s of %s", (typed, word) => {
    expect(isMeant(typed, word)).toBe(false);
  });
});

describe("components", () => {
  it("are found but for one slip in each word, by name and by product", () => {
    expect(found("chache")).toEqual(["browser", "cache"]);
    expect(found("lod balancer")).toEqual(["balancer"]);
    expect(found("load blancer")).toEqual(["balancer"]);
    expect(found("qeue")).toEqual(["queue"]);
    expect(found("kafak")).toEqual(["log"]);
    expect(found("rediss")).toEqual(["cache"]);
    expect(found("postgers")).toEqual(["store"]);
  });

  it("are found as they are typed where any is called so, and no others then", () => {
    expect(found("cache")).toEqual(["cache", "browser"]);
    expect(found("quer")).toEqual(["queue"]);
    expect(found("keeps")).toEqual(["store"]);
    expect(found("zebra")).toEqual([]);
    expect(found("xyz")).toEqual([]);
  });

  it("are offered only where they may stand, whatever was meant", () => {
    const [app, , , , , , store] = ENTRIES;
    const gap = (caller: typeof app) => ({ callers: caller === undefined ? [] : [caller], callees: [], present: new Set<string>() });
    expect(offers(ENTRIES, gap(app), [], "kafak").map(({ id }) => id)).toEqual(["log"]);
    expect(offers(ENTRIES, gap(store), [], "chache")).toEqual([]);
  });
});

describe("commands", () => {
  const board = new Board("slips");
  board.setCatalog(new Map(ENTRIES.map((entry) => [entry.id, entry])));
  board.receive(boardData());
  const items = (query: string): string[] => findItems(board, query).map(({ id }) => id);

  it("are found but for a slip where nothing answers as it was typed", () => {
    expect(items("chache")).toEqual(expect.arrayContaining(["add cache", "add browser"]));
    expect(items("add kafak")).toEqual(["add log"]);
    expect(items("cache")[0]).toBe("add cache");
    expect(items("qqqq")).toEqual([]);
  });
});
