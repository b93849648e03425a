import type { Cart, Quote, QuoteLine, QuoteReason } from "@ecom67/api-client/types";
import { expect, test } from "vitest";
import { aCart, aLine, aQuote, aTotals } from "../../testing/samples";
import { explain, ownPrice, rulesOf } from "./explain";
import type { Amount } from "./why";

const words = {
  t: (id: string) => id,
  say: (id: string) => id,
  money: String,
  number: String,
};

/** The same numbers for the same seed, so that a failure can be looked at again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** A cart as the shop may answer it: its amounts keep the promises that the API makes of them. */
function someCart(seed: number): Cart {
  const roll = dice(seed);
  const cart_lines = Array.from({ length: 1 + roll(6) }, (_, position) => aLine(`SKU${position}`, 1 + roll(9), { unit_price: roll(5000) }));
  const codes = ["one", "two", "three"].slice(0, roll(4));
  const pays_no_tax = roll(4) === 0;
  const tax_included = roll(2) === 0;
  const lines = aQuote(cart_lines).lines.map((line): QuoteLine => {
    let left = line.base;
    const discounts = codes.map((promotion) => {
      const amount = roll(3) === 0 ? 0 : roll(Math.floor(left / 2) + 1);
      left -= amount;
      return { promotion, amount };
    });
    return { ...line, discounts, total: left - (pays_no_tax ? roll(Math.floor(left / 5) + 1) : 0) };
  });
  const full_price = roll(1000);
  const delivery_amount = roll(3) === 0 ? roll(full_price + 1) : 0;
  const price = full_price - delivery_amount;
  const is_chosen = roll(3) > 0;
  const discounts = codes.map((promotion, position) => ({
    promotion,
    name: promotion,
    coupon: position === 0 ? "COUPON" : null,
    amount: sum(lines.map((line) => line.discounts[position]?.amount ?? 0)),
    delivery_amount: is_chosen && position === 0 ? delivery_amount : 0,
    decided_at_checkout: roll(2) === 0,
  }));
  const goods = sum(lines.map(({ base }) => base));
  const discount = sum(discounts.map(({ amount }) => amount));
  const delivery = is_chosen ? (codes.length > 0 ? price : full_price) : 0;
  const relief = pays_no_tax ? goods - discount - sum(lines.map(({ total }) => total)) + (is_chosen ? roll(delivery + 1) : 0) : 0;
  const taxes = pays_no_tax ? [] : [19, 7].map((rate) => ({ name: "VAT", rate: String(rate), base: roll(9000), amount: roll(900) }));
  const tax = sum(taxes.map(({ amount }) => amount));
  const way = { method: "parcel", name: "Parcel", is_pick_up: false, chosen: is_chosen, price: delivery, full_price, earliest: null, latest: null, missing_for_free: null };
  const total = goods - discount + delivery - relief + (tax_included ? 0 : tax);
  const quote: Quote = aQuote(cart_lines, { lines, discounts, taxes, tax_included, delivery: [way], totals: aTotals({ goods, discount, delivery, relief, tax, total }) });
  return aCart(cart_lines, { quote });
}

function sum(amounts: number[]): number {
  return amounts.reduce((all, amount) => all + amount, 0);
}

function everyAmount({ quote }: Cart): Amount[] {
  if (quote == null) return [];
  return [
    ...(["goods", "discounts", "delivery", "relief", "total"] as const).map((kind) => ({ kind })),
    ...quote.lines.map(({ sku }) => ({ kind: "line" as const, sku })),
    ...quote.discounts.map(({ promotion }) => ({ kind: "discount" as const, promotion })),
    ...quote.taxes.map(({ name, rate }) => ({ kind: "tax" as const, name, rate })),
  ];
}

test("whatever the cart, the parts of each of its amounts add up to it", () => {
  const explained = new Set<string>();
  for (let seed = 1; seed <= 2000; seed++) {
    const cart = someCart(seed);
    for (const amount of everyAmount(cart)) {
      const explanation = explain(cart, amount, words);
      if (explanation === undefined) continue;
      explained.add(amount.kind);

      const together = sum(explanation.parts.map((part) => part.amount));

      expect([seed, amount, together]).toEqual([seed, amount, explanation.amount]);
    }
  }
  expect([...explained].toSorted()).toEqual(["delivery", "discount", "discounts", "goods", "line", "relief", "tax", "total"]);
});

test("an amount that the cart has no longer has no explanation", () => {
  const cart = aCart([aLine("CUP", 1)]);
  const gone: Amount[] = [{ kind: "line", sku: "POT" }, { kind: "discounts" }, { kind: "discount", promotion: "gone" }, { kind: "delivery" }, { kind: "relief" }, { kind: "tax", name: "VAT", rate: "19" }];

  for (const amount of gone) expect(explain(cart, amount, words)).toBeUndefined();
  expect(explain({ ...cart, quote: null }, { kind: "total" }, words)).toBeUndefined();
  expect(explain(aCart([]), { kind: "total" }, words)).toBeUndefined();
});

const lines = [aLine("CUP", 3), aLine("POT", 1)];
const quote = aQuote(lines, {
  lines: aQuote(lines).lines.map((line) => (line.sku === "CUP" ? { ...line, discounts: [{ promotion: "cups", amount: 1490 }], total: 2980 } : line)),
  discounts: [
    { promotion: "cups", name: "Cups", coupon: null, amount: 1490, delivery_amount: 0, decided_at_checkout: false },
    { promotion: "sent-free", name: "Sent free", coupon: null, amount: 0, delivery_amount: 490, decided_at_checkout: false },
  ],
  delivery: [{ method: "parcel", name: "Parcel", is_pick_up: false, chosen: true, price: 0, full_price: 490, earliest: null, latest: null, missing_for_free: null }],
});
const reasons: QuoteReason[] = [
  ["price_list_applied", "CUP"],
  ["price_list_needs_quantity", "POT"],
  ["promotion_applied", "cups"],
  ["promotion_applied", "sent-free"],
  ["promotion_needs_quantity", "tea"],
  ["coupon_unknown", "NOPE"],
  ["delivery_offered", "parcel"],
  ["delivery_offered", "express"],
  ["delivery_too_heavy", "letter"],
  ["tax_charged", null],
].map(([code, about]) => ({ code: String(code), about, text: `${code} ${about}` }));
const told = (amount: Amount) => {
  const { applied, others } = rulesOf(quote, amount, reasons);
  return { applied: applied.map((text) => text.split(" ")[1]), others: others.map((text) => text.split(" ")[1]) };
};

test("each amount is told its own rules, and all that a promotion might have done to it", () => {
  expect(told({ kind: "line", sku: "CUP" })).toEqual({ applied: ["CUP", "cups"], others: ["tea", "NOPE"] });
  expect(told({ kind: "line", sku: "POT" })).toEqual({ applied: [], others: ["POT", "tea", "NOPE"] });
  expect(told({ kind: "goods" })).toEqual({ applied: ["CUP"], others: ["POT"] });
  expect(told({ kind: "discount", promotion: "cups" })).toEqual({ applied: ["cups"], others: ["tea", "NOPE"] });
  expect(told({ kind: "delivery" })).toEqual({ applied: ["sent-free", "parcel"], others: ["tea", "NOPE", "letter"] });
  expect(told({ kind: "tax", name: "VAT", rate: "19" })).toEqual({ applied: ["null"], others: [] });
  expect(told({ kind: "total" })).toEqual({ applied: ["CUP", "cups", "sent-free", "parcel", "null"], others: ["POT", "tea", "NOPE", "letter"] });
});

test("a price is the shop's own where no list has another", () => {
  expect(ownPrice(quote, "POT", reasons)).toBe(1490);
  expect(ownPrice(quote, "CUP", reasons)).toBeUndefined();
});
