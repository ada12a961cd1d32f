import { beforeEach, describe, expect, it } from "vitest";
import { actionFor, actionOf, isEnabled } from "./actions";
import * as areas from "./areas";
import { Board } from "./board";
import { placeComponent } from "./commands";
import { readDocument, writeDocument } from "./document";
import { updateNode, updateZone } from "./edits";
import { boardData, CATALOG, entryOf, small } from "./fixtures";
import { CARD, overlaps } from "./geometry";
import { groupOf } from "./groups";
import { dropNodes, parentingOf } from "./parenting";
import { NOTHING } from "./selection";
import type { Design } from "./types";
import { framesOf, nameOf, regionsOf, zoneAt } from "./zones";

const FRAME = { x: 200, y: -60, width: 220, height: 200 };

/** `small` with a frame around the app, which stands in zone a, and an empty zone b below. */
const zoned = (): Design =>
  readDocument({
    ...writeDocument(small()),
    zones: [
      { id: "a", name: "East", frame: FRAME },
      { id: "b", frame: { x: 200, y: 300, width: 300, height: 200 } },
    ],
    nodes: [
      { id: "users", component: "users", position: { x: 0, y: 0 } },
      { id: "app", component: "app", instances: 2, zones: ["a"], position: { x: 230, y: 0 } },
      { id: "cache", component: "cache", position: { x: 460, y: -50 } },
      { id: "store", component: "store", position: { x: 460, y: 50 } },
    ],
  });

let board: Board;

const open = (design: Design): void => {
  board = new Board("zones");
  const outside = [entryOf("cdn", { place: "edge" }), entryOf("users", { behavior: "client", place: "client" })];
  board.setCatalog(new Map([...CATALOG, ...outside.map((entry) => [entry.id, entry] as const)]));
  board.receive(boardData({ document: writeDocument(design) }));
};

beforeEach(() => open(zoned()));

const node = (id: string) => board.state.design.nodes.find((item) => item.id === id)!;
const zone = (id: string) => board.state.design.zones.find((item) => item.id === id)!;
const select = (...nodes: string[]) => board.select({ ...NOTHING, nodes });
const drop = (moves: Record<string, { x: number; y: number }>, carrying = true): void => {
  board.store.set({ carrying });
  dropNodes(board, new Map(Object.entries(moves)));
};

describe("the document", () => {
  it("keeps frames, groups, pins and kinds of notes, and writes nothing that is neutral", () => {
    const raw = {
      zones: [{ id: "a", frame: FRAME }],
      nodes: [{ id: "app", component: "app", position: { x: 0, y: 0 }, pinned: true }],
      groups: [{ id: "g", name: "Reads", color: "teal", nodes: ["app"] }],
      notes: [{ id: "n", text: "", kind: "text", color: "pink", position: { x: 0, y: 0 } }],
    };
    expect(writeDocument(readDocument(raw))).toMatchObject(raw);
    const plain = writeDocument(small());
    expect(plain).not.toHaveProperty("groups");
    expect((plain["nodes"] as object[])[0]).not.toHaveProperty("pinned");
    expect((plain["notes"] as object[])[0]).toEqual({ id: "note", text: "hello", position: { x: 0, y: 200 } });
  });

  it("drops what nobody could draw: broken frames, unknown colours, members that are not there", () => {
    const design = readDocument({
      zones: [{ id: "a", frame: { x: 0, y: 0, width: -1, height: 5 } }, { id: "b", frame: "here" }],
      nodes: [{ id: "app", component: "app", position: { x: 0, y: 0 } }],
      groups: [{ id: "g", color: "url(x)", nodes: ["app", "gone"] }, { id: "h", nodes: ["gone"] }],
      notes: [{ id: "n", text: "x", kind: "poster", color: "#fff", position: { x: 0, y: 0 } }],
    });
    expect(design.zones.map((item) => item.frame)).toEqual([null, null]);
    expect(design.groups).toEqual([{ id: "g", name: null, color: null, nodes: ["app"] }]);
    expect(design.notes[0]).toMatchObject({ kind: "sticky", color: null });
  });
});

describe("where zones are drawn", () => {
  it("is their frame, grown around all that stand in them alone", () => {
    expect(framesOf(zoned()).get("a")).toEqual(FRAME);
    const moved = updateNode(zoned(), "app", { position: { x: 600, y: 0 } });
    expect(framesOf(moved).get("a")).toEqual({ x: 200, y: -60, width: 570, height: 200 });
  });

  it("is around their nodes without a frame, and nowhere without nodes", () => {
    const bare = updateZone(updateZone(zoned(), "a", { frame: null }), "b", { frame: null });
    expect(framesOf(bare).get("a")).toEqual({ x: 210, y: -40, width: 190, height: 120 });
    expect(framesOf(bare).has("b")).toBe(false);
    const spread = updateNode(bare, "app", { zones: ["a", "b"] });
    expect([...framesOf(spread).keys()]).toEqual([]);
  });

  it("is within their region, which is drawn when it says something", () => {
    expect(regionsOf(zoned(), framesOf(zoned()))).toEqual([]);
    const named = updateZone(zoned(), "b", { region: "us" });
    expect(regionsOf(named, framesOf(named)).map((region) => region.id)).toEqual(["region", "us"]);
    expect(regionsOf(named, framesOf(named))[0]?.frame).toEqual({ x: 180, y: -100, width: 260, height: 260 });
  });

  it("the smallest zone at a point wins", () => {
    const frames = new Map([["large", { x: 0, y: 0, width: 900, height: 900 }], ["small", { x: 10, y: 10, width: 90, height: 90 }]]);
    expect(zoneAt(frames, { x: 20, y: 20 })).toBe("small");
    expect(zoneAt(frames, { x: 500, y: 20 })).toBe("large");
    expect(zoneAt(frames, { x: -1, y: 0 })).toBeNull();
  });
});

describe("dragging cards", () => {
  it("into a zone puts them there, in one step with the move, and says so", () => {
    drop({ cache: { x: 260, y: 360 } });
    expect(node("cache")).toMatchObject({ zones: ["b"], position: { x: 260, y: 360 } });
    expect(board.state.announcement?.text).toBe("Cache is now in zone b");
    board.undo();
    expect(node("cache")).toMatchObject({ zones: [], position: { x: 460, y: -50 } });
  });

  it("out of all zones takes them out, and the zone stays as it was drawn", () => {
    board.edit(updateZone(board.state.design, "a", { frame: null }));
    const before = framesOf(board.state.design).get("a");
    drop({ app: { x: 900, y: 0 } });
    expect(node("app").zones).toEqual([]);
    expect(zone("a").frame).toEqual(before);
    expect(board.state.announcement?.text).toBe("App is now in no zone");
  });

  it("goes by their centres", () => {
    const edge = FRAME.x + FRAME.width - CARD.width / 2;
    drop({ app: { x: edge - 10, y: 0 } });
    expect(node("app").zones).toEqual(["a"]);
    drop({ app: { x: edge + 400, y: 0 } });
    expect(node("app").zones).toEqual([]);
  });

  it("takes each of several for itself", () => {
    drop({ app: { x: 700, y: 0 }, cache: { x: 260, y: 360 }, store: { x: 260, y: 420 } });
    expect([node("app").zones, node("cache").zones, node("store").zones]).toEqual([[], ["b"], ["b"]]);
  });

  it("leaves zones alone with Alt, and those of what stands in none", () => {
    drop({ cache: { x: 260, y: 360 } }, false);
    expect(node("cache")).toMatchObject({ zones: [], position: { x: 260, y: 360 } });
    drop({ users: { x: 300, y: 420 } });
    expect(node("users").zones).toEqual([]);
    board.edit(updateNode(board.state.design, "store", { component: "cdn" }));
    drop({ store: { x: 300, y: 420 } });
    expect(node("store").zones).toEqual([]);
  });

  it("leaves what is spread over zones spread, unless it is put into one", () => {
    board.edit(updateNode(board.state.design, "store", { zones: ["a", "b"] }));
    drop({ store: { x: 800, y: 0 } });
    expect(node("store").zones).toEqual(["a", "b"]);
    drop({ store: { x: 260, y: 360 } });
    expect(node("store").zones).toEqual(["b"]);
  });

  it("is as good as placing them there from the start", () => {
    placeComponent(board, "cache", { x: 350, y: 400 });
    expect(node("cache_2").zones).toEqual(["b"]);
    placeComponent(board, "users", { x: 350, y: 440 });
    expect(node("users_2").zones).toEqual([]);
    placeComponent(board, "cache", { x: 900, y: 900 });
    expect(node("cache_3").zones).toEqual([]);
  });

  it("changes nothing within one zone", () => {
    expect(parentingOf(zoned(), CATALOG, new Map([["app", { x: 240, y: 10 }]])).size).toBe(0);
  });
});

describe("a zone as a whole", () => {
  it("is drawn around cards, which then stand in it, and is undone in one step", () => {
    areas.drawZone(board, areas.frameBetween({ x: 441, y: -98 }, { x: 652, y: 123 }));
    expect(zone("c").frame).toEqual({ x: 440, y: -100, width: 210, height: 220 });
    expect([node("cache").zones, node("store").zones, node("app").zones]).toEqual([["c"], ["c"], ["a"]]);
    expect(board.state.zone).toBe("c");
    board.undo();
    expect(board.state.design.zones.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(node("cache").zones).toEqual([]);
    expect(board.state.zone).toBeNull();
  });

  it("is of an ordinary size after a click, and never too small to hold a card", () => {
    expect(areas.frameBetween({ x: 3, y: 4 }, { x: 5, y: 9 })).toMatchObject({ width: 320, height: 180 });
    expect(areas.frameBetween({ x: 0, y: 0 }, { x: 90, y: -20 })).toEqual({ x: 0, y: -20, width: 120, height: 80 });
  });

  it("is moved with what stands in it and the notes that lie in it", () => {
    board.edit({ ...board.state.design, notes: [{ id: "note", text: "x", kind: "sticky", color: null, position: { x: 210, y: -50 } }] });
    areas.dropArea(board, { kind: "zone", id: "a" }, { x: 100, y: 40 });
    expect(zone("a").frame).toEqual({ ...FRAME, x: 300, y: -20 });
    expect(node("app").position).toEqual({ x: 330, y: 40 });
    expect(node("store").position).toEqual({ x: 460, y: 50 });
    expect(board.state.design.notes[0]?.position).toEqual({ x: 310, y: -10 });
    board.undo();
    expect(node("app").position).toEqual({ x: 230, y: 0 });
  });

  it("is not made smaller than what stands in it", () => {
    expect(areas.resizedFrame(board.state.design, "a", "se", { x: -500, y: 60 })).toEqual({ x: 200, y: -60, width: 200, height: 260 });
    expect(areas.resizedFrame(board.state.design, "b", "nw", { x: 900, y: 900 })).toEqual({ x: 380, y: 420, width: 120, height: 80 });
  });

  it("is deleted by the Delete key when it was chosen, and its nodes lose it", () => {
    board.chooseZone("a");
    actionOf("delete").run(board);
    expect(board.state.design.zones.map(({ id }) => id)).toEqual(["b"]);
    expect(node("app").zones).toEqual([]);
    board.undo();
    expect(node("app").zones).toEqual(["a"]);
  });

  it("is chosen instead of what is selected", () => {
    select("app");
    board.chooseZone("a");
    expect(board.state.selection.nodes).toEqual([]);
    select("app");
    expect(board.state.zone).toBeNull();
  });

  it("is renamed; no name gives it its id back", () => {
    board.chooseZone("b");
    expect(isEnabled(actionOf("rename"), board)).toBe(true);
    areas.renameArea(board, { kind: "zone", id: "b" }, "  West ");
    expect(nameOf(zone("b"))).toBe("West");
    areas.renameArea(board, { kind: "zone", id: "b" }, " ");
    expect(nameOf(zone("b"))).toBe("b");
  });

  it("is refused when there are as many as there may be", () => {
    open(readDocument({ zones: Array.from({ length: 100 }, (_, index) => ({ id: `z${index}` })) }));
    areas.drawZone(board, FRAME);
    expect(board.state.design.zones.length).toBe(100);
    expect(board.state.toast?.text).toMatch(/100 zones/);
  });
});

describe("spreading", () => {
  it("sets all zones of the region, with a machine for each at least, out of their frames, in one step", () => {
    select("app");
    areas.spreadSelected(board);
    expect(node("app")).toMatchObject({ zones: ["a", "b"], instances: 2 });
    const box = { ...node("app").position, ...CARD };
    expect([...framesOf(board.state.design).values()].some((frame) => overlaps(box, frame))).toBe(false);
    select("store");
    areas.spreadSelected(board);
    expect(node("store")).toMatchObject({ zones: ["a", "b"], instances: 2 });
    expect(board.state.toast?.text).toMatch(/one instance in each/);
    board.undo();
    expect(node("store")).toMatchObject({ zones: [], instances: 1 });
  });

  it("stays within the region of the node", () => {
    board.edit(updateZone(board.state.design, "b", { region: "us" }));
    select("app");
    areas.spreadSelected(board);
    expect(node("app").zones).toEqual(["a"]);
    expect(board.state.toast?.text).toMatch(/two zones/);
  });
});

describe("groups", () => {
  it("hold the selected nodes, each in one group at most", () => {
    select("app", "cache");
    actionOf("group").run(board);
    select("cache", "store");
    actionOf("group").run(board);
    expect(board.state.design.groups.map((group) => group.nodes)).toEqual([["app"], ["cache", "store"]]);
    select("app", "users");
    actionOf("group").run(board);
    expect(board.state.design.groups.map((group) => group.nodes)).toEqual([["cache", "store"], ["app", "users"]]);
  });

  it("go when they are ungrouped, or when their nodes are gone", () => {
    select("app", "cache");
    actionOf("group").run(board);
    actionOf("ungroup").run(board);
    expect(board.state.design.groups).toEqual([]);
    board.undo();
    actionOf("delete").run(board);
    expect(board.state.design.groups).toEqual([]);
    board.undo();
    expect(groupOf(board.state.design, "cache")?.nodes).toEqual(["app", "cache"]);
  });

  it("move with their nodes, into zones too", () => {
    select("cache", "store");
    actionOf("group").run(board);
    const area = { kind: "group", id: board.state.design.groups[0]!.id } as const;
    areas.carryArea(board, area, { x: -200, y: 380 });
    areas.dropArea(board, area, { x: -200, y: 380 });
    expect(node("cache")).toMatchObject({ position: { x: 260, y: 330 }, zones: ["b"] });
    expect(node("store")).toMatchObject({ position: { x: 260, y: 430 }, zones: ["b"] });
  });

  it("have keys of their own", () => {
    const press = (key: string, shiftKey = false) => actionFor({ key, ctrlKey: true, metaKey: false, shiftKey, altKey: false })?.id;
    expect([press("g"), press("g", true)]).toEqual(["group", "ungroup"]);
  });
});

describe("pins", () => {
  it("are set, and taken away when all have one", () => {
    select("app", "cache");
    actionOf("pin").run(board);
    expect([node("app").pinned, node("cache").pinned, node("store").pinned]).toEqual([true, true, false]);
    select("app", "store");
    actionOf("pin").run(board);
    expect(node("store").pinned).toBe(true);
    actionOf("pin").run(board);
    expect([node("app").pinned, node("cache").pinned]).toEqual([false, true]);
  });
});
