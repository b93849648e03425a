import { expect, test } from "vitest";
import { dateRange } from "./date-range";

// Writers of dates put thin and plain spaces around the dash.
const plain = (text: string | undefined) => text?.replaceAll(/[\u2009\u00A0\u202F]/g, " ");

test.each([
  ["2026-12-01", "2026-12-02", "en-DE", "Tue 1 – Wed 2 Dec"],
  ["2026-12-01", "2026-12-02", "de-DE", "Di., 1. – Mi., 2. Dez."],
  ["2026-11-30", "2026-11-30", "de-DE", "Mo., 30. Nov."],
])("from %s to %s is told in %s as %s", (earliest, latest, tag, text) => {
  expect(plain(dateRange(earliest, latest, tag))).toBe(text);
});

test("days that are not known are not told", () => {
  expect(dateRange(null, "2026-12-01", "en-DE")).toBeUndefined();
});
