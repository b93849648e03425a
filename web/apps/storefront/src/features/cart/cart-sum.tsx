import type { Cart, Quote } from "@ecom67/api-client/types";
import type { ReactNode } from "react";
import { useShop } from "../../shop/shop";

type Props = {
  cart: Cart;
  /** In a drawer: discounts together, and delivery as far as it is known. */
  isShort?: boolean;
};

/** What the cart costs, with every part of it. The total alone is read out as it changes. */
export function CartSum({ cart, isShort = false }: Props) {
  const { t, money, number } = useShop();
  const { quote } = cart;
  if (quote == null) return <p className="cart-notice">{t("cart-sum-none")}</p>;
  const amount = (minor: number) => money(minor, quote.currency);
  const { totals } = quote;
  const hasDiscount = totals.discount > 0;
  const added = quote.tax_included ? [] : quote.taxes.filter((tax) => tax.amount > 0);
  return (
    <div className="cart-sum">
      <dl className="cart-sum-parts">
        {(!isShort || hasDiscount) && <Part name={t("cart-sum-goods")}>{amount(totals.goods)}</Part>}
        {isShort && hasDiscount && (
          <Part name={t("cart-sum-discounts")} kind="reduced">
            {amount(-totals.discount)}
          </Part>
        )}
        {!isShort && <Discounts quote={quote} />}
        <Delivery quote={quote} isShort={isShort} />
        {totals.relief > 0 && <Part name={t("cart-sum-relief")}>{amount(-totals.relief)}</Part>}
        {added.map((tax) => (
          <Part key={`${tax.name} ${tax.rate}`} name={t("cart-sum-tax-added", { name: tax.name, rate: number(Number(tax.rate)) })}>
            {amount(tax.amount)}
          </Part>
        ))}
      </dl>
      <p className="cart-sum-total" aria-live="polite" aria-atomic="true">
        <span>{t("cart-sum-total")}</span> <strong>{amount(totals.total)}</strong>
      </p>
      <TaxNotes quote={quote} />
    </div>
  );
}

function Discounts({ quote }: { quote: Quote }) {
  const { t, money } = useShop();
  return quote.discounts
    .filter(({ amount }) => amount > 0)
    .map(({ promotion, name, coupon, amount, decided_at_checkout }) => (
      <Part
        key={promotion}
        name={coupon == null ? name : `${name} (${coupon})`}
        note={decided_at_checkout ? t("cart-sum-first-order") : undefined}
        kind="reduced"
      >
        {money(-amount, quote.currency)}
      </Part>
    ));
}

function Delivery({ quote, isShort }: { quote: Quote; isShort: boolean }) {
  const { t, money } = useShop();
  const chosen = quote.delivery.find((way) => way.chosen);
  if (chosen === undefined) {
    if (quote.delivery.length === 0) return null;
    return <Part name={t("cart-sum-delivery")}>{t(isShort ? "cart-sum-delivery-later" : "cart-sum-delivery-open")}</Part>;
  }
  const reductions = quote.discounts.filter(({ delivery_amount }) => delivery_amount > 0).map(({ name }) => name);
  return (
    <Part name={t("cart-sum-delivery-by", { name: chosen.name })} note={isShort || reductions.length === 0 ? undefined : reductions.join(", ")}>
      {chosen.full_price > chosen.price && (
        <s className="price-before">
          <span className="sr-only">{t("cart-line-before")} </span>
          {money(chosen.full_price, quote.currency)}
        </s>
      )}{" "}
      {chosen.price === 0 ? t("cart-sum-free") : money(chosen.price, quote.currency)}
    </Part>
  );
}

function TaxNotes({ quote }: { quote: Quote }) {
  const { t, money, number } = useShop();
  if (quote.tax_treatment === "address_needed") return <p className="text-small text-quiet">{t("cart-sum-tax-open")}</p>;
  if (!quote.tax_included) return null;
  return quote.taxes
    .filter((tax) => tax.amount > 0)
    .map((tax) => (
      <p key={`${tax.name} ${tax.rate}`} className="text-small text-quiet">
        {t("cart-sum-tax-included", { amount: money(tax.amount, quote.currency), name: tax.name, rate: number(Number(tax.rate)) })}
      </p>
    ));
}

type PartProps = { name: string; note?: string; kind?: "plain" | "reduced"; children: ReactNode };

function Part({ name, note, kind = "plain", children }: PartProps) {
  return (
    <div className={kind === "reduced" ? "cart-sum-part is-reduced" : "cart-sum-part"}>
      <dt>
        {name}
        {note !== undefined && <span className="cart-sum-note">{note}</span>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
