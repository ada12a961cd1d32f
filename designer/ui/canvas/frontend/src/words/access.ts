/** Words for those who do without a mouse: the outline, the menu, the lists, the keys. Part of the table of strings. */

import { counterOf, ENGLISH, listerOf } from "../model/language";

const counted = counterOf(ENGLISH);
/** "a, b and c", as on the rest of the pages, without a comma before "and". */
const listed = listerOf("en-GB");

export const outline = {
  title: "Outline",
  close: "Close",
  empty: "Nothing is on the board yet.",
  hint: "Arrow keys move, Enter opens, C connects, A adds what comes next, Delete deletes.",
  zones: (names: readonly string[]) => (names.length === 1 ? `Zone ${names[0]}` : `Zones ${listed(names)}`),
  noZone: "In no zone",
  notes: "Notes",
  calls: (names: readonly string[]) => `calls ${listed(names)}`,
  calledBy: (names: readonly string[]) => `called by ${listed(names)}`,
  alone: "not connected",
  call: (name: string) => `calls ${name}`,
  caller: (name: string) => `called by ${name}`,
  count: (count: number) => counted(count, { one: "component", other: "components" }),
};

export const reach = {
  menu: "What can be done here",
  pickTitle: (name: string) => `Connect ${name} to`,
  pickFilter: "Name of what it calls",
  pickNone: "Nothing on the board can be called by it.",
  leadTitle: {
    to: (from: string, to: string) => `What ${from} calls instead of ${to}`,
    from: (from: string, to: string) => `What calls ${to} instead of ${from}`,
  },
  leadFilter: "Name on the board",
  leadNone: "There is nothing else on the board.",
  gathering: "Tap what you want to select.",
  done: "Done",
  strip: "Requirements",
};

/** What is written on key caps. */
export const keys: Readonly<Record<string, string>> = {
  Mod: "Ctrl",
  Shift: "Shift",
  Alt: "Alt",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "Enter",
  Escape: "Esc",
  Delete: "Del",
  Backspace: "Backspace",
  ContextMenu: "Menu",
  " ": "Space",
};

/** What the drawing library says by itself, in our words. */
export const flow = {
  card: "card",
  connection: "connection",
  keys: "Enter opens it, Delete deletes it, the arrow keys move it.",
};
