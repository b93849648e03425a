import { describe, expect, test } from "vitest";
import samples from "../../../../messages/money-samples.json";
import { decimalFromMinor, formatAmount, formatMoney, parseAmount } from "./money";

const spaces = /\s/g;

describe("money", () => {
  test.each([
    [2990, "EUR", "de-DE", "29,90 €"],
    [5, "EUR", "de-DE", "0,05 €"],
    [123456789, "USD", "en-US", "$1,234,567.89"],
    [1500, "JPY", "en-US", "¥1,500"],
    [1234, "KWD", "en-US", "KWD 1.234"],
    [-2990, "GBP", "en-GB", "-£29.90"],
    // ISO 4217 gives these two and three decimals, the language data none.
    [299000, "HUF", "en-HU", "2 990,00 HUF"],
    [5000000, "COP", "en-US", "COP 50,000.00"],
    [1500250, "IQD", "en-US", "IQD 1,500.250"],
    [123450, "EUR", "en-CH", "€1,234.50"],
    [123450, "CHF", "de-CH", "CHF 1'234.50"],
  ])("%i in %s for %s is %s", (amount, currency, tag, text) => {
    expect(formatMoney(amount, currency, tag).replace(spaces, " ")).toBe(text);
  });

  // The server is tested by the same texts. They hold for the language data they were made with (scripts/intl-data.mjs).
  test.skipIf(samples.cldr !== import.meta.env.CLDR)("every amount is written as the server writes it", () => {
    const written = Object.entries(samples.texts).map(([tag, currencies]) => {
      const texts = Object.keys(currencies).map((currency) => [currency, samples.amounts.map((amount) => formatMoney(amount, currency, tag))]);
      return [tag, Object.fromEntries(texts)];
    });

    expect(Object.fromEntries(written)).toEqual(samples.texts);
  });

  test("what is typed has the decimals of its currency", () => {
    expect(parseAmount("2990", "HUF")).toBe(299000);
    expect(parseAmount("15.5", "JPY")).toBeUndefined();
    expect(parseAmount("1,234", "KWD")).toBe(1234);
  });

  test("an amount that no float can hold is written exactly", () => {
    expect(decimalFromMinor(9007199254740991, 2)).toBe("90071992547409.91");
  });

  test("a field shows the amount with the marks of its price, without the sign", () => {
    expect(formatAmount(123450, "EUR", "de-DE")).toBe("1234,50");
    expect(formatAmount(2990, "EUR", "en-DE")).toBe("29.90");
  });

  test.each([
    ["12", 1200],
    ["12,5", 1250],
    ["12.50", 1250],
    ["0,05", 5],
    ["12,345", undefined],
    ["-3", undefined],
    ["abc", undefined],
    ["", undefined],
  ])("typed %o is read as %o cents", (text, amount) => {
    expect(parseAmount(text, "EUR")).toBe(amount);
  });
});
