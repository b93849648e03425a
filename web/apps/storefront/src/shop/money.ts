import exponents from "../../../../messages/currency-exponents.json";

/** The decimals of every currency that is not listed. */
const EXPONENT_DEFAULT = 2;
const listed = new Map<string, number>(Object.entries(exponents));
const formats = new Map<string, Intl.NumberFormat>();

/**
 * How many decimals the minor unit stands for, by ISO 4217, in which the API counts. `Intl` would tell how many are in
 * use instead: none for forints, which have two.
 */
function exponentOf(currency: string): number {
  return listed.get(currency) ?? EXPONENT_DEFAULT;
}

function currencyFormat(tag: string, currency: string): Intl.NumberFormat {
  const key = `${tag} ${currency}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const digits = exponentOf(currency);
  const format = new Intl.NumberFormat(tag, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
  formats.set(key, format);
  return format;
}

/** An amount in minor units as text, such as "29,90 €". */
export function formatMoney(amount: number, currency: string, tag: string): string {
  return currencyFormat(tag, currency).format(decimalFromMinor(amount, exponentOf(currency)));
}

/** The amount without its currency, as it stands in a field: "29,90". */
export function formatAmount(amount: number, currency: string, tag: string): string {
  const parts = currencyFormat(tag, currency).formatToParts(decimalFromMinor(amount, exponentOf(currency)));
  return parts.filter(({ type }) => type === "integer" || type === "decimal" || type === "fraction").map(({ value }) => value).join("");
}

/** Reads what a shopper typed, with a comma or a point; `undefined` when it is no amount of this currency. */
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = exponentOf(currency);
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
