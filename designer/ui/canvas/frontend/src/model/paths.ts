/** One request on its way over the lines. */

import { strings } from "../strings";
import type { Board, BoardState } from "./board";
import { connectionId } from "./document";
import type { PathStep, RequestPath } from "./annotations";

const words = strings.meaning.paths;

export type WayKind = "sync" | "later" | "miss";

/** What a line says of the request that is followed. */
export interface Stretch {
  readonly numbers: string;
  readonly kind: WayKind;
}

const kindOf = ({ later, miss }: PathStep): WayKind => (later === true ? "later" : miss === undefined ? "sync" : "miss");

/** The request that is followed, or null. */
export const pathOf = ({ path, annotations }: BoardState): RequestPath | null =>
  path === null ? null : (annotations.paths?.find(({ id }) => id === path) ?? null);

const known = new WeakMap<RequestPath, ReadonlyMap<string, Stretch>>();

/** By line, the numbers of the steps that go over it; the first of them says of which kind it is. */
function stretchesOf(path: RequestPath): ReadonlyMap<string, Stretch> {
  const old = known.get(path);
  if (old !== undefined) return old;
  const found = new Map<string, Stretch>();
  path.steps.forEach((step, index) => {
    const before = found.get(step.edge);
    const number = String(index + 1);
    found.set(step.edge, before === undefined ? { numbers: number, kind: kindOf(step) } : { ...before, numbers: `${before.numbers}, ${number}` });
  });
  known.set(path, found);
  return found;
}

/** What the line of that id says of the request that is followed; null where it does not come that way. */
export function stretchOf(state: BoardState, edge: string): Stretch | null {
  const path = pathOf(state);
  return path === null ? null : (stretchesOf(path).get(edge) ?? null);
}

/** Whether the dot is on that line now. */
export const isRunning = (state: BoardState, edge: string): boolean => pathOf(state)?.steps[state.step]?.edge === edge;

/** The dot goes over to the next step whose line is drawn, and after the last begins anew. */
export function advance(board: Board): void {
  const path = pathOf(board.state);
  if (path === null) return;
  const drawn = new Set(board.state.design.connections.map(({ from, to }) => connectionId(from, to)));
  const count = path.steps.length;
  for (let further = 1; further <= count; further += 1) {
    const step = (board.state.step + further) % count;
    if (drawn.has(path.steps[step]?.edge ?? "")) {
      board.store.set({ step });
      return;
    }
  }
}

/** A step in words: "Users calls Load balancer, 50 ms". */
export function stepWords(step: PathStep, label: (id: string) => string): string {
  const [from = "", to = ""] = step.edge.split(">");
  return [
    step.later === true ? words.hands(label(from), label(to)) : words.calls(label(from), label(to)),
    step.miss === undefined ? null : words.miss(label(step.miss)),
    step.times === undefined ? null : words.times(step.times),
    step.optional === true ? words.optional : null,
    step.time === undefined ? null : words.time(step.time),
  ]
    .filter((part) => part !== null)
    .join(", ");
}

/** Follows the request of the next workload; after the last one none, and again from the first. */
export function followNext(board: Board): void {
  const paths = board.state.annotations.paths ?? [];
  const next = paths[paths.findIndex(({ id }) => id === board.state.path) + 1];
  follow(board, next?.id ?? null);
}

export function follow(board: Board, path: string | null): void {
  board.store.set({ path, step: 0, panel: path === null ? null : "paths" });
  const found = pathOf(board.state);
  board.announce(found === null ? words.none : words.followed(found.name, found.steps.length));
}
