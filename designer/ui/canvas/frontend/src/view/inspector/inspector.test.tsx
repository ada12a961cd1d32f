import { act } from "preact/test-utils";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { boardOf, type Board } from "../../model/board";
import { catalogOf, registerCatalog } from "../../model/catalogs";
import { boardData, CATALOG, entryOf } from "../../model/fixtures";
import { NOTHING } from "../../model/selection";
import type { Connection, DesignNode } from "../../model/types";
import { BoardContext } from "../context";
import { Inspector } from "./Inspector";

const NODES = [
  { id: "app", component: "app", position: { x: 0, y: 0 } },
  { id: "cache", component: "cache", position: { x: 200, y: 0 } },
  { id: "jobs", component: "jobs", position: { x: 400, y: 0 } },
];
const CONNECTIONS = [
  { from: "app", to: "cache", timeout: 0.2, retries: 1, retry_budget: 0.1, backoff: 0.05 },
  { from: "jobs", to: "app" },
];

let root: Root;
let host: HTMLElement;
let board: Board;
let count = 0;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  registerCatalog("inspector", [...CATALOG.values(), entryOf("jobs", { behavior: "queue", knobs: [] })]);
  count += 1;
  board = boardOf(`inspector ${count}`);
  board.setCatalog(catalogOf("inspector"));
  board.receive(boardData({ board: `inspector ${count}`, catalog: "inspector", document: { nodes: NODES, connections: CONNECTIONS } }));
  host = document.body.appendChild(document.createElement("div"));
  root = createRoot(host);
  act(() => {
    root.render(
      <BoardContext.Provider value={board}>
        <Inspector />
      </BoardContext.Provider>,
    );
  });
});

afterEach(() => {
  act(() => {
    root.unmount();
  });
  host.remove();
  vi.unstubAllGlobals();
});

const find = (testId: string): HTMLElement | null => host.querySelector(`[data-testid="${testId}"]`);

const field = <T extends HTMLElement>(testId: string): T => {
  const found = find(testId);
  if (found === null) throw new Error(`there is no ${testId}`);
  return found as T;
};

const select = (nodes: readonly string[], connections: readonly string[] = []): void => {
  act(() => {
    board.select({ ...NOTHING, nodes, connections });
  });
};

/** As a hand does it: React listens for the native event and asks the element for its value. */
function fill(testId: string, value: string): void {
  const input = field<HTMLInputElement | HTMLSelectElement>(testId);
  const prototype = Object.getPrototypeOf(input) as object;
  act(() => {
    Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(input, value);
    input.dispatchEvent(new Event(input instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
  });
  act(() => {
    input.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  });
}

const node = (id: string): DesignNode | undefined => board.state.design.nodes.find((item) => item.id === id);
const link = (from: string): Connection | undefined => board.state.design.connections.find((item) => item.from === from);

describe("settings of a node", () => {
  it("are folded away, and only those that mean something", () => {
    select(["cache"]);
    expect(field<HTMLDetailsElement>("policies").open).toBe(false);
    expect(find("inspector-writes")).not.toBeNull();
    expect(find("inspector-backup_every")).toBeNull();
    select(["jobs"]);
    expect(find("inspector-writes")).toBeNull();
    expect(find("inspector-deliveries")).not.toBeNull();
  });

  it("are written into the document, and open where some are set", () => {
    select(["cache"]);
    fill("inspector-writes", "through");
    fill("inspector-ttl", "90 s");
    expect(node("cache")).toMatchObject({ writes: "through", ttl: 90 });
    select(["app"]);
    select(["cache"]);
    expect(field<HTMLDetailsElement>("policies").open).toBe(true);
    fill("inspector-ttl", "");
    expect(node("cache")?.ttl).toBeNull();
  });

  it("say what is wrong with a value, and keep the one before", () => {
    select(["jobs"]);
    fill("inspector-deliveries", "5");
    fill("inspector-deliveries", "none");
    expect(host.querySelector("[role=alert]")?.textContent).toBe("Give a whole number, 1 to 101.");
    expect(node("jobs")?.deliveries).toBe(5);
  });

  it("leave when another one makes them meaningless", () => {
    select(["jobs"]);
    fill("inspector-deliveries", "5");
    fill("inspector-delivery", "at_most_once");
    expect(find("inspector-deliveries")).toBeNull();
    expect(node("jobs")).toMatchObject({ delivery: "at_most_once", deliveries: null });
  });
});

describe("a value that comes another way than by keys", () => {
  const press = (input: HTMLInputElement, key: string): void => {
    act(() => {
      input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    });
  };

  it("is taken when it was set before its event came", () => {
    select(["app"]);
    const input = field<HTMLInputElement>("inspector-instances");
    act(() => {
      // As a password manager or a dictation does it.
      input.value = "7";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    press(input, "Enter");
    expect(node("app")?.instances).toBe(7);
  });

  it("is taken when it came without a word", () => {
    select(["app"]);
    const input = field<HTMLInputElement>("inspector-instances");
    input.value = "8";
    press(input, "Enter");
    expect(node("app")?.instances).toBe(8);
    input.value = "9";
    act(() => {
      input.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    });
    expect(node("app")?.instances).toBe(9);
  });

  it("is refused like any other", () => {
    select(["app"]);
    const input = field<HTMLInputElement>("inspector-instances");
    input.value = "many";
    press(input, "Enter");
    expect(host.querySelector("[role=alert]")).not.toBeNull();
    expect(input.value).toBe("many");
    expect(node("app")?.instances).toBe(1);
  });
});

describe("settings of a connection", () => {
  it("are what a caller can do", () => {
    select([], ["app>cache"]);
    expect(field<HTMLDetailsElement>("patience").open).toBe(true);
    expect(field<HTMLSelectElement>("connection-carries").options).toHaveLength(3);
    fill("connection-mode", "async");
    fill("connection-on-miss", "always");
    fill("connection-backoff", "100 ms");
    act(() => { field<HTMLInputElement>("connection-fallback").click(); });
    expect(link("app")).toMatchObject({ mode: "async", on_miss: false, timeout: 0.2, retries: 1, backoff: 0.1, fallback: true });
  });

  it("out of a queue are only how long it waits, and what it gave up", () => {
    select([], ["jobs>app"]);
    expect(find("connection-retries")).toBeNull();
    expect(find("connection-mode")).toBeNull();
    expect(find("connection-fallback")).toBeNull();
    fill("connection-carries", "failed");
    fill("connection-timeout", "30 s");
    expect(link("jobs")).toMatchObject({ carries: "failed", timeout: 30 });
  });

  it("are refused where they contradict each other, and dropped with what they belong to", () => {
    select([], ["app>cache"]);
    fill("connection-hedge-after", "300 ms");
    expect(host.querySelector("[role=alert]")?.textContent).toBe("Give less than 200 ms.");
    fill("connection-retries", "0");
    expect(find("connection-retry-budget")).toBeNull();
    expect(find("connection-backoff")).toBeNull();
    expect(link("app")).toMatchObject({ retries: 0, retry_budget: null, backoff: null, hedge_after: null });
  });
});
