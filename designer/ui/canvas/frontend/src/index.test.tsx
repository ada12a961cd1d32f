import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import render from "./index";
import { boardOf } from "./model/board";
import { updateNode } from "./model/edits";
import { boardData, CATALOG } from "./model/fixtures";
import type { BoardData, BoardMessage } from "./model/types";

class NoObserver {
  observe = (): void => undefined;
  unobserve = (): void => undefined;
  disconnect = (): void => undefined;
}

beforeEach(() => {
  sessionStorage.clear();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("ResizeObserver", NoObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});

afterEach(() => vi.unstubAllGlobals());

const sent: BoardMessage[] = [];

function place(): ShadowRoot {
  const host = document.createElement("div");
  document.body.appendChild(host);
  return host.attachShadow({ mode: "open" });
}

function show(parentElement: ShadowRoot, data: BoardData | Uint8Array): () => void {
  const setStateValue = (_: unknown, value: unknown): void => void sent.push(value as BoardMessage);
  let cleanUp: () => void = () => undefined;
  act(() => {
    cleanUp = render({ data, parentElement, setStateValue, setTriggerValue: () => undefined, key: "k", name: "n" });
  });
  return cleanUp;
}

const catalog = (): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ kind: "catalog", catalog: "c", entries: [...CATALOG.values()] }));

const cards = (parent: ShadowRoot): string[] => [...parent.querySelectorAll(".wb-card b")].map((name) => name.textContent ?? "");

describe("mounting", () => {
  it("shows the document, and the catalogue when that comes later", () => {
    const parent = place();
    show(parent, boardData({ board: "late" }));
    expect(cards(parent)).toEqual(["app"]);
    expect(parent.querySelectorAll(".wb-item")).toHaveLength(0);
    show(place(), catalog());
    act(() => boardOf("late").store.set({ width: "wide" }));
    expect(cards(parent)).toEqual(["App"]);
    expect(parent.querySelectorAll(".wb-item")).toHaveLength(CATALOG.size);
  });

  it("updates in place when data comes again", () => {
    const parent = place();
    show(parent, boardData({ board: "again" }));
    const before = parent.querySelector(".wb");
    show(parent, boardData({ board: "again", annotations: { revision: 0, nodes: { app: { state: "busy", load: 0.81 } }, edges: {} } }));
    expect(parent.querySelector(".wb")).toBe(before);
    expect(parent.querySelector("[data-testid=card-load]")?.textContent).toBe("81 %");
    expect(parent.querySelector(".react-flow__node")?.getAttribute("aria-label")).toMatch(/load 81 % of its ceiling, busy/);
  });

  it("outlives a clean-up that newer data has overtaken, and not its place on the page", () => {
    const parent = place();
    const cleanUp = show(parent, boardData({ board: "kept" }));
    act(cleanUp);
    expect(parent.querySelector(".wb")).not.toBeNull();
    parent.host.remove();
    act(cleanUp);
    expect(parent.querySelector(".wb")).toBeNull();
  });

  it("comes back with its document, and sends what Python has not seen", () => {
    const first = place();
    const cleanUp = show(first, boardData({ board: "back" }));
    first.host.remove();
    act(cleanUp);
    const board = boardOf("back");
    board.edit(updateNode(board.state.design, "app", { name: "Edited while away" }));
    sent.length = 0;
    const second = place();
    show(second, boardData({ board: "back" }));
    expect(cards(second)).toEqual(["Edited while away"]);
    expect(sent.map((message) => message.revision)).toEqual([1]);
  });

  it("shows names as text", () => {
    const parent = place();
    const document = { nodes: [{ id: "a", component: "app", name: "<img src=x onerror=alert(1)>", position: { x: 0, y: 0 } }] };
    show(parent, boardData({ board: "hostile", document }));
    expect(cards(parent)).toEqual(["<img src=x onerror=alert(1)>"]);
    expect(parent.querySelector(".wb-card-name img")).toBeNull();
  });

  it("says how to begin on an empty board", () => {
    const parent = place();
    show(parent, boardData({ board: "empty", document: {} }));
    expect(parent.querySelector("[data-testid=empty-hint] h2")?.textContent).toBe("Start with who calls");
  });
});
