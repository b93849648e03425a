import { expect, test } from "vitest";
import { above, allowed, below, limitsInWords, refusedInWords } from "./limits";

const any = { quantity_min: 1, quantity_max: 999, quantity_step: 1 };
const sixes = { quantity_min: 12, quantity_max: 24, quantity_step: 6 };

test("a press leads to the next number that there may be", () => {
  expect([0, 1, 998, 999].map((quantity) => above(quantity, any))).toEqual([1, 2, 999, undefined]);
  expect([1, 2, 999].map((quantity) => below(quantity, any))).toEqual([undefined, 1, 998]);
  expect([0, 12, 13, 18, 24].map((quantity) => above(quantity, sixes))).toEqual([12, 18, 18, 24, undefined]);
  expect([12, 13, 18, 24, 30].map((quantity) => below(quantity, sixes))).toEqual([undefined, 12, 12, 18, 24]);
});

test("a line above a limit that was lowered comes back to it with one press", () => {
  expect(below(40, sixes)).toBe(24);
});

test("what is typed becomes whole sets between least and most", () => {
  expect([1, 12, 17, 18, 500].map((asked) => allowed(asked, sixes))).toEqual([12, 12, 12, 18, 24]);
});

const words = { t: (key: string, values?: object) => `${key} ${JSON.stringify(values)}`, number: String };

test("a limit that variants share leaves what the others do not take", () => {
  const three = { ...any, quantity_max: 3, max_per_cart: 3 };
  const beside = (others: number) => ({ ...three, others });

  expect([0, 1, 2, 3].map((others) => above(1, beside(others)))).toEqual([2, 2, undefined, undefined]);
  expect([0, 1, 2].map((others) => allowed(9, beside(others)))).toEqual([3, 2, 1]);
  expect(below(3, beside(2))).toBe(2);
  expect(limitsInWords(three, words)).toBe('quantity-max-of-product {"count":"3"}');
  expect([1, 3, 4].map((asked) => refusedInWords(asked, three, words))).toEqual(["", "", 'quantity-max-of-product {"count":"3"}']);
  expect(refusedInWords(2, beside(2), words)).toBe('quantity-max-of-product {"count":"3"}');
  expect(refusedInWords(0, beside(2), words)).toBe('quantity-min {"count":"1"}');
});

test("a variant whose own limit is lower than what its product allows says both", () => {
  const two = { ...any, quantity_max: 2, max_per_cart: 3 };

  expect(limitsInWords(two, words)).toBe('quantity-max {"count":"2"} quantity-max-of-product {"count":"3"}');
  expect(refusedInWords(3, two, words)).toBe('quantity-max {"count":"2"}');
  expect(refusedInWords(2, { ...two, others: 2 }, words)).toBe('quantity-max-of-product {"count":"3"}');
});

test("limits are told, and any number is not", () => {

  expect(limitsInWords(any, words)).toBe("");
  expect(limitsInWords({ ...any, quantity_step: 6, quantity_min: 6, quantity_max: 996 }, words)).toBe('quantity-step {"count":"6"}');
  expect(limitsInWords(sixes, words)).toBe('quantity-step {"count":"6"} quantity-min {"count":"12"} quantity-max {"count":"24"}');
});
