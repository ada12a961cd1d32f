import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { actionFor, actionOf } from "./actions";
import { boardOf, type Board } from "./board";
import { effectsOf } from "./effects";
import { fail, failSelected } from "./failing";
import { boardData, CATALOG, small } from "./fixtures";
import { legendOf, lensOf, lineMarkOf, lineText, markOf, shareText } from "./lenses";
import { advance, follow, followNext, isRunning, stepWords, stretchOf } from "./paths";
import { NOTHING } from "./selection";
import type { Annotations, RequestPath } from "./annotations";
import type { BoardMessage, DesignNode } from "./types";
import { HALF, LENSES, PLAIN, asks, stepOf, scaleAt, still } from "./views";
import { setCount } from "./edits";

const PATHS: readonly RequestPath[] = [
  { id: "read", name: "Read", answer: "80 ms", steps: [{ edge: "users>app", time: "50 ms" }, { edge: "app>cache", optional: true }, { edge: "app>store", miss: "cache" }] },
  { id: "write", name: "Write", steps: [{ edge: "users>app" }, { edge: "app>gone" }, { edge: "app>store", later: true, times: "3" }] },
];

const annotations = (patch: Partial<Annotations> = {}): Annotations => ({ revision: 0, nodes: {}, edges: {}, paths: PATHS, ...patch });

const WHOLE = { p99: { text: "400 ms", value: 0.4 }, cost: { text: "$1k/month", value: 1000 }, met: 5, of: 8 };

let board: Board;
let sent: BoardMessage[];
let count = 0;

beforeEach(() => {
  count += 1;
  const id = `meaning ${count}`;
  board = boardOf(id);
  sent = [];
  board.setCatalog(CATALOG);
  board.receive(boardData({ board: id, document: small(), annotations: annotations() }));
  board.attach((message) => sent.push(message));
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const lastSent = (): BoardMessage | undefined => {
  vi.advanceTimersByTime(100);
  return sent.at(-1);
};

const press = (key: string): string | undefined => actionFor({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false })?.id;

describe("traffic on the slider", () => {
  it("goes from a tenth to a hundred times, and once in the middle", () => {
    expect([scaleAt(-HALF), scaleAt(0), scaleAt(HALF / 2), scaleAt(HALF)]).toEqual([0.1, 1, 10, 100]);
  });

  it("grows with every step, and every step is found again", () => {
    const positions = Array.from({ length: 2 * HALF + 1 }, (_, index) => index - HALF);
    const scales = positions.map(scaleAt);
    expect(scales).toEqual([...scales].sort((one, other) => one - other));
    expect(scales.map(stepOf)).toEqual(positions);
  });
});

describe("a way of looking", () => {
  it("is sent without an edit, and undo has nothing to take back", () => {
    board.look({ scale: 3 });
    expect(lastSent()).toMatchObject({ revision: 0, view: { scale: 3 } });
    expect(actionOf("undo").enabled(board)).toBe(false);
  });

  it("is told nobody where the browser knows all", () => {
    for (const lens of LENSES) board.look({ lens });
    expect(lastSent()).toBeUndefined();
    expect(asks(PLAIN, { ...PLAIN, ladder: true })).toBe(true);
    expect(asks({ ...PLAIN, ladder: true }, PLAIN)).toBe(false);
  });

  it("is told again to a page that comes back", () => {
    board.look({ scale: 3 });
    board.attach((message) => sent.push(message));
    sent = [];
    board.resend(0);
    expect(lastSent()?.view.scale).toBe(3);
  });

  it("ends when what is down is deleted", () => {
    fail(board, { kind: "node", name: "cache" });
    board.select({ ...NOTHING, nodes: ["cache"] });
    actionOf("delete").run(board);
    expect(board.state.view.failed).toBeNull();
    const zoned = { ...small(), zones: [{ id: "a", name: null, region: "eu", frame: null }] };
    const down = { ...PLAIN, failed: { kind: "region", name: "eu" } as const };
    expect(still(down, zoned)).toBe(down);
    expect(still(down, small()).failed).toBeNull();
  });
});

describe("keys", () => {
  it("are 1 to 5 for lenses, X, R and T", () => {
    expect(["1", "2", "3", "4", "5"].map(press)).toEqual(LENSES.map((lens) => `lens-${lens}`));
    expect(["x", "r"].map(press)).toEqual(["fail", "path"]);
  });

  it("fail the chosen zone", () => {
    board.chooseZone("a");
    failSelected(board);
    expect(board.state.view.failed).toEqual({ kind: "zone", name: "a" });
    failSelected(board);
    expect(board.state.view.failed).toBeNull();
  });

  it("fail what is selected, and Esc brings it back before it lets go of the selection", () => {
    board.select({ ...NOTHING, nodes: ["cache"] });
    failSelected(board);
    expect(board.state.view.failed).toEqual({ kind: "node", name: "cache" });
    actionOf("escape").run(board);
    expect(board.state.view.failed).toBeNull();
    expect(board.state.panel).toBeNull();
    expect(board.state.selection.nodes).toEqual(["cache"]);
    failSelected(board);
    failSelected(board);
    expect(board.state.view.failed).toBeNull();
  });

  it("ask what should be down where nothing is selected", () => {
    failSelected(board);
    expect(board.state.panel).toBe("failing");
    expect(board.state.view.failed).toBeNull();
  });

  it("open the traffic and ask how far the design carries", () => {
    actionOf("traffic").run(board);
    expect(lastSent()?.view.ladder).toBe(true);
    expect(actionOf("traffic-reset").enabled(board)).toBe(false);
  });
});

describe("one request", () => {
  it("goes through the workloads, and after the last one ends", () => {
    const seen = [0, 1, 2].map(() => {
      followNext(board);
      return board.state.path;
    });
    expect(seen).toEqual(["read", "write", null]);
  });

  it("has its numbers on the lines", () => {
    follow(board, "read");
    expect(stretchOf(board.state, "app>store")).toEqual({ numbers: "3", kind: "miss" });
    expect(stretchOf(board.state, "users>app")).toEqual({ numbers: "1", kind: "sync" });
    follow(board, "write");
    expect(stretchOf(board.state, "app>store")?.kind).toBe("later");
    expect(stretchOf(board.state, "app>cache")).toBeNull();
  });

  it("runs along what is drawn and begins anew", () => {
    follow(board, "write");
    expect(isRunning(board.state, "users>app")).toBe(true);
    advance(board);
    expect(isRunning(board.state, "app>store")).toBe(true);
    advance(board);
    expect(isRunning(board.state, "users>app")).toBe(true);
  });

  it("is told in words", () => {
    const [read, write] = PATHS;
    const label = (id: string): string => id.toUpperCase();
    expect(read?.steps.map((step) => stepWords(step, label))).toEqual([
      "USERS calls APP, waits 50 ms",
      "APP calls CACHE, goes on without it when it fails",
      "APP calls STORE, only when CACHE has no copy",
    ]);
    expect(write?.steps.map((step) => stepWords(step, label)).at(-1)).toBe("APP hands on to STORE, nobody waits, 3 times");
  });
});

describe("lenses", () => {
  const node = (id: string, patch: Partial<DesignNode> = {}): DesignNode => {
    const found = small().nodes.find((item) => item.id === id);
    if (found === undefined) throw new Error(id);
    return { ...found, ...patch };
  };
  const app = CATALOG.get("app");
  const zoned = { ...small(), zones: [{ id: "a", name: "North", region: "eu", frame: null }, { id: "b", name: null, region: "us", frame: null }] };

  it("leave cards to themselves where it is about load", () => {
    expect(lensOf("load", node("app"), app, { text: "50 ms" }, small())).toBeNull();
  });

  it("take what came with the numbers, else what came after them", () => {
    const [early, late] = [{ text: "1 ms" }, { text: "2 ms" }];
    const board = boardOf("lenses");
    board.receive(boardData({ board: "lenses", annotations: { revision: 0, nodes: { app: { state: "ok" } }, edges: { "users>app": {} } } }));
    board.look({ lens: "latency" });
    expect(markOf(board.state, "app")).toBeUndefined();
    board.setDetails({ revision: 0, nodes: { app: { lenses: { latency: late } } }, edges: { "users>app": { lenses: { latency: late } } } });
    expect(markOf(board.state, "app")).toBe(late);
    expect(lineMarkOf(board.state, "users>app")).toBe(late);
    const nodes = { app: { state: "ok", lenses: { latency: early } } } as const;
    board.receive(boardData({ board: "lenses", annotations: { revision: 0, nodes, edges: {} } }));
    expect(markOf(board.state, "app")).toEqual(early);
    board.look({ lens: "load" });
    expect(markOf(board.state, "app")).toBeUndefined();
    board.look({ lens: "cost" });
    board.receive(boardData({ board: "lenses" }));
    expect(markOf(board.state, "app")).toBeUndefined();
  });

  it("show what Python says, and say where there is nothing", () => {
    const mark = { value: 0.62, text: "50 ms", title: "Most of it." };
    expect(lensOf("latency", node("app"), app, mark, small())).toEqual(mark);
    expect(lensOf("cost", node("app"), app, undefined, small())?.text).toBe("Free");
    expect(lensOf("cost", node("app"), app, undefined, small(), "failed")).toBeNull();
    expect([shareText(0.624), shareText(0.001), shareText(0)]).toEqual(["62 %", "<1 %", "0 %"]);
  });

  it("show zones by name, and by number for the colour", () => {
    expect(lensOf("zones", node("app", { zones: ["a", "b"] }), app, undefined, zoned)).toEqual({
      text: "North · b", zones: [0, 1], title: "Stands in North · b; region eu, us.",
    });
    expect(lensOf("zones", node("app"), app, undefined, zoned)?.text).toBe("North");
    expect(lensOf("zones", node("app"), app, undefined, small())?.text).toBe("One zone for all");
  });

  it("let lines say whether they leave a zone, and how patient their callers are", () => {
    const [, line] = small().connections;
    if (line === undefined) throw new Error("no line");
    const placed = (from: string[], to: string[]) => ({
      ...zoned,
      nodes: zoned.nodes.map((item) => ({ ...item, zones: item.id === line.from ? from : to })),
    });
    expect(lineText("zones", line, undefined, placed(["a"], ["a"]))).toBe("same zone");
    expect(lineText("zones", line, undefined, placed(["a"], ["b"]))).toBe("across regions");
    expect(lineText("zones", line, undefined, zoned)).toBeUndefined();
    expect(lineText("availability", { ...line, timeout: 0.2, retries: 1, fallback: true }, undefined, zoned)).toBe("gives up after 200 ms, 1 retry, can do without");
    expect(lineText("latency", line, { text: "1 ms" }, zoned)).toBe("1 ms");
  });

  it("have a legend each", () => {
    for (const lens of LENSES) expect(legendOf(lens, undefined)).not.toBe("");
    expect(legendOf("cost", { cost: "$5 in all." })).toBe("$5 in all.");
  });
});

describe("what an edit did", () => {
  const answer = (revision: number, patch: Partial<Annotations> = {}): void => {
    const data = boardData({ board: board.id, document: small(), acknowledged: revision });
    board.receive({ ...data, annotations: annotations({ revision, whole: WHOLE, ...patch }) });
  };

  it("is known once the newest edit is answered, against the numbers before the first", () => {
    answer(0, { nodes: { app: { state: "over", load: 1.4, cost: "$210/mo" } } });
    board.select({ ...NOTHING, nodes: ["app"] });
    board.edit(setCount(board.state.design, "app", "instances", 3));
    board.edit(setCount(board.state.design, "app", "instances", 4));
    answer(1, { nodes: { app: { state: "ok", load: 0.9, cost: "$315/mo" } } });
    expect(board.state.compared).toBeNull();
    answer(2, { nodes: { app: { state: "ok", load: 0.7, cost: "$420/mo" } }, whole: { ...WHOLE, p99: { text: "90 ms", value: 0.09 }, met: 7 } });
    const { compared } = board.state;
    if (compared === null) throw new Error("nothing compared");
    expect(effectsOf(compared, "app").map(({ before, after }) => `${before} > ${after}`)).toEqual([
      "140 % > 70 %", "$210/mo > $420/mo", "400 ms > 90 ms", "5 of 8 > 7 of 8",
    ]);
    expect(effectsOf(compared, undefined)).toHaveLength(2);
    board.select(NOTHING);
    expect(board.state.compared).toBeNull();
  });

  it("is nothing where nothing moved, or where two views are compared", () => {
    const plain = annotations({ whole: WHOLE });
    expect(effectsOf({ before: plain, after: plain }, "app")).toEqual([]);
    const scaled = annotations({ whole: { ...WHOLE, met: 1 }, scale: 3 });
    expect(effectsOf({ before: plain, after: scaled }, "app")).toEqual([]);
  });
});
