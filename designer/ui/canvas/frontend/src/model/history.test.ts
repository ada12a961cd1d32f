import { describe, expect, it } from "vitest";
import { begin, canRedo, canUndo, commit, MAX_STEPS, redo, undo } from "./history";

describe("history", () => {
  it("goes back and forth", () => {
    const third = commit(commit(begin(1), 2), 3);
    expect(undo(third).present).toBe(2);
    expect(undo(undo(third)).present).toBe(1);
    expect(redo(undo(third))).toEqual({ ...third, merge: null });
    expect(canUndo(begin(1))).toBe(false);
    expect(canRedo(undo(third))).toBe(true);
  });

  it("stays where it is at both ends", () => {
    const only = begin(1);
    expect(undo(only)).toBe(only);
    expect(redo(only)).toBe(only);
  });

  it("forgets the future after an edit, and nothing when nothing changes", () => {
    const back = undo(commit(begin(1), 2));
    expect(commit(back, 5).future).toEqual([]);
    expect(commit(back, 1)).toBe(back);
  });

  it("merges edits of one kind in a row", () => {
    const nudged = commit(commit(commit(begin(0), 1, "nudge a"), 2, "nudge a"), 3, "nudge b");
    expect(nudged.past).toEqual([0, 2]);
    expect(commit(commit(begin(0), 1), 2).past).toEqual([0, 1]);
  });

  it("does not merge across an undo", () => {
    const back = undo(commit(commit(begin(0), 1, "nudge"), 2));
    expect(commit(back, 7, "nudge").past).toEqual([0, 1]);
  });

  it("keeps so many steps", () => {
    let history = begin(0);
    for (let step = 1; step <= MAX_STEPS + 50; step += 1) history = commit(history, step);
    expect(history.past).toHaveLength(MAX_STEPS);
  });
});
