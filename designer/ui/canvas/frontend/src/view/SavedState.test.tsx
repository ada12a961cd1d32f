import { act } from "preact/test-utils";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Board } from "../model/board";
import { updateNode } from "../model/edits";
import { boardData } from "../model/fixtures";
import { server } from "../model/server";
import { strings } from "../strings";
import { BoardContext } from "./context";
import { GRACE, SavedState } from "./SavedState";

let board: Board;
let root: Root;
const host = document.createElement("div");
const { states, lost, found } = strings.saving;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  sessionStorage.clear();
  board = new Board("b");
  board.receive(boardData());
  root = createRoot(host);
  act(() => root.render(<BoardContext value={board}><SavedState /></BoardContext>));
});

afterEach(() => {
  act(() => root.unmount());
  server.set({ connected: true, busy: false });
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const shown = (): string | null | undefined => host.querySelector("span")?.textContent;
const pass = (milliseconds: number): void => {
  act(() => void vi.advanceTimersByTime(milliseconds));
};
const stroke = (name: string): void => {
  act(() => void board.edit(updateNode(board.state.design, "app", { name })));
};
const answer = (acknowledged: number, saved = "saved"): void => {
  act(() => void board.receive(boardData({ acknowledged, saved })));
};
const connect = (connected: boolean): void => {
  act(() => void server.set({ connected }));
};

describe("whether it is saved", () => {
  it("says nothing of what is answered soon", () => {
    expect(shown()).toBe(states["saved"]);
    stroke("one");
    pass(GRACE - 1);
    expect(shown()).toBe(states["saved"]);
    answer(1);
    pass(GRACE);
    expect(shown()).toBe(states["saved"]);
    expect(board.state.toast).toBeNull();
  });

  it("says that strokes are on their way until the newest is answered, and says it aloud to nobody", () => {
    stroke("one");
    stroke("two");
    pass(GRACE);
    expect(shown()).toBe(states["saving"]);
    answer(1);
    expect(shown()).toBe(states["saving"]);
    answer(2);
    expect(shown()).toBe(states["saved"]);
    expect(board.state.toast).toBeNull();
  });

  it("says what a lost connection means, and when all has arrived", () => {
    connect(false);
    pass(GRACE - 1);
    expect(shown()).toBe(states["saved"]);
    pass(1);
    expect(shown()).toBe(states["offline"]);
    expect(board.state.toast?.text).toBe(lost["offline"]);
    stroke("one");
    expect(shown()).toBe(states["cut"]);
    pass(GRACE);
    connect(true);
    expect(shown()).toBe(states["saving"]);
    expect(board.state.toast?.text).toBe(lost["offline"]);
    answer(1);
    expect(shown()).toBe(states["saved"]);
    expect(board.state.toast?.text).toBe(found);
  });

  it("says nothing of a connection that is back at once", () => {
    connect(false);
    pass(GRACE - 1);
    connect(true);
    pass(GRACE);
    expect(shown()).toBe(states["saved"]);
    expect(board.state.toast).toBeNull();
  });

  it("says what the store refused, in Python's own words", () => {
    stroke("one");
    answer(1, "Too large to save: remove nodes");
    expect(shown()).toBe("Too large to save: remove nodes");
    expect(board.state.toast?.text).toBe("Too large to save: remove nodes");
    answer(1, "saved");
    expect(board.state.toast?.text).toBe(found);
  });
});
