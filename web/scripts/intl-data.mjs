// Writes messages/intl.json: what `Intl` knows and the server's templates need, so that the first HTML and the browser
// write the same. Run it by hand after an update of Node's language data.
import { writeFile } from "node:fs/promises";

const languages = ["en", "de"];
const regions = regionCodes();

/** Every code of two letters that Intl has a name for. */
function regionCodes() {
  const known = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  return letters.flatMap((first) => letters.map((second) => first + second)).filter((code) => known.of(code) !== undefined);
}

/** `pattern` has ¤ for the sign and # for the number. */
function moneyFormat(tag) {
  const parts = new Intl.NumberFormat(tag, { style: "currency", currency: "EUR" }).formatToParts(12345.6);
  const pattern = parts
    .map(({ type, value }) => (type === "currency" ? "¤" : type === "literal" ? value : type === "integer" ? "#" : ""))
    .join("")
    .replace(/#+/, "#");
  return { pattern, decimal: valueOf(parts, "decimal"), group: valueOf(parts, "group") };
}

function valueOf(parts, type) {
  return parts.find((part) => part.type === type)?.value ?? "";
}

function numberGroup(tag) {
  return valueOf(new Intl.NumberFormat(tag).formatToParts(12345), "group");
}

/** Signs that differ from the currency's code. */
function signs(tag) {
  const entries = Intl.supportedValuesOf("currency").map((currency) => {
    const parts = new Intl.NumberFormat(tag, { style: "currency", currency }).formatToParts(1);
    return [currency, valueOf(parts, "currency")];
  });
  return Object.fromEntries(entries.filter(([currency, sign]) => sign !== currency));
}

function localeData(tag) {
  return { money: moneyFormat(tag), number_group: numberGroup(tag), currency_signs: signs(tag) };
}

/** A region's own values, where they differ from its language's. */
function regionData(language, usual) {
  const entries = regions.map((region) => {
    const own = localeData(`${language}-${region}`);
    const different = {};
    if (JSON.stringify(own.money) !== JSON.stringify(usual.money)) different.money = own.money;
    if (own.number_group !== usual.number_group) different.number_group = own.number_group;
    const own_signs = Object.fromEntries(
      Object.keys({ ...own.currency_signs, ...usual.currency_signs })
        .filter((currency) => own.currency_signs[currency] !== usual.currency_signs[currency])
        .map((currency) => [currency, own.currency_signs[currency] ?? currency]),
    );
    if (Object.keys(own_signs).length > 0) different.currency_signs = own_signs;
    return [region, different];
  });
  return Object.fromEntries(entries.filter(([, different]) => Object.keys(different).length > 0));
}

function displayNames(language, type, codes) {
  const display = new Intl.DisplayNames([language], { type });
  return Object.fromEntries(codes.map((code) => [code, display.of(code)]));
}

const minor_digits = Object.fromEntries(
  Intl.supportedValuesOf("currency").map((currency) => {
    const { maximumFractionDigits } = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions();
    return [currency, maximumFractionDigits];
  }).filter(([, digits]) => digits !== 2),
);

const data = {
  comment: "Written by scripts/intl-data.mjs. `regions` holds what differs from the language. Currencies not in minor_digits have 2.",
  minor_digits,
  languages: Object.fromEntries(
    languages.map((language) => {
      const usual = localeData(language);
      return [language, { ...usual, regions: regionData(language, usual), country_names: displayNames(language, "region", regions), language_names: displayNames(language, "language", languages) }];
    }),
  ),
};

await writeFile(new URL("../messages/intl.json", import.meta.url), `${JSON.stringify(data, null, 1)}\n`);
