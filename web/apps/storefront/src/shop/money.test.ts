import { describe, expect, test } from "vitest";
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
  ])("%i in %s for %s is %s", (amount, currency, tag, text) => {
    expect(formatMoney(amount, currency, tag).replace(spaces, " ")).toBe(text);
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
    expect(parseAmount(text, "EUR", "de-DE")).toBe(amount);
  });
});
