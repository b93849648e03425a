import type { Cart, Quote } from "@ecom67/api-client/types";
import type { Words } from "./words";

/** What is different about a cart's price, each in a sentence. */
export function changesOf(before: Quote, { lines, quote }: Cart, { t, say, money }: Pick<Words, "t" | "say" | "money">): string[] {
  if (quote == null) return [];
  const name = (sku: string) => lines.find((line) => line.sku === sku)?.name ?? sku;
  const amount = (minor: number) => money(minor, quote.currency);
  const told: string[] = [];
  const tell = (what: string, was: number, is: number) => {
    if (was !== is) told.push(say("form-changed-part", { name: what, was: amount(was), is: amount(is) }));
  };
  for (const line of before.lines) {
    const now = quote.lines.find(({ sku }) => sku === line.sku);
    if (now === undefined) told.push(say("form-changed-gone", { name: name(line.sku) }));
    else tell(name(line.sku), line.base, now.base);
  }
  tell(t("cart-sum-discounts"), -before.totals.discount, -quote.totals.discount);
  tell(t("cart-sum-delivery"), before.totals.delivery, quote.totals.delivery);
  tell(say("form-gift-cards"), -before.totals.gift_cards, -quote.totals.gift_cards);
  tell(say("form-tax"), before.totals.tax, quote.totals.tax);
  return told;
}
