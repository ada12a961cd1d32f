/** Finding components by what people call them: name, product names, and what it does. */

import type { CatalogEntry } from "./types";

const words = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

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

/** Entries that answer every word of the query, best first; all of them for an empty query. */
export function search(entries: readonly CatalogEntry[], query: string): readonly CatalogEntry[] {
  const wanted = words(query);
  if (wanted.length === 0) return entries;
  return entries
    .map((entry) => ({ entry, scores: wanted.map((word) => scoreOf(entry, word)) }))
    .filter(({ scores }) => scores.every((score) => score > 0))
    .map(({ entry, scores }) => ({ entry, score: scores.reduce((sum, score) => sum + score, 0) }))
    .sort((one, other) => other.score - one.score)
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
