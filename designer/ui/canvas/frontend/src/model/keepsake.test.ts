import { beforeEach, describe, expect, it, vi } from "vitest";
import { Board } from "./board";
import { readDocument, writeDocument } from "./document";
import { updateNode } from "./edits";
import { boardData, small } from "./fixtures";
import { recall, remember } from "./keepsake";
import type { BoardData, BoardMessage } from "./types";
import { PLAIN } from "./views";

const sent: BoardMessage[] = [];
const document = writeDocument(small());

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  sent.length = 0;
  return () => vi.useRealTimers();
});

/** A page that is loaded: nothing is left of the page before but what the browser keeps. */
function load(patch: Partial<BoardData> = {}): Board {
  vi.clearAllTimers();
  const board = new Board("b");
  board.attach((message) => sent.push(message));
  const data = boardData({ document, ...patch });
  board.receive(data);
  board.resend(data.acknowledged);
  return board;
}

const rename = (board: Board, name: string): void => board.edit(updateNode(board.state.design, "app", { name }));
const nameOn = (board: Board): string | null | undefined => board.state.design.nodes[1]?.name;

describe("a page that is loaded anew", () => {
  it("finds what Python has not seen, and sends it", () => {
    const before = load();
    rename(before, "one");
    rename(before, "two");
    sent.length = 0;
    const after = load({ acknowledged: 1 });
    expect(nameOn(after)).toBe("two");
    expect(sent).toMatchObject([{ epoch: 1, revision: 2 }]);
    rename(after, "three");
    vi.advanceTimersByTime(100);
    expect(sent.at(-1)?.revision).toBe(3);
  });

  it("takes what Python has where that is as new", () => {
    rename(load(), "mine");
    const after = load({ acknowledged: 1, document: writeDocument(updateNode(small(), "app", { name: "theirs" })) });
    expect(nameOn(after)).toBe("theirs");
  });

  it("sends what was drawn in an epoch that is over, once, and goes on with the new one", () => {
    rename(load(), "late");
    sent.length = 0;
    const after = load({ epoch: 2 });
    expect(nameOn(after)).toBeNull();
    expect(sent).toMatchObject([{ epoch: 1, revision: 1 }]);
    vi.advanceTimersByTime(600_000);
    expect(sent).toHaveLength(1);
    sent.length = 0;
    load({ epoch: 2 });
    expect(sent).toEqual([]);
  });

  it("has nothing to send when everything was seen", () => {
    const before = load();
    rename(before, "one");
    before.receive(boardData({ document, acknowledged: 1 }));
    expect(recall("b")).toBeNull();
  });

  it("still has what was drawn after that which was seen", () => {
    const before = load();
    rename(before, "one");
    rename(before, "two");
    before.receive(boardData({ document, acknowledged: 1 }));
    expect(readDocument(recall("b")?.document).nodes[1]?.name).toBe("two");
  });
});

describe("what the browser keeps", () => {
  it.each(["", "{", "null", "[]", "7", '{"board": "other", "epoch": 1, "revision": 9}', '{"board": "b"}'])("is not trusted: %s", (text) => {
    sessionStorage.setItem("designer.board.b", text);
    expect(recall("b")).toBeNull();
    expect(nameOn(load())).toBeNull();
  });

  it("may be full: then nothing older comes back", () => {
    const before = load();
    rename(before, "one");
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    rename(before, "two");
    expect(nameOn(before)).toBe("two");
    expect(recall("b")).toBeNull();
  });

  it("may be forbidden: then the board works without", () => {
    vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
      throw new DOMException("no", "SecurityError");
    });
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("no", "SecurityError");
    });
    const board = load();
    rename(board, "one");
    expect(nameOn(board)).toBe("one");
    expect(() => remember({ board: "b", epoch: 1, revision: 1, document, selection: { nodes: [], connections: [] }, view: PLAIN, request: null })).not.toThrow();
  });
});
