import { describe, expect, it } from "vitest";
import { EXAMPLES, formatQuantity, parseQuantity } from "./units";
import type { Dimension } from "./types";

describe("reading", () => {
  it.each<[string, Dimension, number]>([
    ["64 GB", "size", 64e9],
    ["16 GiB", "size", 16 * 1024 ** 3],
    ["500", "size", 500],
    ["10k/s", "rate", 10_000],
    ["2.5M/day", "rate", 2.5e6 / 86_400],
    ["30 / min", "rate", 0.5],
    ["200 ms", "time", 0.2],
    ["5\u00b5s", "time", 5e-6],
    ["2 hours", "time", 7200],
    ["10 Gbit/s", "bandwidth", 1.25e9],
    ["50 MB/s", "bandwidth", 50e6],
    ["99.95 %", "ratio", 0.9995],
    ["0.5", "ratio", 0.5],
    ["$420/month", "money", 420],
    ["$4k", "money", 4000],
    ["$0.40", "dollars", 0.4],
    ["1.2k", "count", 1200],
    ["36_000", "count", 36_000],
    ["12k req/s", "rate", 12_000],
    ["12K rps", "rate", 12_000],
    ["3M requests per day", "rate", 3e6 / 86_400],
    ["64gb", "size", 64e9],
    ["64G", "size", 64e9],
    ["90 secs", "time", 90],
    ["2 hrs", "time", 7200],
    ["$420 a month", "money", 420],
    ["$4k/mo", "money", 4000],
  ])("%s as %s", (text, dimension, value) => {
    expect(parseQuantity(text, dimension)).toBeCloseTo(value, 9);
  });

  it.each<[string, Dimension]>([
    ["64 GBB", "size"],
    ["", "size"],
    ["-5 GB", "size"],
    ["1,000", "count"],
    ["1e999", "count"],
    ["$5", "size"],
    ["5 m", "time"],
    ["five", "rate"],
    ["50 mb/s", "bandwidth"],
    ["64 a", "size"],
    ["10k", "time"],
    ["<b>1</b>", "count"],
    ["9".repeat(80), "count"],
  ])("refuses %s as %s", (text, dimension) => {
    expect(parseQuantity(text, dimension)).toBeNull();
  });

  it("takes its own examples", () => {
    for (const [dimension, text] of Object.entries(EXAMPLES)) expect(parseQuantity(text, dimension as Dimension)).not.toBeNull();
  });
});

describe("printing", () => {
  it.each<[number, Dimension, string]>([
    [64e9, "size", "64 GB"],
    [500, "size", "500 B"],
    [999_999, "size", "1 MB"],
    [12_800, "rate", "12.8k/s"],
    [0.5, "rate", "30/min"],
    [0, "rate", "0/s"],
    [0.0084, "time", "8.4 ms"],
    [0, "time", "0 s"],
    [90, "time", "1.5 min"],
    [1.25e9, "bandwidth", "1.25 GB/s"],
    [0.9995, "ratio", "99.95 %"],
    [0.99995, "ratio", "99.995 %"],
    [1, "ratio", "100 %"],
    [0.4, "ratio", "40 %"],
    [420, "money", "$420/month"],
    [4200, "money", "$4.2k/month"],
    [0.4, "dollars", "$0.4"],
    [0.023, "dollars", "$0.02"],
    [0.000001, "dollars", "$0.000001"],
    [1200, "count", "1.2k"],
  ])("%d as %s", (value, dimension, text) => {
    expect(formatQuantity(value, dimension)).toBe(text);
  });

  it("can be read again", () => {
    for (const dimension of Object.keys(EXAMPLES) as Dimension[]) {
      for (const value of [0.25, 1, 17, 999.6, 12_345, 7.3e8]) {
        const [given, read] = [dimension === "ratio" ? value / 1e9 : value, parseQuantity(formatQuantity(dimension === "ratio" ? value / 1e9 : value, dimension), dimension)];
        expect(Math.abs((read ?? Number.NaN) - given)).toBeLessThanOrEqual(given * 0.006 + (dimension === "ratio" ? 0.001 : 0));
      }
    }
  });
});
