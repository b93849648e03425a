// Writes messages/intl.json: what `Intl` knows and the server's templates need, so that the first HTML and the browser
// write the same; and messages/money-samples.json: amounts as `Intl` writes them, by which server and browser are tested.
// Run it by hand after an update of Node's language data.
import { readFile, writeFile } from "node:fs/promises";

const languages = ["en", "de"];
const regions = regionCodes();
const currencies = Intl.supportedValuesOf("currency");
/** Sampled in every place: the currencies most shops have, and some with other decimals. */
const usual_currencies = ["CHF", "EUR", "GBP", "HUF", "JPY", "KWD", "USD"];
const sample_amounts = [12345678, -5];
const messages = new URL("../messages/", import.meta.url);

/** Every code of two letters that Intl has a name for. */
function regionCodes() {
  const known = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => known.of(code) !== undefined);
}

/** The decimals are always two here: how many a currency has is ISO's to say, not Intl's (see currency-exponents.json). */
function partsOf(tag, currency, number) {
  const options = { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(tag, options).formatToParts(number);
}

function valueOf(parts, type) {
  return parts.find((part) => part.type === type)?.value ?? "";
}

/** In a pattern, ¤ stands for the currency's sign and # for the number. */
function patternOf(parts) {
  const shown = { currency: () => "¤", literal: (text) => text, minusSign: (text) => text, integer: () => "#" };
  return parts.map(({ type, value }) => shown[type]?.(value) ?? "").join("").replace(/#+/, "#");
}

function moneyForm(tag, currency) {
  const parts = partsOf(tag, currency, 12345.6);
  const negative = patternOf(partsOf(tag, currency, -12345.6));
  return { pattern: patternOf(parts), negative, decimal: valueOf(parts, "decimal"), group: valueOf(parts, "group") };
}

/** The form of most currencies that have a sign of their own: letters are spaced differently, by rule. */
function usualForm(tag, signs) {
  const counts = new Map();
  for (const currency of currencies.filter((code) => !endsInLetter(signs[code] ?? code))) {
    const form = JSON.stringify(moneyForm(tag, currency));
    counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  const [[usual]] = [...counts].toSorted(([, one], [, other]) => other - one);
  return JSON.parse(usual);
}

function endsInLetter(sign) {
  return /[\p{Alphabetic}\p{Number}.]$/u.test(sign);
}

/** Where groups beyond the first have other than three digits, as in India: how many. */
function furtherGroupDigits(tag) {
  const groups = new Intl.NumberFormat(tag).formatToParts(123456789).filter(({ type }) => type === "integer");
  const digits = groups.at(-2).value.length;
  return digits === 3 ? undefined : digits;
}

/** Signs that differ from the currency's code. */
function currencySigns(tag) {
  const entries = currencies.map((currency) => [currency, valueOf(partsOf(tag, currency, 1), "currency")]);
  return Object.fromEntries(entries.filter(([currency, sign]) => sign !== currency));
}

/** What the server makes of the data (crates/ecom67-words/src/format.rs): where Intl does otherwise, a currency has a form of its own. */
function written({ money, currency_signs, further_group_digits = 3 }, currency, number) {
  const [whole, fraction] = Math.abs(number).toFixed(2).split(".");
  const groups = [whole.slice(-3)];
  for (let rest = whole.slice(0, -3); rest !== ""; rest = rest.slice(0, -further_group_digits)) groups.unshift(rest.slice(-further_group_digits));
  const pattern = number < 0 ? money.negative : money.pattern;
  const sign = currency_signs[currency] ?? currency;
  const is_spaced = pattern.includes("¤#") && endsInLetter(sign);
  return pattern.replace("#", groups.join(money.group) + money.decimal + fraction).replace("¤", is_spaced ? `${sign}\u00a0` : sign);
}

function textOf(tag, currency, number) {
  return partsOf(tag, currency, number).map(({ value }) => value).join("");
}

function localeData(tag) {
  const currency_signs = currencySigns(tag);
  const data = {
    money: usualForm(tag, currency_signs),
    number_group: valueOf(new Intl.NumberFormat(tag).formatToParts(12345), "group"),
    further_group_digits: furtherGroupDigits(tag),
    currency_signs,
  };
  const differs = (form, currency) => [12345678.9, -12345678.9, 0.05].some((number) => written(form, currency, number) !== textOf(tag, currency, number));
  const money_of = {};
  for (const currency of currencies.filter((code) => differs(data, code))) {
    money_of[currency] = moneyForm(tag, currency);
    if (differs({ ...data, money: money_of[currency] }, currency)) throw new Error(`${currency} in ${tag} is written as no form can say.`);
  }
  return { ...data, money_of };
}

/** A region's own values, where they differ from its language's. */
function regionData(own, usual) {
  const different = {};
  for (const key of ["money", "number_group", "further_group_digits"]) {
    if (JSON.stringify(own[key]) !== JSON.stringify(usual[key])) different[key] = own[key];
  }
  const own_signs = Object.keys({ ...own.currency_signs, ...usual.currency_signs })
    .filter((currency) => own.currency_signs[currency] !== usual.currency_signs[currency])
    .map((currency) => [currency, own.currency_signs[currency] ?? currency]);
  if (own_signs.length > 0) different.currency_signs = Object.fromEntries(own_signs);
  if (Object.keys(own.money_of).length > 0) different.money_of = own.money_of;
  return different;
}

function displayNames(language, type, codes) {
  const display = new Intl.DisplayNames([language], { type });
  return Object.fromEntries(codes.map((code) => [code, display.of(code)]));
}

const exponents = JSON.parse(await readFile(new URL("currency-exponents.json", messages), "utf8"));

/** Amounts of the usual currencies, and of those that the region writes in its own way. */
function samples(tag, { currency_signs = {}, money_of = {} }) {
  const codes = new Set([...usual_currencies, ...Object.keys(currency_signs), ...Object.keys(money_of)]);
  const texts = [...codes].toSorted().map((currency) => {
    const digits = exponents[currency] ?? 2;
    const format = new Intl.NumberFormat(tag, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
    return [currency, sample_amounts.map((amount) => format.format(`${amount}E-${digits}`))];
  });
  return Object.fromEntries(texts);
}

const data = { comment: "Written by scripts/intl-data.mjs. `regions` holds what differs from the language; in `money_of` stand currencies that are written otherwise than `money`.", languages: {} };
const sampled = {};
for (const language of languages) {
  const usual = localeData(language);
  if (Object.keys(usual.money_of).length > 0 || usual.further_group_digits !== undefined) throw new Error(`${language} has exceptions: the server knows them of regions alone.`);
  const own = Object.fromEntries(regions.map((region) => [region, regionData(localeData(`${language}-${region}`), usual)]));
  const different = Object.entries(own).filter(([, values]) => Object.keys(values).length > 0);
  for (const [region, values] of Object.entries(own)) {
    // Where nothing differs, one region stands for all.
    if (Object.keys(values).length > 0 || region === "DE" || region === "US") sampled[`${language}-${region}`] = samples(`${language}-${region}`, values);
  }
  const { money, number_group, currency_signs } = usual;
  data.languages[language] = { money, number_group, currency_signs, regions: Object.fromEntries(different), country_names: displayNames(language, "region", regions), language_names: displayNames(language, "language", languages) };
}

const lines = Object.entries(sampled).map(([tag, texts]) => `  ${JSON.stringify(tag)}: ${JSON.stringify(texts)}`);
await writeFile(new URL("intl.json", messages), `${JSON.stringify(data, null, 1)}\n`);
await writeFile(
  new URL("money-samples.json", messages),
  `{\n "cldr": ${JSON.stringify(process.versions.cldr)},\n "amounts": ${JSON.stringify(sample_amounts)},\n "texts": {\n${lines.join(",\n")}\n }\n}\n`,
);
