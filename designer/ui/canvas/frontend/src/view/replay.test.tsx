import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import render from "../index";
import { Board, boardOf } from "../model/board";
import { boardData } from "../model/fixtures";
import type { BoardData } from "../model/types";
import { stepOf } from "./Replay";

class NoObserver {
  observe = (): void => undefined;
  unobserve = (): void => undefined;
  disconnect = (): void => undefined;
}

const node = (id: string, x: number): object => ({ id, component: "app", position: { x, y: 0 } });
const documentOf = (...nodes: object[]): object => ({ nodes });
const frames = [
  { document: documentOf(node("a", 0)), caption: "Version 1" },
  { document: documentOf(node("a", 200), node("b", 0)), caption: "Version 2" },
  { document: documentOf(node("a", 200), node("b", 0), node("c", 400)), caption: "Version 3" },
];
const annotations = { revision: 0, nodes: { a: { state: "busy" as const, load: 0.8 } }, edges: {} };

let names = 0;
let parent: ShadowRoot;
let board: Board;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("ResizeObserver", NoObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  names += 1;
  board = boardOf(`replay ${names}`);
  const host = document.createElement("div");
  document.body.appendChild(host);
  parent = host.attachShadow({ mode: "open" });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const sent = vi.fn();

function show(patch: Partial<BoardData>): void {
  const data = boardData({ board: board.id, readonly: true, document: frames[2]?.document, annotations, ...patch });
  act(() => {
    render({ data, parentElement: parent, setStateValue: sent, setTriggerValue: () => undefined, key: "k", name: "n" });
  });
}

const ids = (): string[] => board.state.design.nodes.map(({ id }) => id);
const find = <T extends Element>(test: string): T | null => parent.querySelector<T>(`[data-testid=${test}]`);
const pass = (steps: number): void => {
  for (let step = 0; step < steps; step += 1) act(() => void vi.advanceTimersByTime(stepOf(frames.length)));
};

describe("a replay", () => {
  it("goes through every drawing to the last one, and tells Python nothing", () => {
    show({});
    expect(find("replay")).toBeNull();
    show({ replay: { id: 1, frames } });
    expect(ids()).toEqual(["a"]);
    expect(find("replay-caption")?.textContent).toBe("Version 1");
    pass(1);
    expect(ids()).toEqual(["a", "b"]);
    pass(5);
    expect(ids()).toEqual(["a", "b", "c"]);
    expect(find("replay-caption")?.textContent).toBe("Version 3");
    expect(find("replay-toggle")?.getAttribute("aria-label")).toBe("Play again");
    expect(sent).not.toHaveBeenCalled();
  });

  it("has the numbers of the last drawing with that one only", () => {
    show({});
    show({ replay: { id: 1, frames } });
    expect(board.state.annotations.nodes).toEqual({});
    pass(5);
    expect(board.state.annotations).toEqual(annotations);
  });

  it("is paused, goes on, and begins again", () => {
    show({});
    show({ replay: { id: 1, frames } });
    act(() => find<HTMLButtonElement>("replay-toggle")?.click());
    pass(3);
    expect(ids()).toEqual(["a"]);
    act(() => find<HTMLButtonElement>("replay-toggle")?.click());
    pass(5);
    expect(ids()).toEqual(["a", "b", "c"]);
    act(() => find<HTMLButtonElement>("replay-toggle")?.click());
    expect(ids()).toEqual(["a"]);
  });

  it("begins anew with another id, and ends when Python sends none", () => {
    show({});
    show({ replay: { id: 1, frames } });
    pass(5);
    show({ replay: { id: 2, frames } });
    expect(ids()).toEqual(["a"]);
    show({});
    expect(find("replay")).toBeNull();
    expect(ids()).toEqual(["a", "b", "c"]);
    expect(board.state.annotations).toEqual(annotations);
    pass(5);
    expect(ids()).toEqual(["a", "b", "c"]);
  });

  it("takes what is no drawing for an empty one", () => {
    show({});
    show({ replay: { id: 1, frames: [{ document: "<b>", caption: "<b>x</b>" }] } });
    expect(ids()).toEqual([]);
    expect(find("replay-caption")?.textContent).toBe("<b>x</b>");
    expect(find("empty-hint")).toBeNull();
  });
});

describe("a board that is read only", () => {
  it("becomes another drawing where it stands", () => {
    show({ document: frames[0]?.document, epoch: 1 });
    const { fits } = board.state;
    show({ document: frames[1]?.document, epoch: 2 });
    expect(ids()).toEqual(["a", "b"]);
    expect(board.state.fits).toBe(fits);
    expect(board.state.moving).toBeNull();
  });

  it("glides where movement is welcome", () => {
    vi.stubGlobal("matchMedia", () => ({ matches: false }));
    show({ document: frames[0]?.document, epoch: 1 });
    show({ document: frames[1]?.document, epoch: 2 });
    expect(board.state.moving?.get("a")).toEqual({ x: 0, y: 0 });
    act(() => void vi.advanceTimersByTime(160));
    const half = board.state.moving?.get("a")?.x ?? 0;
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(200);
    act(() => void vi.advanceTimersByTime(1_000));
    expect(board.state.moving).toBeNull();
    expect(board.state.design.nodes[0]?.position.x).toBe(200);
  });
});
