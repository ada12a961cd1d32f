/** No word stands in the sources of the views: what is read on the board comes from the table, or from the document. */

import { act } from "preact/test-utils";
import { parseAst } from "vite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import render from "./index";
import { boardOf, type BoardState } from "./model/board";
import { CATALOG, boardData } from "./model/fixtures";
import { counterOf, listerOf, tableFor } from "./model/language";
import { registerCatalog } from "./model/catalogs";
import { NOTHING } from "./model/selection";

/** Puts every text of a table into brackets, as a language nobody speaks. */
const pseudo = vi.hoisted(() => {
  const bracketed = (value: unknown): unknown => {
    if (typeof value === "string") return `⟦${value}⟧`;
    if (typeof value === "function") return (...given: unknown[]) => bracketed((value as (...all: unknown[]) => unknown)(...given));
    if (Array.isArray(value)) return value.map(bracketed);
    return Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, bracketed(inner)]));
  };
  return bracketed;
});

vi.mock("./strings", async (original) => {
  const real = await original<{ readonly strings: object }>();
  return { ...real, strings: pseudo(real.strings) };
});

const LETTERS = /\p{L}{2}/u;

describe("a language", () => {
  const tables = { "./strings.de.ts": "German", "./strings.pt-BR.ts": "Brazilian" };

  it("is one more file, found by the page's own", () => {
    expect(tableFor(tables, "de")).toBe("German");
    expect(tableFor(tables, "de-AT")).toBe("German");
    expect(tableFor(tables, "pt-br")).toBe("Brazilian");
    expect(tableFor(tables, "pt")).toBeUndefined();
    expect(tableFor(tables, "en")).toBeUndefined();
  });

  it("counts and lists in its own way", () => {
    const polish = counterOf("pl");
    const forms = { one: "węzeł", few: "węzły", many: "węzłów", other: "węzła" };
    expect([1, 3, 5].map((count) => polish(count, forms))).toEqual(["1 węzeł", "3 węzły", "5 węzłów"]);
    expect(counterOf("en")(3000, { one: "node", other: "nodes" })).toBe("3,000 nodes");
    expect(listerOf("de")(["a", "b", "c"])).toBe("a, b und c");
  });
});

/** Attributes that are read by people. */
const READ = new Set(["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "title", "placeholder", "alt", "label", "hint", "data-tip"]);
/** Two words beside each other: no name, no selector, no list of classes. */
const SENTENCE = /\p{L}{2,},? \p{L}{2,}/u;

/** What finds elements, not what is read. */
const SELECTOR = /^(\.|\[|(input|textarea|select|button|a|summary), )/;
/** Parts of documents, the same in every language: the name of one that was given none, and the mark of a piece of one. */
const DOCUMENTED = new Set(["Untitled design", "# A piece of a design, copied from the whiteboard"]);

type Tree = { readonly type: string; readonly [part: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && "type" in value;
const partsOf = (tree: Tree): readonly Tree[] => Object.values(tree).flat().filter(isTree);

function textOf(tree: Tree): string | null {
  if (tree.type === "Literal" && typeof tree["value"] === "string") return tree["value"];
  if (tree.type === "TemplateElement") return (tree["value"] as { readonly raw: string }).raw;
  return null;
}

/** Texts for people below a part of the source. `isRead`: below an attribute that is read, where every word counts. */
function wordsIn(tree: Tree, isRead = false): readonly string[] {
  if (tree.type === "JSXText") return LETTERS.test(tree["value"] as string) ? [tree["value"] as string] : [];
  // A slip of the programmer is told to the programmer.
  if (tree.type === "ThrowStatement" || tree.type.startsWith("TS")) return [];
  if (tree.type === "JSXAttribute") {
    const name = (tree["name"] as { readonly name: unknown }).name;
    if (typeof name === "string" && !READ.has(name) && /^(className|style|data-|type|role|d$)/.test(name)) return [];
    return partsOf(tree).flatMap((part) => wordsIn(part, typeof name === "string" && READ.has(name)));
  }
  // What is looked up or compared is not shown: `words[key]`, `state === "over"`.
  if (isRead && (tree.type === "MemberExpression" || tree.type === "BinaryExpression" || tree.type === "CallExpression")) return [];
  const text = textOf(tree);
  if (text !== null) {
    if (SELECTOR.test(text) || DOCUMENTED.has(text)) return [];
    return (isRead ? LETTERS : SENTENCE).test(text) ? [text] : [];
  }
  return partsOf(tree).flatMap((part) => wordsIn(part, isRead));
}

const sources = import.meta.glob<string>(["./**/*.{ts,tsx}", "!./**/*.test.{ts,tsx}", "!./strings*.ts", "!./words/*.ts", "!./model/fixtures.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

const found = (source: string, lang: "ts" | "tsx"): readonly string[] => wordsIn(parseAst(source, { lang }) as unknown as Tree);

describe("the sources", () => {
  it("are searched for words", () => {
    expect(found("const a = <b>Hello</b>;", "tsx")).toEqual(["Hello"]);
    expect(found("const a = <b title={`${x} now`}/>;", "tsx")).toEqual([" now"]);
    expect(found('board.toast("It went wrong.");', "ts")).toEqual(["It went wrong."]);
    expect(found('const a = <b className="wb one two" title={words.one} data-state="over"/>;', "tsx")).toEqual([]);
    expect(Object.keys(sources).length).toBeGreaterThan(50);
  });

  it.each(Object.keys(sources))("hold none: %s", (file) => {
    expect(found(sources[file] ?? "", file.endsWith("x") ? "tsx" : "ts")).toEqual([]);
  });
});

class NoObserver {
  observe = (): void => undefined;
  unobserve = (): void => undefined;
  disconnect = (): void => undefined;
}

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal("ResizeObserver", NoObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
});

afterEach(() => vi.unstubAllGlobals());

const DOCUMENT = {
  zones: [{ id: "a", name: null, region: "§region" }],
  nodes: [
    { id: "users", component: "users", name: "§people", position: { x: 0, y: 0 } },
    { id: "app", component: "app", name: "§app", zones: ["a"], shards: 2, position: { x: 300, y: 0 } },
    { id: "cache", component: "cache", name: "§cache", position: { x: 600, y: 0 } },
  ],
  connections: [{ from: "users", to: "app" }, { from: "app", to: "cache", mode: "async", label: "§label" }],
  notes: [{ id: "n", text: "", position: { x: 0, y: 300 } }],
};

const ANNOTATIONS = {
  revision: 0,
  nodes: { app: { state: "busy" as const, load: 0.8, rate: "§1k/s", badge: { severity: "warning" as const, count: 2, text: "§finding" } }, users: { state: "idle" as const, load: null } },
  edges: {},
  requirements: [{ title: "§wish", value: "§1", state: "met" as const }],
};

/** Everything on the board that is read: its texts, and the names and hints of its controls. */
function readable(parent: ParentNode): readonly string[] {
  const walker = document.createTreeWalker(parent as Node, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  while (walker.nextNode() !== null) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement?.closest("[aria-hidden=true], style") === null) texts.push(textContent ?? "");
  }
  const named = [...parent.querySelectorAll("*")].flatMap((part) => [...READ].map((name) => part.getAttribute(name)).filter((value) => value !== null));
  return [...texts, ...named].filter((text) => LETTERS.test(text));
}

const views: readonly (readonly [string, Partial<BoardState>])[] = [
  ["the board", {}],
  ["a node", { selection: { ...NOTHING, nodes: ["app"] } }],
  ["a connection", { selection: { ...NOTHING, connections: ["app>cache"] } }],
  ["several", { selection: { ...NOTHING, nodes: ["app", "cache"] } }],
  ["the zones", { panel: "zones" }],
  ["the keys", { panel: "shortcuts" }],
  ["the outline", { panel: "outline" }],
  ["the menu", { menu: "selection", selection: { ...NOTHING, nodes: ["app"] } }],
  ["the target", { aiming: { kind: "connect", from: "users" } }],
  ["what to add", { asking: { kind: "after", node: "app", point: null } }],
  ["the commands", { asking: { kind: "commands" } }],
  ["other traffic", { panel: "traffic" }],
  ["the paths", { panel: "paths" }],
  ["what may fail", { panel: "failing" }],
  ["gathering", { gathering: true }],
  ["the window", { full: true }],
];

describe("in a language nobody speaks", () => {
  const parent = document.createElement("div");
  document.body.append(parent);
  const shadow = parent.attachShadow({ mode: "open" });
  registerCatalog("pseudo", [...CATALOG.values()].map((entry) => ({ ...entry, name: `§${entry.name}`, summary: `§${entry.summary}` })));

  it.each(views)("%s has no word of another", async (_, patch) => {
    const data = boardData({ board: "pseudo", catalog: "pseudo", document: DOCUMENT, annotations: ANNOTATIONS, datasets: [] });
    const send = (): void => undefined;
    await act(async () => {
      render({ data, parentElement: shadow, setStateValue: send, setTriggerValue: send, key: "k", name: "n" });
      await import("./view/panels");
      boardOf("pseudo").store.set({ width: "wide", panel: null, menu: null, aiming: null, asking: null, gathering: false, full: false, selection: NOTHING, ...patch });
    });
    const strangers = readable(shadow).filter((text) => !text.includes("⟦") && !text.includes("§"));
    expect(strangers).toEqual([]);
  });
});
