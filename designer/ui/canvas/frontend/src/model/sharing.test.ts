import { expect, test } from "vitest";
import { shared } from "./sharing";

const before = {
  revision: 3,
  nodes: { api: { rate: "10/s", load: null, badge: { count: 1, text: "a" } }, db: { rate: "5/s", load: 0.2 } },
  paths: [{ id: "read", steps: [{ edge: "a>b" }] }],
};

const copy = (): typeof before => JSON.parse(JSON.stringify(before)) as typeof before;

test("what says the same is the very same", () => {
  expect(shared(before, copy())).toBe(before);
});

test("what differs is new, and all beside it is kept", () => {
  const after = copy();
  after.nodes.api.badge.text = "b";
  const kept = shared(before, after);
  expect(kept).toEqual(after);
  expect(kept.nodes.db).toBe(before.nodes.db);
  expect(kept.paths).toBe(before.paths);
  expect(kept.nodes.api).not.toBe(before.nodes.api);
  expect(before.nodes.api.badge.text).toBe("a");
});

test.each([
  ["a part that is gone", { a: 1, b: undefined }, { a: 1 }],
  ["a part under another name", { a: undefined }, { b: undefined }],
  ["a part more", { a: 1 }, { a: 1, b: 2 }],
  ["a shorter list", [1, 2, 3], [1, 2]],
  ["a longer list", [1, 2], [1, 2, 3]],
  ["a list instead of a mapping", { 0: "a" }, ["a"]],
  ["nothing instead of something", { a: { b: 1 } }, { a: null }],
  ["something instead of nothing", null, { a: 1 }],
])("%s is not the same", (_, one, other) => {
  expect(shared(one, other)).toEqual(other);
  expect(shared(one, other)).not.toBe(one);
});
