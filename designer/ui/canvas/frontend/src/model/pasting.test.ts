import { beforeEach, describe, expect, it, vi } from "vitest";
import { Board } from "./board";
import { isClipping, readClipping, writeClipping } from "./clippings";
import { copySelected, cutSelected } from "./commands";
import { writeDocument } from "./document";
import { boardData, CATALOG, small } from "./fixtures";
import { cut } from "./fragments";
import { MAX_TEXT, pasteText } from "./pasting";
import { everything, NOTHING } from "./selection";
import type { BoardMessage, Command } from "./types";

const sent: BoardMessage[] = [];
let board: Board;

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  board = new Board("b");
  board.attach((message) => sent.push(message));
  board.setCatalog(CATALOG);
  board.receive(boardData({ document: writeDocument(small()) }));
  return () => vi.useRealTimers();
});

const ids = (): string[] => board.state.design.nodes.map((node) => node.id);
const told = (): string => board.state.toast?.text ?? "";
const settle = (): unknown => vi.advanceTimersByTime(100);
const answer = (...commands: Command[]): void => board.receive(boardData({ commands }));

describe("a copied piece", () => {
  it("comes back from its text as it was, with the zones it stands in", () => {
    const design = { ...small(), zones: [{ id: "a", name: null, region: "west", frame: null }, { id: "b", name: null, region: "west", frame: null }] };
    const zoned = { ...design, nodes: design.nodes.map((node) => ({ ...node, zones: ["a"] })) };
    const text = writeClipping(zoned, cut(zoned, everything(zoned)));
    expect(isClipping(text)).toBe(true);
    const piece = readClipping(text);
    expect(piece?.nodes).toEqual(zoned.nodes);
    expect(piece?.connections).toEqual(zoned.connections);
    expect(piece?.zones.map(({ id }) => id)).toEqual(["a"]);
  });

  it("is a comment and a design in JSON", () => {
    board.select({ ...NOTHING, nodes: ["app"] });
    const text = copySelected(board) ?? "";
    expect(text.startsWith("# ")).toBe(true);
    expect(JSON.parse(text.slice(text.indexOf("\n")))).toMatchObject({ version: 1, nodes: [{ id: "app", component: "app", instances: 2 }] });
    board.select(NOTHING);
    expect(copySelected(board)).toBeNull();
    expect(cutSelected(board)).toBeNull();
  });

  it("of a thousand nodes is refused in a sentence that says how many there would be, and changes nothing", () => {
    const nodes = Array.from({ length: 1_000 }, (_, at) => ({ id: `n${at}`, component: "app" }));
    const [before, count] = [board.state.design, ids().length];
    pasteText(board, `# A piece of a design, copied from the whiteboard\n${JSON.stringify({ version: 1, nodes })}`, null);
    expect(told()).toBe(
      `A board takes 500 nodes. Use instances instead of drawing the same thing again. With what was copied there would be 1,00${count} nodes: nothing was pasted.`,
    );
    expect(board.state.design).toBe(before);
    settle();
    expect(sent).toEqual([]);
  });

  it("goes to another board under fresh ids, near the pointer and on nothing else", () => {
    board.select({ ...NOTHING, nodes: ["app", "cache"] });
    const text = copySelected(board) ?? "";
    pasteText(board, text, { x: 2_000, y: 1_000 });
    expect(ids()).toEqual(["users", "app", "cache", "store", "app_2", "cache_2"]);
    expect(board.state.selection.nodes).toEqual(["app_2", "cache_2"]);
    const [one, other] = board.state.design.nodes.slice(4).map((node) => node.position);
    expect(((one?.x ?? 0) + (other?.x ?? 0) + 150) / 2).toBeCloseTo(2_000, -1);
    expect((other?.y ?? 0) - (one?.y ?? 0)).toBe(-50);
    pasteText(board, text, { x: 2_000, y: 1_000 });
    expect(new Set(board.state.design.nodes.map(({ position: { x, y } }) => `${x} ${y}`)).size).toBe(8);
    board.undo();
    board.undo();
    expect(board.state.design).toEqual(small());
    expect(sent.at(-1)?.request ?? null).toBeNull();
  });

  it("that somebody has changed harms nothing", () => {
    const mark = writeClipping(small(), cut(small(), NOTHING)).split("\n")[0] ?? "";
    const hostile = { nodes: [{ id: "a>b", component: "app" }, { id: "a>b", component: "app" }, { id: "c", component: "app" }], connections: [{ from: "c", to: "c" }, { from: "c", to: "a>b" }, { from: "c", to: "a>b" }] };
    pasteText(board, `${mark}\n${JSON.stringify(hostile)}`, null);
    expect(ids().slice(4)).toEqual(["a_b", "c"]);
    expect(board.state.design.connections.at(-1)).toMatchObject({ from: "c", to: "a_b" });
    expect(board.state.design.connections).toHaveLength(4);
    pasteText(board, `${mark}\n${JSON.stringify({ nodes: [{ id: "x", component: "nonsense" }] })}`, null);
    expect(told()).toMatch(/no component “nonsense”/);
    expect(readClipping(`${mark}\n{"nodes": `)).toBeNull();
  });
});

describe("any other text", () => {
  const document = { nodes: [{ id: "app", component: "app" }, { id: "db", component: "store" }], connections: [{ from: "app", to: "db" }], zones: [{ id: "z" }] };
  const insert = (request: number, seq = request): Command => ({ seq, kind: "insert", request, document, note: "2 components" });

  it("is asked of Python, in a revision of its own until it is answered", () => {
    pasteText(board, "users > api", { x: 0, y: 0 });
    settle();
    expect(sent.at(-1)).toMatchObject({ revision: 1, request: { number: 1, kind: "paste", text: "users > api" } });
    answer(insert(1));
    expect(ids()).toEqual(["users", "app", "cache", "store", "app_2", "db"]);
    expect(told()).toBe("2 components");
    expect(board.state.selection.nodes).toEqual(["app_2", "db"]);
    expect(board.state.design.zones.map(({ id }) => id)).toEqual(["z"]);
    settle();
    expect(sent.at(-1)).toMatchObject({ revision: 2, request: null });
    board.undo();
    expect(board.state.design).toEqual(small());
  });

  it("is put in once, and only for the newest question", () => {
    pasteText(board, "one", null);
    pasteText(board, "two", null);
    answer(insert(1));
    expect(ids()).toHaveLength(4);
    answer(insert(1), insert(2));
    answer(insert(2, 9));
    expect(ids()).toHaveLength(6);
  });

  it("that is nothing is told, and the next one is asked", () => {
    pasteText(board, "hello", null);
    answer({ seq: 1, kind: "tell", request: 1, text: "This cannot be pasted." });
    expect(told()).toBe("This cannot be pasted.");
    answer({ seq: 2, kind: "tell", request: 1, text: "late" });
    expect(told()).toBe("This cannot be pasted.");
    answer({ seq: 3, kind: "tell", text: "news" });
    expect(told()).toBe("news");
  });

  it("is refused where it is too long, and on a board that is read only", () => {
    pasteText(board, "é".repeat(MAX_TEXT / 2 + 1), null);
    expect(told()).toMatch(/200 kB/);
    board.receive(boardData({ readonly: true }));
    pasteText(board, "users > api", null);
    settle();
    expect(sent).toEqual([]);
  });

  it("is no longer waited for when another board comes", () => {
    pasteText(board, "users > api", null);
    board.receive(boardData({ epoch: 2, document: { nodes: [] }, commands: [insert(1)] }));
    expect(ids()).toEqual([]);
  });
});
