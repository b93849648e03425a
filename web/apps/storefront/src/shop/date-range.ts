/** Two days as one phrase, such as "1–3 Dec"; `undefined` where they are not known. */
export function dateRange(earliest: string | null | undefined, latest: string | null | undefined, tag: string): string | undefined {
  if (earliest == null || latest == null) return undefined;
  // Days of a calendar, wherever it is read: in the shopper's own zone they might be a day off.
  const format = new Intl.DateTimeFormat(tag, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return format.formatRange(new Date(`${earliest}T00:00:00Z`), new Date(`${latest}T00:00:00Z`));
}
