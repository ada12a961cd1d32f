/** Key chords such as "Mod+Shift+Z"; Mod is Ctrl, or Command on a Mac. */

import { strings } from "../strings";

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Keys that already say whether shift was held, so that chords need not. */
const isSymbol = (key: string): boolean => key.length === 1 && !/[a-z0-9 ]/i.test(key);

/** The modifiers and the key of a chord; the key may be the plus sign itself. */
function partsOf(chord: string): { readonly modifiers: readonly string[]; readonly key: string } {
  const cut = chord.endsWith("+") ? chord.length - 1 : chord.lastIndexOf("+") + 1;
  return { modifiers: chord.slice(0, cut).split("+").filter(Boolean), key: chord.slice(cut) };
}

/** Whether a key press is that chord. */
export function matches(press: KeyPress, chord: string): boolean {
  const { modifiers, key } = partsOf(chord);
  if (press.key.toLowerCase() !== key.toLowerCase()) return false;
  if ((press.ctrlKey || press.metaKey) !== modifiers.includes("Mod")) return false;
  if (press.altKey !== modifiers.includes("Alt")) return false;
  return isSymbol(key) || press.shiftKey === modifiers.includes("Shift");
}

/** The chord as it is written on key caps: "Ctrl", "Shift", "Z". */
export function keyCaps(chord: string, isMac: boolean): readonly string[] {
  const { modifiers, key } = partsOf(chord);
  return [...modifiers, key].map((part) => (part === "Mod" && isMac ? "⌘" : (strings.keys[part] ?? part)));
}

export const chordText = (chord: string, isMac: boolean): string => keyCaps(chord, isMac).join(isMac ? "" : "+");
