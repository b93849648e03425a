const formats = new Map<string, Intl.NumberFormat>();

function currencyFormat(tag: string, currency: string): Intl.NumberFormat {
  const key = `${tag} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(tag, { style: "currency", currency });
  formats.set(key, format);
  return format;
}

function minorDigits(format: Intl.NumberFormat): number {
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** An amount in minor units as text, such as "29,90 €". */
export function formatMoney(amount: number, currency: string, tag: string): string {
  const format = currencyFormat(tag, currency);
  return format.format(decimalFromMinor(amount, minorDigits(format)));
}

/** The amount without its currency, as it stands in a field: "29,90". */
export function formatAmount(amount: number, currency: string, tag: string): string {
  const format = currencyFormat(tag, currency);
  const parts = format.formatToParts(decimalFromMinor(amount, minorDigits(format)));
  return parts.filter(({ type }) => type === "integer" || type === "decimal" || type === "fraction").map(({ value }) => value).join("");
}

/** Reads what a shopper typed, with a comma or a point; `undefined` when it is no amount of this currency. */
export function parseAmount(text: string, currency: string, tag: string): number | undefined {
  const digits = minorDigits(currencyFormat(tag, currency));
  const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  if (fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, "0"));
}

/** Moves the point by text: a division would make a float of the amount. */
export function decimalFromMinor(amount: number, digits: number): Intl.StringNumericLiteral {
  const sign = amount < 0 ? "-" : "";
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const point = text.length - digits;
  const decimal = digits === 0 ? text : `${text.slice(0, point)}.${text.slice(point)}`;
  // TypeScript cannot see that digits around a point are a number.
  return `${sign}${decimal}` as Intl.StringNumericLiteral;
}
