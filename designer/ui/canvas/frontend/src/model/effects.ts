/** What an edit changed, in numbers: those of the selected node, and those of the whole design. */

import { strings } from "../strings";
import { loadText } from "./labels";
import type { Annotations } from "./annotations";

export interface Comparison {
  readonly before: Annotations;
  readonly after: Annotations;
}

export interface Effect {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const words = strings.meaning.effect;

/** The numbers that differ, as they are written; none where the answer is about another way of looking. */
export function effectsOf({ before, after }: Comparison, node: string | undefined): readonly Effect[] {
  const isAlike = (before.scale ?? 1) === (after.scale ?? 1) && before.failing === undefined && after.failing === undefined;
  if (!isAlike || before.whole === undefined || after.whole === undefined) return [];
  const [old, now] = node === undefined ? [undefined, undefined] : [before.nodes[node], after.nodes[node]];
  const met = ({ met, of }: NonNullable<Annotations["whole"]>): string => words.metOf(met, of);
  const rows: readonly (readonly [string, string | undefined, string | undefined])[] = [
    [words.load, loadText(old) || undefined, loadText(now) || undefined],
    [words.cost, old?.cost, now?.cost],
    [words.p99, before.whole.p99?.text, after.whole.p99?.text],
    [words.total, before.whole.cost.text, after.whole.cost.text],
    [words.met, met(before.whole), met(after.whole)],
  ];
  return rows.flatMap(([label, one, other]) =>
    one === other || (one === undefined && other === undefined)
      ? []
      : [{ label, before: one ?? words.nothing, after: other ?? words.nothing }],
  );
}
