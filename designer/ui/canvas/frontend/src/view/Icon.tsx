import type { JSX } from "react";

/** Line icons on a 24 x 24 grid. */
const PATHS = {
  undo: "M9 14 4 9l5-5 M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5 M20 9H10a6 6 0 0 0 0 12h3",
  layout: "M3 4.5h5v5H3z M16 4.5h5v5h-5z M16 14.5h5v5h-5z M8 7h8 M12 7v7a3 3 0 0 0 3 3h1",
  note: "M5 4h14v10l-5 6H5z M14 20v-6h5",
  zones: "m12 3 9 5-9 5-9-5z M3 12.5l9 5 9-5 M3 17l9 5 9-5",
  zone: "M4 8V4h4 M11 4h3 M17 4h3v4 M20 11v3 M20 17v3h-4 M13 20h-3 M7 20H4v-3 M4 14v-3",
  text: "M5 7V5h14v2 M12 5v14 M9 19h6",
  pin: "M9 4h6 M10 4v6l-3 3v1h10v-1l-3-3V4 M12 14v6",
  group: "M4 4h16v16H4z M7.5 7.5h5v5h-5z M12.5 12.5h4v4h-4z",
  ungroup: "M4 4h7v7H4z M13 13h7v7h-7z M15 5l4 4 M19 5l-4 4",
  spread: "M3 5h5v14H3z M10 5h4v14h-4z M16 5h5v14h-5z M5 12h14",
  tidy: "M4 5h7v5H4z M4 14h7v5H4z M14 7.5h6v9h-6z",
  outline: "M4 6h2 M9 6h11 M8 12h2 M13 12h7 M8 18h2 M13 18h7",
  "full-screen": "M14 4h6v6 M20 4l-7 7 M10 20H4v-6 M4 20l7-7",
  met: "m5 12.5 4.5 4.5L19 7",
  fit: "M4 9V4h5 M15 4h5v5 M20 15v5h-5 M9 20H4v-5",
  plus: "M12 5v14 M5 12h14",
  minus: "M5 12h14",
  help: "M9.2 9a3 3 0 1 1 4.3 2.8c-.9.5-1.5 1-1.5 2.2 M12 17.5v.01",
  trash: "M4 7h16 M9 7V4h6v3 M6 7l1 13h10l1-13 M10 11v5 M14 11v5",
  duplicate: "M8 8h12v12H8z M16 8V4H4v12h4",
  load: "M4 20V11h4v9z M10 20V4h4v16z M16 20v-6h4v6z",
  latency: "M12 4a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z M12 8v5l3 2",
  availability: "M12 3l7.5 3v5.5c0 4.6-3 8-7.5 9.5-4.5-1.5-7.5-4.9-7.5-9.5V6z M8.5 12l2.5 2.5 4.5-5",
  cost: "M12 3v18 M16.5 7.5C15.5 6 14 5.5 12 5.5c-2.5 0-4.5 1-4.5 3.2 0 4.6 9 2 9 6.600 0 2.200-2 3.2-4.5 3.2-2.200 0-4-.7-5-2.3",
  fail: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z M6 6l12 12",
  path: "M5 16.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z M19 2.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z M7.5 19H16a3.5 3.5 0 0 0 0-7H8a3.5 3.5 0 0 1 0-7h8.5",
  traffic: "M4 18a9 9 0 1 1 16 0 M12 15l4-5 M4 18h2 M18 18h2",
  check: "m5 12.5 4.5 4.5L19 7.5",
  close: "M6 6l12 12 M18 6 6 18",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14z M16 16l5 5",
  chevron: "m9 6 6 6-6 6",
  collapse: "M4 4h16v16H4z M10 4v16 M17 9l-3 3 3 3",
  components: "M4 4h7v7H4z M13 4h7v7h-7z M4 13h7v7H4z M16.5 13.5v6 M13.5 16.5h6",
  cursor: "m5 3 6 17 2.5-7L20 10.5z",
  hand: "M7 12V6.5a1.5 1.5 0 0 1 3 0V11 4.5a1.5 1.5 0 0 1 3 0V11 5.5a1.5 1.5 0 0 1 3 0V12 8.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6h-1.5a6 6 0 0 1-4.7-2.3L4.4 15.3a1.5 1.5 0 0 1 2.2-2L8 14.6",
  connect: "M6 15a3 3 0 1 1 0 6 3 3 0 0 1 0-6z M18 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6z M8.2 15.8l7.6-7.6",
  async: "M3 12h4 M10 12h3 M16 12h5 M18 8.5l3.5 3.5-3.5 3.5",
  swap: "M4 8h15 M15 4l4 4-4 4 M20 16H5 M9 12l-4 4 4 4",
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M8 5v14 M16 5v14",
  reset: "M4 5v5h5 M4.5 10a8 8 0 1 1-.3 4",
  warning: "M12 4 2.5 20h19z M12 10v4.5 M12 17.5v.01",
  info: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z M12 11v5 M12 8v.01",
  error: "M8 3h8l5 5v8l-5 5H8l-5-5V8z M12 8v5 M12 16v.01",
  "align-left": "M4 3v18 M8 6h11v4H8z M8 14h7v4H8z",
  "align-center": "M12 3v18 M6 6h12v4H6z M8.5 14h7v4h-7z",
  "align-right": "M20 3v18 M5 6h11v4H5z M9 14h7v4H9z",
  "align-top": "M3 4h18 M6 8h4v11H6z M14 8h4v7h-4z",
  "align-middle": "M3 12h18 M6 6h4v12H6z M14 8.5h4v7h-4z",
  "align-bottom": "M3 20h18 M6 5h4v11H6z M14 9h4v7h-4z",
  "distribute-horizontal": "M4 3v18 M20 3v18 M9.5 7h5v10h-5z",
  "distribute-vertical": "M3 4h18 M3 20h18 M7 9.5h10v5H7z",
} as const;

export type IconName = keyof typeof PATHS;

interface Props {
  readonly name: IconName;
  readonly size?: number;
}

export const Icon = ({ name, size = 18 }: Props): JSX.Element => (
  <svg className="wb-icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
