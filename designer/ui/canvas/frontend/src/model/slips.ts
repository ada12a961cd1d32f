/** Words that were meant, by words as they were typed: with one letter wrong, missing or too many, or two swapped. */

/** Shorter words are too much alike. */
const SHORTEST = 4;

export const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one.charAt(at) === other.charAt(at)) at += 1;
  return at;
}

/** Whether the word, or its beginning, was typed with at most one slip. Of a short one the whole must be meant. */
export function isMeant(typed: string, word: string): boolean {
  if (word.length < SHORTEST || typed.length < SHORTEST - 1) return false;
  const at = firstDifference(typed, word);
  const [is, should] = [typed.slice(at), word.slice(at)];
  if (typed.length < SHORTEST) return is === should.slice(1);
  const wrong = should.slice(1).startsWith(is.slice(1));
  const missing = should.slice(1).startsWith(is);
  const surplus = should.startsWith(is.slice(1));
  const swapped = is.length > 1 && is.charAt(0) === should.charAt(1) && is.charAt(1) === should.charAt(0) && should.slice(2).startsWith(is.slice(2));
  return wrong || missing || surplus || swapped;
}

/** Whether each word of the query is in the text as it was typed, or is meant by it. */
export function answersSlips(text: string, query: string): boolean {
  const parts = wordsOf(text);
  const typed = wordsOf(query);
  return typed.length > 0 && typed.every((word) => parts.some((part) => part.startsWith(word) || isMeant(word, part)));
}
