/** Finding components by what people call them: name, product names, and what it does. */

import { isMeant, wordsOf as words } from "./slips";
import type { CatalogEntry } from "./types";

/** What people write short where that is not the first letters of a name's words. */
const ABBREVIATIONS: ReadonlyMap<string, string> = new Map([
  ["db", "database"],
  ["es", "elasticsearch"],
  ["gw", "gateway"],
  ["kv", "key-value"],
  ["pg", "postgresql"],
  ["psql", "postgresql"],
]);

const initialsOf = (name: string): string =>
  words(name.replace(/\([^)]*\)/g, ""))
    .map((part) => part.charAt(0))
    .join("");

/** How well one entry answers one word; 0 is not at all. */
function scoreOf(entry: CatalogEntry, word: string): number {
  const name = entry.name.toLowerCase();
  const written = ABBREVIATIONS.get(word);
  if (written !== undefined && words(written).every((part) => scoreOf(entry, part) > 0)) return 6;
  if (word.length > 1 && initialsOf(entry.name) === word) return 6;
  if (name.startsWith(word)) return 5;
  if (words(name).some((part) => part.startsWith(word))) return 4;
  if (entry.keywords.some((keyword) => words(keyword).some((part) => part.startsWith(word)))) return 3;
  if (entry.group.startsWith(word) || entry.id.includes(word)) return 2;
  return words(entry.summary).some((part) => part.startsWith(word)) ? 1 : 0;
}

/** The same for a word that may have been typed with a slip. What it does is too many words to be guessed at. */
function forgivingScoreOf(entry: CatalogEntry, word: string): number {
  const score = scoreOf(entry, word);
  if (score > 0) return score;
  if (words(entry.name).some((part) => isMeant(word, part))) return 4;
  return entry.keywords.some((keyword) => words(keyword).some((part) => isMeant(word, part))) ? 3 : 0;
}

/** Entries that answer every word of the query, best first; all of them for an empty query. Slips count where nothing else does. */
export function search(entries: readonly CatalogEntry[], query: string): readonly CatalogEntry[] {
  const wanted = words(query);
  if (wanted.length === 0) return entries;
  const found = answering(entries, wanted, scoreOf);
  return found.length > 0 ? found : answering(entries, wanted, forgivingScoreOf);
}

function answering(
  entries: readonly CatalogEntry[],
  wanted: readonly string[],
  score: (entry: CatalogEntry, word: string) => number,
): readonly CatalogEntry[] {
  return entries
    .map((entry) => ({ entry, scores: wanted.map((word) => score(entry, word)) }))
    .filter(({ scores }) => scores.every((value) => value > 0))
    .map(({ entry, scores }) => ({ entry, sum: scores.reduce((sum, value) => sum + value, 0) }))
    .sort((one, other) => other.sum - one.sum)
    .map(({ entry }) => entry);
}

/** Entries by group, groups in the order they first appear. */
export function grouped(entries: readonly CatalogEntry[]): ReadonlyMap<string, readonly CatalogEntry[]> {
  const groups = new Map<string, CatalogEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.group);
    if (group === undefined) groups.set(entry.group, [entry]);
    else group.push(entry);
  }
  return groups;
}
