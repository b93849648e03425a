import type { Price } from "@ecom67/api-client/types";
import { useShop } from "./shop";

type Props = {
  price: Price | null | undefined;
  /** Several variants at different prices: this is the lowest. */
  isFrom?: boolean;
  size?: "card" | "large";
};

export function ProductPrice({ price, isFrom = false, size = "card" }: Props) {
  const { t, money } = useShop();
  if (price == null) return <p className="price price-note">{t("price-none")}</p>;

  const amount = money(price.amount, price.currency);
  const classes = ["price", price.compare_at == null ? "" : "price-reduced", size === "large" ? "price-large" : ""];
  return (
    <p className={classes.filter(Boolean).join(" ")}>
      <span className="price-amount">
        {price.compare_at != null && <span className="sr-only">{t("price-now")} </span>}
        {isFrom ? t("price-from", { price: amount }) : amount}
      </span>
      {price.compare_at != null && (
        <s className="price-before">
          <span className="sr-only">{t("price-before")} </span>
          {money(price.compare_at, price.currency)}
        </s>
      )}
      {price.unit_price != null && (
        <span className="price-note">
          {t("price-per-unit", { price: money(price.unit_price.amount, price.currency), unit: price.unit_price.unit })}
        </span>
      )}
      {price.lowest_30_days != null && (
        <span className="price-note">{t("price-lowest", { price: money(price.lowest_30_days, price.currency) })}</span>
      )}
    </p>
  );
}
