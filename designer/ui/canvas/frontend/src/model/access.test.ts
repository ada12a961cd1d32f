import { describe, expect, it } from "vitest";
import { strings } from "../strings";
import { ACTIONS } from "./actions";
import { Board } from "./board";
import { callsOf } from "./calls";
import { updateConnection } from "./edits";
import { CATALOG, small } from "./fixtures";
import type { Box } from "./geometry";
import { kindOf, offersOf } from "./menu";
import { outlineOf, rowsOf, sentenceOf } from "./outline";
import { aimAt, entryOf, isAimed, targetsOf, walk } from "./reach";
import { NOTHING } from "./selection";
import type { Annotations } from "./annotations";
import type { Design } from "./types";
import { firstOf, nextOn } from "./walk";

const NO_NUMBERS: Annotations = { revision: 0, nodes: {}, edges: {} };

function boardWith(design: Design): Board {
  const board = new Board("access");
  board.setCatalog(CATALOG);
  board.edit(design);
  return board;
}

describe("the outline", () => {
  const state = { design: small(), catalog: CATALOG, annotations: NO_NUMBERS };

  it("tells nodes, what they call and who calls them, and notes", () => {
    const rows = rowsOf(outlineOf(state), new Set());
    expect(rows.map(({ branch, level }) => `${level} ${branch.id}`)).toEqual([
      "1 node:users", "2 call:users>app",
      "1 node:app", "2 call:app>cache", "2 call:app>store", "2 caller:users>app",
      "1 node:cache", "2 caller:app>cache",
      "1 node:store", "2 caller:app>store",
      "1 note:note",
    ]);
    expect(rows[3]?.branch.title).toBe("calls Cache");
    expect(rows[3]).toMatchObject({ parent: "node:app", position: 1, size: 3 });
  });

  it("folds", () => {
    const rows = rowsOf(outlineOf(state), new Set(["node:app"]));
    expect(rows.map(({ branch }) => branch.id)).not.toContain("call:app>cache");
    expect(rows).toHaveLength(8);
  });

  it("puts nodes where they stand, each once", () => {
    const design = small();
    const zones = [{ id: "a", name: "East", region: "r", frame: null }, { id: "b", name: null, region: "r", frame: null }];
    const nodes = design.nodes.map((node) => (node.id === "app" ? { ...node, zones: ["b", "a"] } : node));
    const places = outlineOf({ ...state, design: { ...design, zones, nodes } });
    expect(places.map(({ title, children }) => [title, children.length])).toEqual([["In no zone", 3], ["Zones East and b", 1], ["Note: hello", 0]]);
  });

  it("says numbers and faults", () => {
    const annotations: Annotations = {
      revision: 1,
      nodes: { app: { state: "busy", load: 0.8, rate: "3k/s", badge: { severity: "warning", count: 1, text: "Too few." } } },
      edges: { "app>cache": { rate: "2k/s" } },
    };
    const node = state.design.nodes[1]!;
    expect(sentenceOf({ ...state, annotations }, node)).toBe(
      "App, 2 instances, load 80 % of its ceiling, busy, 3k/s, 1 finding: Too few.; calls Cache and SQL store; called by Users",
    );
    const [, app] = outlineOf({ ...state, annotations });
    expect(app?.children[0]?.detail).toBe("2k/s");
  });

  it("says of what stands alone that it does", () => {
    const design = { ...small(), connections: [] };
    expect(outlineOf({ ...state, design })[0]?.detail).toContain("not connected");
    expect(callsOf(design, "app")).toEqual({ out: [], in: [] });
  });
});

describe("walking", () => {
  const at = (x: number, y: number): Box => ({ x, y, width: 100, height: 50 });
  const boxes = new Map([["a", at(0, 0)], ["b", at(200, 20)], ["c", at(400, 0)], ["d", at(210, 300)]]);

  it("goes to the nearest that way", () => {
    expect(firstOf(boxes)).toBe("a");
    expect(nextOn(boxes, "a", "right")).toBe("b");
    expect(nextOn(boxes, "b", "right")).toBe("c");
    expect(nextOn(boxes, "c", "left")).toBe("b");
    expect(nextOn(boxes, "b", "down")).toBe("d");
    expect(nextOn(boxes, "d", "up")).toBe("b");
  });

  it("stops at the border", () => {
    expect(nextOn(boxes, "c", "right")).toBeNull();
    expect(nextOn(boxes, "a", "up")).toBeNull();
    expect(nextOn(boxes, "nobody", "up")).toBeNull();
    expect(firstOf(new Map())).toBeNull();
  });

  it("begins at the upper left, and goes on from what had the focus", () => {
    const board = boardWith(small());
    expect(entryOf(board.state)).toBe("users");
    walk(board, "right");
    expect(board.state.entry).toBe("users");
    walk(board, "right");
    expect(board.state.entry).toBe("app");
    board.edit({ ...small(), nodes: small().nodes.filter(({ id }) => id !== "app"), connections: [] });
    expect(entryOf(board.state)).toBe("users");
  });
});

describe("targets", () => {
  it("are what may be called and is not yet", () => {
    const { state } = boardWith(small());
    const named = (from: string, query: string) => targetsOf(state, { kind: "connect", from }, query).map(({ id }) => id);
    expect(named("app", "")).toEqual([]);
    expect(named("users", "")).toEqual(["cache", "store"]);
    expect(named("users", " sql ")).toEqual(["store"]);
  });

  it("of an end that goes elsewhere are all others, with why some may not be chosen", () => {
    const { state } = boardWith(small());
    const end = targetsOf(state, { kind: "lead", connection: "users>app", end: "to" }, "");
    expect(end.map(({ id, refusal }) => [id, refusal])).toEqual([["cache", null], ["store", null], ["users", "self"]]);
    const start = targetsOf(state, { kind: "lead", connection: "app>cache", end: "from" }, "");
    expect(start.map(({ id, refusal }) => [id, refusal])).toEqual([["users", null], ["cache", "self"], ["store", "from_store"]]);
  });

  it("take an end of a connection with all that is set on it, or leave it where it is", () => {
    const board = boardWith(updateConnection(small(), "users>app", { retries: 2 }));
    const aim = { kind: "lead", connection: "users>app", end: "to" } as const;
    expect(aimAt(board, aim, "users")).toBe(false);
    expect(board.state.toast?.text).toBe(strings.refusals.self);
    expect(aimAt(board, aim, "store")).toBe(true);
    expect(board.state.design.connections[0]).toMatchObject({ from: "users", to: "store", retries: 2 });
    expect(board.state.selection.connections).toEqual(["users>store"]);
    expect(isAimed(board.state, aim)).toBe(false);
    board.undo();
    expect(isAimed(board.state, aim)).toBe(true);
  });
});

describe("the menu", () => {
  it("offers actions that exist and can do something", () => {
    const board = boardWith(small());
    const known = new Set(ACTIONS.map(({ id }) => id));
    for (const selection of [NOTHING, { ...NOTHING, nodes: ["app"] }, { ...NOTHING, connections: ["app>cache"] }, { ...NOTHING, notes: ["note"] }, { ...NOTHING, nodes: ["app", "users"] }]) {
      board.select(selection);
      const offers = offersOf(board).map(({ id }) => id);
      expect(offers.length).toBeGreaterThan(1);
      expect(offers.filter((id) => !known.has(id))).toEqual([]);
    }
    expect(kindOf({ ...NOTHING, connections: ["app>cache"] })).toBe("connection");
    board.select({ ...NOTHING, nodes: ["app"] });
    expect(offersOf(board).map(({ id }) => id)).toContain("connect-to");
  });

  it("of a chosen zone is about the zone", () => {
    const board = boardWith({ ...small(), zones: [{ id: "a", name: null, region: "eu", frame: null }] });
    board.chooseZone("a");
    expect(offersOf(board).map(({ id }) => id)).toEqual(["rename", "fail", "delete"]);
  });

  it("offers nothing that changes a board to be read only", () => {
    const board = boardWith(small());
    board.store.set({ readonly: true, selection: { ...NOTHING, nodes: ["app"] } });
    expect(offersOf(board).filter(({ edits }) => edits === true)).toEqual([]);
  });
});
