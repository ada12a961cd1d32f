/** Finding a text by some of its letters, in their order: "rtpx" finds "reverse proxy". */

import { answersSlips } from "./slips";

/** Marks, for the letters of the query found in the text: at its start, at the start of a word, right after another, anywhere. */
const AT_START = 12;
const AT_WORD = 8;
const IN_ROW = 10;
const ANYWHERE = 1;
/** The first text of an item is its name; the others are weaker hints. */
const HINT = 0.5;
/** Letters strewn over a text answer nobody. */
const LEAST = 2;
/** What cannot be done now comes after what answers a little less well and can. */
const IDLE = 0.5;

const isWordStart = (text: string, index: number): boolean => index === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(index - 1));

const markOf = (text: string, index: number, before: number): number => {
  if (index === 0) return AT_START;
  if (index === before + 1) return IN_ROW;
  return isWordStart(text, index) ? AT_WORD : ANYWHERE;
};

/** Where a letter is looked for next: at the next letter, else at the next word that starts with it, else anywhere. */
function nextIndex(text: string, letter: string, before: number): number {
  if (text.charAt(before + 1) === letter) return before + 1;
  for (let index = text.indexOf(letter, before + 1); index >= 0; index = text.indexOf(letter, index + 1)) {
    if (isWordStart(text, index)) return index;
  }
  return text.indexOf(letter, before + 1);
}

function scoreFrom(text: string, letters: string, start: number): number {
  let [score, before] = [markOf(text, start, -2), start];
  for (const letter of letters.slice(1)) {
    const index = nextIndex(text, letter, before);
    if (index < 0) return 0;
    score += markOf(text, index, before);
    before = index;
  }
  // Of two that answer equally well, the shorter one is meant.
  return score / letters.length + letters.length / text.length;
}

/** How well a text answers a query, more for the better; 0 where not all letters are found in their order. */
export function scoreOf(text: string, query: string): number {
  const [where, letters] = [text.toLowerCase(), query.toLowerCase().replace(/\s+/g, "")];
  if (letters === "") return 1;
  let best = 0;
  for (let start = where.indexOf(letters.charAt(0)); start >= 0; start = where.indexOf(letters.charAt(0), start + 1)) {
    best = Math.max(best, scoreFrom(where, letters, start));
  }
  return best;
}

/**
 * The items of which a text answers the query, best first, those that are not `ready` behind. Where there are none, those
 * that answer it but for a slip.
 */
export function rank<T>(
  items: readonly T[],
  query: string,
  textsOf: (item: T) => readonly string[],
  isReady: (item: T) => boolean,
): readonly T[] {
  const valueOf = (item: T): number => {
    const scores = textsOf(item).map((text, index) => scoreOf(text, query) * (index === 0 ? 1 : HINT));
    const best = Math.max(0, ...scores);
    return best < LEAST ? 0 : best * (isReady(item) ? 1 : IDLE);
  };
  const found = items
    .map((item) => ({ item, value: valueOf(item) }))
    .filter(({ value }) => value > 0)
    .sort((one, other) => other.value - one.value)
    .map(({ item }) => item);
  if (found.length > 0) return found;
  const meant = items.filter((item) => answersSlips(textsOf(item).join(" "), query));
  return meant.toSorted((one, other) => Number(isReady(other)) - Number(isReady(one)));
}
