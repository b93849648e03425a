import type { Cart, Quote } from "@ecom67/api-client/types";
import type { ReactNode } from "react";
import { Tenders } from "../../shop/gift-cards/tenders";
import { useShop } from "../../shop/shop";
import { Why, type Amount } from "./why";

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
        {(!isShort || hasDiscount) && <Part name={t("cart-sum-goods")} text={amount(totals.goods)} why={{ kind: "goods" }} />}
        {isShort && hasDiscount && <Part name={t("cart-sum-discounts")} text={amount(-totals.discount)} why={{ kind: "discounts" }} kind="reduced" />}
        {!isShort && <Discounts quote={quote} />}
        <Delivery quote={quote} isShort={isShort} />
        {totals.relief > 0 && <Part name={t("cart-sum-relief")} text={amount(-totals.relief)} why={{ kind: "relief" }} />}
        {added.map((tax) => (
          <Part
            key={`${tax.name} ${tax.rate}`}
            name={t("cart-sum-tax-added", { name: tax.name, rate: number(Number(tax.rate)) })}
            text={amount(tax.amount)}
            why={{ kind: "tax", name: tax.name, rate: tax.rate }}
          />
        ))}
      </dl>
      <div className="cart-sum-end">
        <p className="cart-sum-total" aria-live="polite" aria-atomic="true">
          <span>{t("cart-sum-total")}</span> <strong>{amount(totals.total)}</strong>
        </p>
        {/* Over the sentence and not in it, which is read out as it changes. */}
        <Why className="why-over" amount={{ kind: "total" }} label={t("cart-why", { amount: amount(totals.total), name: t("cart-sum-total") })} />
      </div>
      <Tenders of={quote} />
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
        text={money(-amount, quote.currency)}
        why={{ kind: "discount", promotion }}
        kind="reduced"
      />
    ));
}

function Delivery({ quote, isShort }: { quote: Quote; isShort: boolean }) {
  const { t, money } = useShop();
  const chosen = quote.delivery.find((way) => way.chosen);
  if (chosen === undefined) {
    if (quote.delivery.length === 0) return null;
    return <Part name={t("cart-sum-delivery")} text={t(isShort ? "cart-sum-delivery-later" : "cart-sum-delivery-open")} />;
  }
  const reductions = quote.discounts.filter(({ delivery_amount }) => delivery_amount > 0).map(({ name }) => name);
  return (
    <Part
      name={t("cart-sum-delivery-by", { name: chosen.name })}
      note={isShort || reductions.length === 0 ? undefined : reductions.join(", ")}
      text={chosen.price === 0 ? t("cart-sum-free") : money(chosen.price, quote.currency)}
      why={{ kind: "delivery" }}
    >
      {chosen.full_price > chosen.price && (
        <s className="price-before">
          <span className="sr-only">{t("cart-line-before")} </span>
          {money(chosen.full_price, quote.currency)}
        </s>
      )}
    </Part>
  );
}

function TaxNotes({ quote }: { quote: Quote }) {
  const { t, money, number } = useShop();
  if (quote.tax_treatment === "address_needed") return <p className="text-small text-quiet">{t("cart-sum-tax-open")}</p>;
  if (!quote.tax_included) return null;
  return quote.taxes
    .filter((tax) => tax.amount > 0)
    .map(({ name, rate, amount: minor }) => {
      const amount = money(minor, quote.currency);
      const text = t("cart-sum-tax-included", { amount, name, rate: number(Number(rate)) });
      return (
        <p key={`${name} ${rate}`} className="cart-sum-tax text-small text-quiet">
          <Why amount={{ kind: "tax", name, rate }} label={t("cart-why", { amount, name: text })}>
            {text}
          </Why>
        </p>
      );
    });
}

type PartProps = {
  name: string;
  note?: string;
  /** The amount, or the words that stand for it. */
  text: string;
  /** Absent where there is no amount yet. */
  why?: Amount;
  kind?: "plain" | "reduced";
  /** What stands before the amount. */
  children?: ReactNode;
};

function Part({ name, note, text, why, kind = "plain", children }: PartProps) {
  const { t } = useShop();
  return (
    <div className={kind === "reduced" ? "cart-sum-part is-reduced" : "cart-sum-part"}>
      <dt>
        {name}
        {note !== undefined && <span className="cart-sum-note">{note}</span>}
      </dt>
      <dd>
        {children}{" "}
        {why === undefined ? (
          text
        ) : (
          <Why amount={why} label={t("cart-why", { amount: text, name })}>
            {text}
          </Why>
        )}
      </dd>
    </div>
  );
}
