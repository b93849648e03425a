import type { Quote } from "@ecom67/api-client/types";
import { useShop } from "../../shop/shop";
import { Why } from "./why";

type Props = {
  sku: string;
  name: string;
  unit_price: number;
  /** As many as the shopper wants, which the shop may not have heard of yet. */
  quantity: number;
  quote: Quote | null | undefined;
  currency: string;
};

/** What a line costs, and what promotions took off it. Until the shop has counted a new quantity, what the goods cost. */
export function LinePrice({ sku, name, unit_price, quantity, quote, currency }: Props) {
  const { t, money } = useShop();
  const counted = quote?.lines.find((line) => line.sku === sku && line.quantity === quantity);
  const base = counted?.base ?? unit_price * quantity;
  const total = money(counted?.total ?? base, currency);
  const isQuoted = quote?.lines.some((line) => line.sku === sku) === true;
  const discounts = counted?.discounts.filter(({ amount }) => amount > 0) ?? [];
  const nameOf = (promotion: string) => quote?.discounts.find((discount) => discount.promotion === promotion)?.name ?? promotion;
  return (
    <>
      <p className="cart-row-price">
        <span className="text-quiet">{t("cart-each", { price: money(counted?.unit_price ?? unit_price, currency) })}</span>
        <span className="cart-row-amounts">
          {discounts.length > 0 && (
            <s className="price-before">
              <span className="sr-only">{t("cart-line-before")} </span>
              {money(base, currency)}
            </s>
          )}
          <span className="sr-only">{t("cart-line-total")} </span>
          {isQuoted ? (
            <Why amount={{ kind: "line", sku }} label={t("cart-why", { amount: total, name })}>
              <strong>{total}</strong>
            </Why>
          ) : (
            <strong>{total}</strong>
          )}
        </span>
      </p>
      {discounts.length > 0 && (
        <ul className="cart-row-discounts">
          {discounts.map(({ promotion, amount }) => (
            <li key={promotion}>
              <span>{nameOf(promotion)}</span> <span>{money(-amount, currency)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
