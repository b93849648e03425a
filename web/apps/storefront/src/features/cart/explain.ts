import type { Cart, Quote, QuoteReason } from "@ecom67/api-client/types";
import type { Translate } from "../../shop/messages";
import type { Shop } from "../../shop/shop";
import type { Amount } from "./why";

/** A part of an amount. */
export type Part = { name: string; note?: string; amount: number };

/** What an amount is made of: parts that add up to it. */
export type Explanation = { name: string; amount: number; parts: Part[]; notes: string[] };

type Words = Pick<Shop, "t" | "money" | "number"> & { say: Translate };

/** What an amount is made of; `undefined` where the cart has it no longer. */
export function explain(cart: Cart, amount: Amount, words: Words): Explanation | undefined {
  const { quote } = cart;
  if (quote == null || cart.lines.length === 0) return undefined;
  const teller = new Teller(cart, quote, words);
  switch (amount.kind) {
    case "line":
      return teller.line(amount.sku);
    case "goods":
      return teller.goods();
    case "discounts":
      return teller.discounts();
    case "discount":
      return teller.discount(amount.promotion);
    case "delivery":
      return teller.delivery();
    case "relief":
      return teller.relief();
    case "tax":
      return teller.tax(amount.name, amount.rate);
    case "total":
      return teller.total();
  }
}

class Teller {
  constructor(
    private readonly cart: Cart,
    private readonly quote: Quote,
    private readonly words: Words,
  ) {}

  line(sku: string): Explanation | undefined {
    const line = this.quote.lines.find((other) => other.sku === sku);
    if (line === undefined) return undefined;
    const { say, number } = this.words;
    const parts: Part[] = [
      {
        name: say("why-units", { quantity: number(line.quantity), price: this.money(line.unit_price) }),
        note: line.compare_at == null ? undefined : say("why-before", { price: this.money(line.compare_at) }),
        amount: line.base,
      },
      ...shown(line.discounts.map(({ promotion, amount }) => ({ ...this.reduction(promotion, amount), note: this.wholeOf(promotion, amount) }))),
      ...this.reliefPart(reliefOf(line)),
    ];
    const notes = line.tax > 0 ? [say(this.quote.tax_included ? "why-tax-in-amount" : "why-tax-on-top", { tax: this.money(line.tax) })] : [];
    return { name: this.nameOf(sku), amount: line.total, parts, notes };
  }

  goods(): Explanation {
    const parts = this.quote.lines.map((line) => ({ name: this.unitsOf(line), amount: line.base }));
    return { name: this.words.t("cart-sum-goods"), amount: this.quote.totals.goods, parts, notes: [this.words.say("why-goods-alone")] };
  }

  discounts(): Explanation | undefined {
    const { discounts, totals } = this.quote;
    if (totals.discount === 0) return undefined;
    const parts = discounts.map(({ promotion, amount }) => this.reduction(promotion, amount));
    return { name: this.words.t("cart-sum-discounts"), amount: -totals.discount, parts: shown(parts), notes: [] };
  }

  discount(promotion: string): Explanation | undefined {
    const discount = this.quote.discounts.find((other) => other.promotion === promotion);
    if (discount === undefined || discount.amount === 0) return undefined;
    const parts = this.quote.lines.map((line) => {
      const shares = line.discounts.filter((share) => share.promotion === promotion);
      return { name: this.unitsOf(line), amount: -sumOf(shares.map(({ amount }) => amount)) };
    });
    return { name: discount.name, amount: -discount.amount, parts: shown(parts), notes: [] };
  }

  delivery(): Explanation | undefined {
    const chosen = this.quote.delivery.find((way) => way.chosen);
    if (chosen === undefined) return undefined;
    const parts = [
      { name: chosen.name, amount: chosen.full_price },
      ...shown(this.quote.discounts.map(({ promotion, delivery_amount }) => this.reduction(promotion, delivery_amount))),
    ];
    const missing = chosen.missing_for_free;
    const notes = missing == null || missing === 0 ? [] : [this.words.say("why-free-from", { missing: this.money(missing) })];
    return { name: this.words.t("cart-sum-delivery-by", { name: chosen.name }), amount: chosen.price, parts, notes };
  }

  relief(): Explanation | undefined {
    const { relief } = this.quote.totals;
    if (relief === 0) return undefined;
    const ofLines = this.quote.lines.map((line) => ({ name: this.unitsOf(line), amount: -reliefOf(line) }));
    // What is left is the delivery's.
    const rest = { name: this.words.t("cart-sum-delivery"), amount: -relief - sumOf(ofLines.map(({ amount }) => amount)) };
    return { name: this.words.say("why-relief"), amount: -relief, parts: shown([...ofLines, rest]), notes: [] };
  }

  tax(name: string, rate: string): Explanation | undefined {
    const tax = this.quote.taxes.find((other) => other.name === name && other.rate === rate);
    if (tax === undefined || tax.amount === 0) return undefined;
    const { say } = this.words;
    const part = { name: say("why-tax-share", { rate: this.rateOf(rate), base: this.money(tax.base) }), amount: tax.amount };
    return { name: `${name} ${this.rateOf(rate)} %`, amount: tax.amount, parts: [part], notes: this.quote.tax_included ? [say("why-tax-inside")] : [] };
  }

  total(): Explanation {
    const { totals, discounts, taxes, tax_included } = this.quote;
    const { t, say } = this.words;
    const delivery = this.delivery();
    const parts: Part[] = [
      { name: t("cart-sum-goods"), amount: totals.goods },
      ...shown(discounts.map(({ promotion, amount }) => this.reduction(promotion, amount))),
      ...(delivery === undefined ? [] : [{ name: delivery.name, amount: totals.delivery }]),
      ...this.reliefPart(totals.relief),
      ...(tax_included ? [] : shown(taxes.map(({ name, rate, amount }) => ({ name: `${name} ${this.rateOf(rate)} %`, amount })))),
    ];
    const notes = tax_included && totals.tax > 0 ? [say("why-tax-in-amount", { tax: this.money(totals.tax) })] : [];
    return { name: t("cart-sum-total"), amount: totals.total, parts, notes };
  }

  private reduction(promotion: string, amount: number): Part {
    const discount = this.quote.discounts.find((other) => other.promotion === promotion);
    const name = discount?.name ?? promotion;
    return { name: discount?.coupon == null ? name : `${name} (${discount.coupon})`, amount: -amount };
  }

  /** What a promotion takes off in all, where a line has only a share of it: its rule tells that amount. */
  private wholeOf(promotion: string, share: number): string | undefined {
    const whole = this.quote.discounts.find((other) => other.promotion === promotion)?.amount ?? share;
    return whole === share ? undefined : this.words.say("why-share", { amount: this.money(whole) });
  }

  private reliefPart(relief: number): Part[] {
    return shown([{ name: this.words.say("why-relief"), amount: -relief }]);
  }

  private unitsOf({ sku, quantity }: { sku: string; quantity: number }): string {
    return this.words.say("why-line", { quantity: this.words.number(quantity), name: this.nameOf(sku) });
  }

  /** With its options: a product may be there in several. */
  private nameOf(sku: string): string {
    const line = this.cart.lines.find((other) => other.sku === sku);
    if (line === undefined) return sku;
    return [line.name, ...line.options.map(({ label }) => label)].join(", ");
  }

  private money(amount: number): string {
    return this.words.money(amount, this.quote.currency);
  }

  private rateOf(rate: string): string {
    return this.words.number(Number(rate));
  }
}

/** A line's total is its base less discounts and the tax that its price contained and this buyer does not pay. */
function reliefOf({ base, discounts, total }: Quote["lines"][number]): number {
  return base - sumOf(discounts.map(({ amount }) => amount)) - total;
}

/** Parts of nothing are left out: they change nothing. */
function shown<Some extends Part>(parts: Some[]): Some[] {
  // `-0` is `0` here.
  return parts.filter(({ amount }) => amount !== 0);
}

function sumOf(amounts: number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

/** The rules that have to do with an amount. */
export type Rules = { applied: string[]; others: string[] };

/** Sorts what the server told by what applies to an amount and what does not. Rules of other amounts are left out. */
export function rulesOf(quote: Quote, amount: Amount, reasons: QuoteReason[]): Rules {
  const rules: Rules = { applied: [], others: [] };
  for (const reason of reasons) {
    const outcome = outcomeFor(quote, amount, reason);
    if (outcome !== "elsewhere" && !rules[outcome].includes(reason.text)) rules[outcome].push(reason.text);
  }
  return rules;
}

const offered = new Set(["delivery_offered", "delivery_free_by_total", "delivery_free_from"]);

type Outcome = keyof Rules | "elsewhere";

function outcomeFor(quote: Quote, amount: Amount, { code, about }: QuoteReason): Outcome {
  const { kind } = amount;
  if (code.startsWith("price_list_")) {
    if (kind === "line" ? about !== amount.sku : kind !== "goods" && kind !== "total") return "elsewhere";
    return code === "price_list_applied" ? "applied" : "others";
  }
  if (code.startsWith("promotion_") || code.startsWith("coupon_")) {
    if (kind === "goods" || kind === "relief" || kind === "tax") return "elsewhere";
    const isApplied = code === "promotion_applied" || code === "promotion_decided_at_checkout";
    // What did not apply may have been for anything.
    if (!isApplied) return "others";
    return changes(quote, amount, about) ? "applied" : "elsewhere";
  }
  if (code.startsWith("delivery_")) {
    if (kind !== "delivery" && kind !== "total") return "elsewhere";
    if (code === "delivery_not_needed") return "applied";
    // What is missing stands beside the amount already.
    if (code === "delivery_free_from" && kind === "delivery") return "elsewhere";
    if (!offered.has(code)) return "others";
    return quote.delivery.some(({ chosen, method }) => chosen && method === about) ? "applied" : "elsewhere";
  }
  if (code.startsWith("gift_card_")) {
    if (kind !== "total") return "elsewhere";
    return code === "gift_card_pays" || code === "gift_card_leaves_rest" ? "applied" : "others";
  }
  return kind === "tax" || kind === "relief" || kind === "total" ? "applied" : "elsewhere";
}

/** What one of a line costs by the market's own price; `undefined` where a list has another for it. */
export function ownPrice(quote: Quote, sku: string, reasons: QuoteReason[]): number | undefined {
  if (reasons.some(({ code, about }) => code === "price_list_applied" && about === sku)) return undefined;
  return quote.lines.find((line) => line.sku === sku)?.unit_price;
}

/** Whether a promotion that applied took something off this very amount. */
function changes(quote: Quote, amount: Amount, promotion: string | null | undefined): boolean {
  switch (amount.kind) {
    case "line":
      return quote.lines.some(({ sku, discounts }) => sku === amount.sku && discounts.some((share) => share.promotion === promotion && share.amount > 0));
    case "discount":
      return amount.promotion === promotion;
    case "delivery":
      return quote.discounts.some((discount) => discount.promotion === promotion && discount.delivery_amount > 0);
    default:
      return true;
  }
}
