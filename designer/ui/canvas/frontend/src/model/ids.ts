/** Ids: short, readable, and valid for Python (`[A-Za-z_][A-Za-z0-9_-]{0,39}`). */

const MAX_ID = 40;
const VALID = /^[A-Za-z_][A-Za-z0-9_-]{0,39}$/;

export const isId = (text: string): boolean => VALID.test(text);

/** `base`, or `base_2`, `base_3`, ... : the first that is not taken. */
export function freshId(base: string, taken: ReadonlySet<string>): string {
  const clean = base.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?![A-Za-z_])/, "_");
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? "" : `_${count}`;
    const id = clean.slice(0, MAX_ID - suffix.length) + suffix;
    if (!taken.has(id)) return id;
  }
}

/** The stem of a numbered id: `cache_2` -> `cache`. */
export const stemOf = (id: string): string => id.replace(/_\d+$/, "");

/** The next free zone letter: a, b, ... z, then zone_2 and so on. */
export function freshZoneId(taken: ReadonlySet<string>): string {
  for (const letter of "abcdefghijklmnopqrstuvwxyz") {
    if (!taken.has(letter)) return letter;
  }
  return freshId("zone", taken);
}
