import { describe, expect, test, vi } from "vitest";
import { Courses } from "./courses";
import type { Route } from "./curves";

const route = (x: number): Route => ({ source: { x: 0, y: 0, side: "right" }, target: { x, y: 0, side: "left" } });
const routes = (entries: Record<string, number>) => new Map(Object.entries(entries).map(([id, x]) => [id, route(x)]));

function watched(ids: readonly string[]) {
  const courses = new Courses();
  const told = vi.fn<(id: string) => void>();
  const ends = ids.map((id) => courses.watch(id, () => { told(id); }));
  return { courses, told, ends, names: () => told.mock.calls.map(([id]) => id).sort() };
}

describe("Courses", () => {
  test("tell only those lines whose course is another", () => {
    const { courses, told, names } = watched(["a", "b", "c"]);
    courses.lay(routes({ a: 10, b: 20 }), new Map([["a", { x: 5, y: 5 }]]));
    expect(names()).toEqual(["a", "b"]);
    expect(courses.of("a")).toEqual({ route: route(10), labelAt: { x: 5, y: 5 } });
    told.mockClear();
    const kept = courses.of("a");
    courses.lay(routes({ a: 10, b: 30 }), new Map([["a", { x: 5, y: 5 }]]));
    expect(names()).toEqual(["b"]);
    expect(courses.of("a")).toBe(kept);
  });

  test("tell a line whose label moved, and one that is gone", () => {
    const { courses, told, names } = watched(["a", "b"]);
    courses.lay(routes({ a: 10, b: 20 }), new Map());
    told.mockClear();
    courses.lay(routes({ a: 10 }), new Map([["a", { x: 1, y: 1 }]]));
    expect(names()).toEqual(["a", "b"]);
    expect(courses.of("b")).toBeUndefined();
  });

  test("tell nobody who watches no longer", () => {
    const { courses, told, ends } = watched(["a"]);
    for (const end of ends) end();
    courses.lay(routes({ a: 10 }), new Map());
    expect(told).not.toHaveBeenCalled();
  });
});
