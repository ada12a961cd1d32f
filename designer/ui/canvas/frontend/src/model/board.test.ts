import { beforeEach, describe, expect, it, vi } from "vitest";
import { ACTIONS, actionFor, actionOf, isEnabled } from "./actions";
import { Board, boardOf, paletteMode } from "./board";
import * as commands from "./commands";
import { readDocument } from "./document";
import { updateNode } from "./edits";
import { boardData, CATALOG, small } from "./fixtures";
import { NOTHING } from "./selection";
import { writeDocument } from "./document";
import type { BoardMessage } from "./types";

const sent: BoardMessage[] = [];
let board: Board;

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  sessionStorage.clear();
  board = new Board("b");
  board.attach((message) => sent.push(message));
  board.setCatalog(CATALOG);
  board.receive(boardData({ document: writeDocument(small()) }));
  return () => vi.useRealTimers();
});

const ids = () => board.state.design.nodes.map((node) => node.id);
const settle = () => vi.advanceTimersByTime(100);
const rename = (name: string) => board.edit(updateNode(board.state.design, "app", { name }));

describe("what Python sends", () => {
  it("replaces the document only when the epoch is new", () => {
    rename("mine");
    board.receive(boardData({ document: { nodes: [] } }));
    expect(board.state.design.nodes[1]?.name).toBe("mine");
    board.receive(boardData({ epoch: 2, document: { nodes: [] }, acknowledged: 7 }));
    expect(ids()).toEqual([]);
    expect(board.state.history.past).toEqual([]);
  });

  it("counts on from what Python has seen of a new epoch", () => {
    board.receive(boardData({ epoch: 2, document: writeDocument(small()), acknowledged: 7 }));
    rename("x");
    settle();
    expect(sent.at(-1)).toMatchObject({ epoch: 2, revision: 8 });
  });

  it("brings annotations without touching the document", () => {
    const { design } = board.state;
    board.receive(boardData({ annotations: { revision: 1, nodes: { app: { state: "over", load: 1.4 } }, edges: {} }, saved: "saving" }));
    expect(board.state.annotations.nodes["app"]?.load).toBe(1.4);
    expect(board.state.saved).toBe("saving");
    expect(board.state.design).toBe(design);
    expect(sent).toEqual([]);
  });

  it("is known to be behind for as long as it has not seen the newest stroke", () => {
    rename("one");
    rename("two");
    expect(board.state.unseen).toBe(true);
    board.receive(boardData({ acknowledged: 1 }));
    expect(board.state.unseen).toBe(true);
    board.receive(boardData({ acknowledged: 2 }));
    expect(board.state.unseen).toBe(false);
  });

  it("carries out each command once, in order", () => {
    const command = (seq: number, name: string) => ({ seq, kind: "apply" as const, document: writeDocument(updateNode(small(), "app", { name })) });
    board.receive(boardData({ commands: [command(2, "second"), command(1, "first")] }));
    expect(board.state.design.nodes[1]?.name).toBe("second");
    board.undo();
    expect(board.state.design.nodes[1]?.name).toBe("first");
    board.receive(boardData({ commands: [command(1, "first"), command(2, "second")] }));
    expect(board.state.design.nodes[1]?.name).toBe("first");
    board.receive(boardData({ commands: [command(1, "after a restart")] }));
    expect(board.state.design.nodes[1]?.name).toBe("after a restart");
  });

  it("shows what a fix has changed, and lets it be undone", () => {
    const fixed = { ...small(), nodes: [...updateNode(small(), "app", { instances: 5 }).nodes, { ...small().nodes[2]!, id: "extra" }] };
    board.receive(boardData({ commands: [{ seq: 1, kind: "apply", document: writeDocument(fixed) }] }));
    expect(board.state.flash).toMatchObject({ id: 1, nodes: ["app", "extra"], connections: [] });
    expect(board.state.toast?.text).toMatch(/Undo/);
    board.undo();
    expect(board.state.design).toEqual(small());
  });

  it("selects and flashes what exists", () => {
    board.receive(boardData({ commands: [{ seq: 1, kind: "select", nodes: ["cache", "gone"] }] }));
    expect(board.state.selection).toEqual({ ...NOTHING, nodes: ["cache"] });
    expect(board.state.flash).toMatchObject({ id: 1, nodes: ["cache"] });
  });
});

describe("what Python gets", () => {
  it("is the whole document with a growing revision", () => {
    rename("one");
    rename("two");
    settle();
    expect(sent.map((message) => message.revision)).toEqual([1, 2]);
    expect(readDocument(sent.at(-1)?.document).nodes[1]?.name).toBe("two");
  });

  it("also tells of undo and redo", () => {
    rename("one");
    settle();
    board.undo();
    settle();
    board.redo();
    settle();
    expect(sent.map((message) => message.revision)).toEqual([1, 2, 3]);
    expect(readDocument(sent[1]?.document).nodes[1]?.name).toBeNull();
  });

  it("is nothing when nothing has changed", () => {
    board.edit(board.state.design);
    board.select({ ...NOTHING, nodes: ["app"] });
    settle();
    expect(sent).toEqual([]);
  });

  it("is sent again after the page has gone and come back", () => {
    rename("one");
    settle();
    board.detach();
    rename("two");
    const later: BoardMessage[] = [];
    board.attach((message) => later.push(message));
    board.resend(1);
    expect(later.map((message) => message.revision)).toEqual([2]);
    board.resend(2);
    expect(later).toHaveLength(1);
  });

  it("names what is selected", () => {
    board.select({ ...NOTHING, nodes: ["cache"] });
    rename("one");
    expect(sent[0]?.selection).toEqual({ nodes: ["cache"], connections: [] });
  });
});

describe("a board that is read only", () => {
  beforeEach(() => board.receive(boardData({ readonly: true })));

  it("refuses every edit", () => {
    rename("x");
    commands.placeComponent(board, "cache");
    commands.connectNodes(board, "cache", "store");
    commands.placeNote(board);
    expect(board.state.design).toEqual(small());
    expect(paletteMode({ ...board.state, width: "wide", palette: true })).toBe("closed");
    expect(ACTIONS.filter((action) => action.edits === true && isEnabled(action, board))).toEqual([]);
  });
});

describe("commands", () => {
  it("place beside what is selected, on no other card", () => {
    board.select({ ...NOTHING, nodes: ["store"] });
    commands.placeComponent(board, "cache");
    expect(board.state.selection.nodes).toEqual(["cache_2"]);
    expect(board.state.design.nodes.at(-1)?.position).toEqual({ x: 690, y: 50 });
    commands.placeComponent(board, "cache", { x: 75, y: 430 });
    expect(board.state.design.nodes.at(-1)?.position).toEqual({ x: 0, y: 400 });
  });

  it("say why something cannot be drawn", () => {
    expect(commands.connectNodes(board, "app", "app")).toBe(false);
    expect(board.state.toast?.text).toMatch(/itself/);
    expect(commands.connectNodes(board, "app", "cache")).toBe(false);
    expect(board.state.toast?.text).toMatch(/already/);
    expect(commands.connectNodes(board, "app", "users")).toBe(false);
    expect(board.state.toast?.text).toMatch(/client/);
    expect(commands.connectNodes(board, "app", "nobody")).toBe(false);
    expect(commands.connectNodes(board, "cache", "store")).toBe(true);
  });

  it("stop at 500 nodes", () => {
    const nodes = Array.from({ length: 500 }, (_, index) => ({ id: `n${index}`, component: "app", position: { x: 0, y: 0 } }));
    board.receive(boardData({ epoch: 2, document: { nodes } }));
    commands.placeComponent(board, "cache");
    board.select({ ...NOTHING, nodes: ["n1"] });
    commands.duplicateSelected(board);
    expect(ids()).toHaveLength(500);
    expect(board.state.toast?.text).toMatch(/500/);
  });

  it("stop at 3,000 connections, also those of copies", () => {
    const nodes = Array.from({ length: 60 }, (_, index) => ({ id: `n${index}`, component: "app", position: { x: 0, y: 0 } }));
    const pairs = nodes.flatMap(({ id: from }) => nodes.filter(({ id }) => id !== from).map(({ id: to }) => ({ from, to })));
    board.receive(boardData({ epoch: 2, document: { nodes, connections: pairs.slice(0, 1_600) } }));
    board.select({ ...NOTHING, nodes: nodes.map(({ id }) => id) });
    commands.duplicateSelected(board);
    expect(ids()).toHaveLength(60);
    expect(board.state.toast?.text).toMatch(/connections/);
  });

  it("delete, copy, cut, paste and duplicate", () => {
    board.select({ ...NOTHING, nodes: ["app", "cache"] });
    commands.copySelected(board);
    commands.pasteCopied(board);
    commands.pasteCopied(board);
    expect(ids()).toEqual(["users", "app", "cache", "store", "app_2", "cache_2", "app_3", "cache_3"]);
    expect(board.state.design.connections.at(-1)).toMatchObject({ from: "app_3", to: "cache_3" });
    commands.cutSelected(board);
    expect(ids()).not.toContain("app_3");
    commands.pasteCopied(board);
    commands.duplicateSelected(board);
    expect(ids()).toHaveLength(10);
    commands.removeSelected(board);
    expect(board.state.selection).toEqual(NOTHING);
    expect(ids()).toHaveLength(8);
  });

  it("connect the two selected in the order of selection", () => {
    board.select({ ...NOTHING, nodes: ["cache", "store"] });
    commands.connectSelected(board);
    expect(board.state.design.connections.at(-1)).toMatchObject({ from: "cache", to: "store" });
  });

  it("go through the connections of a node and come back to it", () => {
    board.select({ ...NOTHING, nodes: ["app"] });
    const seen = [1, 2, 3, 4].map(() => {
      commands.selectNextConnection(board);
      return [...board.state.selection.connections, ...board.state.selection.nodes][0];
    });
    expect(seen).toEqual(["users>app", "app>cache", "app>store", "app"]);
    board.select({ ...NOTHING, connections: ["app>cache"] });
    commands.selectNextConnection(board);
    expect(board.state.selection.connections).toEqual(["app>store"]);
    expect(board.state.announcement?.text).toMatch(/from App to SQL store/);
  });

  it("nudge as one step of the history", () => {
    board.select({ ...NOTHING, nodes: ["app"], notes: ["note"] });
    for (let count = 0; count < 5; count += 1) commands.nudge(board, 1, 0);
    expect(board.state.design.nodes[1]?.position).toEqual({ x: 280, y: 0 });
    expect(board.state.design.notes[0]?.position).toEqual({ x: 50, y: 200 });
    board.undo();
    expect(board.state.design).toEqual(small());
  });

  it("line up and space out", () => {
    board.select({ ...NOTHING, nodes: ["users", "app", "store"] });
    commands.alignSelected(board, "top");
    expect(board.state.design.nodes.map((node) => node.position.y)).toEqual([0, 0, -50, 0]);
    commands.distributeSelected(board, "horizontal");
    expect(board.state.design.nodes[1]?.position.x).toBe(230);
  });

  it("turn a connection round unless that one exists", () => {
    commands.reverseConnection(board, "app", "cache");
    expect(board.state.selection.connections).toEqual(["cache>app"]);
    commands.reverseConnection(board, "users", "app");
    expect(board.state.toast?.text).toMatch(/client/);
  });
});

describe("actions", () => {
  const press = (key: string, modifiers: Partial<Record<"ctrlKey" | "shiftKey" | "metaKey" | "altKey", boolean>> = {}) =>
    actionFor({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers })?.id;

  it("answer to their keys", () => {
    expect(press("z", { ctrlKey: true })).toBe("undo");
    expect(press("Z", { ctrlKey: true, shiftKey: true })).toBe("redo");
    expect(press("y", { metaKey: true })).toBe("redo");
    expect(press("c")).toBe("connect");
    expect(press("c", { ctrlKey: true })).toBe("copy");
    expect(press("?", { shiftKey: true })).toBe("shortcuts");
    expect(press("+")).toBe("zoom-in");
    expect(press("ArrowLeft", { shiftKey: true })).toBe("nudge-far-left");
    expect(press("q")).toBeUndefined();
    expect(press("z", { altKey: true, ctrlKey: true })).toBeUndefined();
  });

  it("have ids and keys of their own", () => {
    const keys = ACTIONS.flatMap((action) => action.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(ACTIONS.map((action) => action.id)).size).toBe(ACTIONS.length);
    expect(() => actionOf("nonsense")).toThrow();
  });

  it("step back from what is held, then open, then selected", () => {
    board.select({ ...NOTHING, nodes: ["app"] });
    board.store.set({ placing: { component: "cache", mode: "armed" }, panel: "zones" });
    const back = () => actionOf("escape").run(board);
    back();
    expect(board.state.placing).toBeNull();
    expect(board.state.panel).toBe("zones");
    back();
    expect(board.state.panel).toBeNull();
    expect(board.state.selection.nodes).toEqual(["app"]);
    back();
    expect(board.state.selection).toEqual(NOTHING);
  });
});

it("shows as much of the palette as fits or was asked for", () => {
  const mode = (width: "compact" | "medium" | "wide" | null, palette: boolean | null) => paletteMode({ ...board.state, width, palette });
  expect([mode("wide", null), mode("medium", null), mode("compact", null), mode(null, null)]).toEqual(["open", "rail", "closed", "closed"]);
  expect([mode("compact", true), mode("wide", false), mode("medium", true)]).toEqual(["open", "closed", "open"]);
});

it("keeps one board for each id", () => {
  expect(boardOf("one")).toBe(boardOf("one"));
  expect(boardOf("one")).not.toBe(boardOf("other"));
});
