/** Quantities in words, for the inspector: "64 GB", "2 ms", "10k/s". Kept as plain numbers in base units. */

import type { Dimension } from "./types";

const DAY = 86_400;
const YEAR = 31_557_600;
const MONTH = YEAR / 12;

type Units = Readonly<Record<string, number>>;

const SCALES: Units = { "": 1, k: 1e3, K: 1e3, M: 1e6, B: 1e9, bn: 1e9, T: 1e12 };
const UNSCALED: Units = { "": 1 };
const PERIODS: Units = {
  s: 1, sec: 1, second: 1, min: 60, minute: 60, h: 3600, hr: 3600, hour: 3600, d: DAY, day: DAY, week: 7 * DAY,
  month: MONTH, mo: MONTH, y: YEAR, yr: YEAR, year: YEAR,
};
/** What is counted by a rate; all of it is the same number. */
const COUNTED: Units = Object.fromEntries(["", "req", "reqs", "requests", "ops", "queries", "calls", "messages"].map((word) => [word, 1]));

const bytes = (): Record<string, number> => {
  const units: Record<string, number> = { B: 1, byte: 1, bytes: 1, kB: 1e3 };
  [..."KMGTPE"].forEach((letter, index) => {
    units[`${letter}B`] = 1000 ** (index + 1);
    units[`${letter}iB`] = 1024 ** (index + 1);
  });
  return units;
};

/** Sizes as people type them in a hurry: "64gb", "64G". Rates have none of these: there a small b may mean bits. */
const hasty = (): Record<string, number> =>
  Object.fromEntries([..."KMGTP"].flatMap((letter, index) => [[`${letter.toLowerCase()}b`, 1000 ** (index + 1)], [letter, 1000 ** (index + 1)]]));

const perPeriod = (units: Units, sign = 1): Record<string, number> =>
  Object.fromEntries(
    Object.entries(units).flatMap(([unit, size]) =>
      Object.entries(PERIODS).map(([period, seconds]) => [`${unit}/${period}`, size * seconds ** -sign]),
    ),
  );

const bits: Units = { bit: 1 / 8, kbit: 125, Mbit: 125e3, Gbit: 125e6, Tbit: 125e9 };

const TIMES: Units = {
  "": 1, ns: 1e-9, us: 1e-6, "\u00b5s": 1e-6, "\u03bcs": 1e-6, ms: 1e-3, msec: 1e-3, s: 1, sec: 1, secs: 1, second: 1, seconds: 1,
  min: 60, mins: 60, minute: 60, minutes: 60, h: 3600, hr: 3600, hrs: 3600, hour: 3600, hours: 3600, d: DAY, day: DAY, days: DAY,
  week: 7 * DAY, weeks: 7 * DAY, month: MONTH, months: MONTH, year: YEAR, years: YEAR,
};

interface Vocabulary {
  readonly units: Units;
  readonly scales: Units;
}

const VOCABULARIES: Readonly<Record<Dimension, Vocabulary>> = {
  rate: { units: { "": 1, rps: 1, qps: 1, tps: 1, ...perPeriod(COUNTED) }, scales: SCALES },
  time: { units: TIMES, scales: UNSCALED },
  size: { units: { "": 1, ...hasty(), ...bytes(), ...bits }, scales: UNSCALED },
  bandwidth: { units: { "": 1, ...perPeriod({ ...bytes(), ...bits }), bps: 1 / 8, kbps: 125, Mbps: 125e3, Gbps: 125e6 }, scales: UNSCALED },
  ratio: { units: { "": 1, "%": 0.01, percent: 0.01 }, scales: UNSCALED },
  money: { units: { "": 1, "/month": 1, "/mo": 1, "/year": MONTH / YEAR, "/day": MONTH / DAY, "/h": MONTH / 3600, "/hour": MONTH / 3600 }, scales: SCALES },
  dollars: { units: { "": 1 }, scales: SCALES },
  count: { units: { "": 1 }, scales: SCALES },
};

/** What to show as an example of each dimension. */
export const EXAMPLES: Readonly<Record<Dimension, string>> = {
  rate: "10k/s",
  time: "200 ms",
  size: "64 GB",
  bandwidth: "10 Gbit/s",
  ratio: "99.95 %",
  money: "$420/month",
  dollars: "$0.40",
  count: "1.2k",
};

const QUANTITY = /^\s*(\$?)\s*((?:\d+(?:_\d+)*)?(?:\.\d+)?(?:[eE][-+]?\d{1,3})?)\s*([^\d\s.,_].*?)?\s*$/;
const SCALED = /^(bn|[kKMBT])? ?(.*)$/;
const MAX_LENGTH = 64;

/** The quantity in base units, or null when the text is none of that dimension. */
export function parseQuantity(text: string, dimension: Dimension): number | null {
  const match = text.length <= MAX_LENGTH ? QUANTITY.exec(text) : null;
  const number = match?.[2] ?? "";
  if (match === null || !/^[\d.]/.test(number)) return null;
  if (match[1] === "$" && dimension !== "money" && dimension !== "dollars") return null;
  const factor = factorOf((match[3] ?? "").replace(/\s+/g, " ").replace(/ ?(?:\/|\bper\b|\ban?\b) ?/g, "/"), VOCABULARIES[dimension]);
  const value = factor === null ? Number.NaN : tidy(Number(number.replaceAll("_", "")) * factor);
  return Number.isFinite(value) ? value : null;
}

/** Without the noise of multiplying: 99.95 x 0.01 is 0.9995, not 0.9994999999999999. */
const tidy = (value: number): number => Number(value.toPrecision(14));

function factorOf(unit: string, { units, scales }: Vocabulary): number | null {
  const whole = units[unit];
  if (whole !== undefined) return whole;
  const match = SCALED.exec(unit);
  const [scale, rest] = [scales[match?.[1] ?? ""], units[match?.[2] ?? ""]];
  return scale === undefined || rest === undefined ? null : scale * rest;
}

type Step = readonly [size: number, suffix: string];

const COUNTS: readonly Step[] = [[1, ""], [1e3, "k"], [1e6, "M"], [1e9, "B"], [1e12, "T"]];
const SIZES: readonly Step[] = ["", "K", "M", "G", "T", "P", "E"].map((letter, power) => [1000 ** power, ` ${letter}B`]);
const LADDERS: Readonly<Record<Exclude<Dimension, "ratio" | "money" | "dollars">, readonly Step[]>> = {
  rate: [[1 / YEAR, "/year"], [1 / DAY, "/day"], [1 / 3600, "/h"], [1 / 60, "/min"], ...COUNTS.map(([size, suffix]): Step => [size, `${suffix}/s`])],
  time: [[1e-9, " ns"], [1e-6, " \u00b5s"], [1e-3, " ms"], [1, " s"], [60, " min"], [3600, " h"], [DAY, " days"], [YEAR, " years"]],
  size: SIZES,
  bandwidth: SIZES.map(([size, suffix]): Step => [size, `${suffix}/s`]),
  count: COUNTS,
};

const DIGITS = 3;

/** `value`, in base units, for people to read. */
export function formatQuantity(value: number, dimension: Dimension): string {
  if (dimension === "ratio") return `${formatPercent(value)} %`;
  if (dimension === "money") return `${formatDollars(value)}/month`;
  if (dimension === "dollars") return formatDollars(value);
  return onLadder(value, LADDERS[dimension]);
}

/** Prices are written to the cent, smaller ones to their first three digits. */
function formatDollars(value: number): string {
  if (value >= 100) return `$${onLadder(value, COUNTS)}`;
  return `$${trim(value === 0 || value >= 0.01 ? value.toFixed(2) : value.toPrecision(DIGITS))}`;
}

function onLadder(value: number, ladder: readonly Step[]): string {
  const first = ladder[0] ?? [1, ""];
  if (value === 0) return `0${ladder === LADDERS.rate ? "/s" : ladder === LADDERS.time ? " s" : first[1]}`;
  const fits = ([size]: Step): boolean => Number(value.toPrecision(DIGITS)) >= size;
  const [size, suffix] = ladder.findLast(fits) ?? first;
  return trim((value / size).toPrecision(DIGITS)) + suffix;
}

/** Availability is told by its nines: keep the digits that tell a ratio from one. */
function formatPercent(value: number): string {
  const missing = Math.abs(1 - value);
  if (missing === 0) return "100";
  const decimals = missing < 0.1 ? Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(missing * 100)))) : 1;
  return trim((value * 100).toFixed(decimals));
}

function trim(text: string): string {
  const plain = text.includes("e") ? String(Number(text)) : text;
  return plain.includes(".") && !plain.includes("e") ? plain.replace(/\.?0+$/, "") : plain;
}
