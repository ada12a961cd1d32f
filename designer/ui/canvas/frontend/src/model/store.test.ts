import { describe, expect, it, vi } from "vitest";
import { Store } from "./store";

describe("a store", () => {
  it("tells everybody of what changed, and nobody of what did not", () => {
    const store = new Store({ drawn: 1, moving: 1 });
    const told = vi.fn();
    store.subscribe(told);
    store.set({ drawn: 1 });
    expect(told).not.toHaveBeenCalled();
    store.set({ drawn: 2 });
    expect(told).toHaveBeenCalledTimes(1);
    expect(store.get()).toEqual({ drawn: 2, moving: 1 });
  });

  it("spares those that read nothing fleeting, but tells them of all else", () => {
    const store = new Store({ drawn: 1, moving: 1 }, new Set(["moving"] as const));
    const [all, settled] = [vi.fn(), vi.fn()];
    store.subscribe(all);
    const leave = store.subscribeSettled(settled);
    store.set({ moving: 2 });
    expect([all.mock.calls.length, settled.mock.calls.length]).toEqual([1, 0]);
    store.set({ moving: 3, drawn: 2 });
    expect([all.mock.calls.length, settled.mock.calls.length]).toEqual([2, 1]);
    leave();
    store.set({ drawn: 3 });
    expect([all.mock.calls.length, settled.mock.calls.length]).toEqual([3, 1]);
  });
});
