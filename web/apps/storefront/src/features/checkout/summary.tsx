import type { Cart, Quote } from "@ecom67/api-client/types";
import { Fold } from "@ecom67/ui/fold";
import { Picture } from "@ecom67/ui/picture";
import { lazy, Suspense, useSyncExternalStore } from "react";
import type { PaidByGiftCards } from "../../shop/gift-cards/gift-card-sums";
import { ShopLink } from "../../shop/shop-link";
import { daysOf } from "./delivery-days";
import { useWords } from "./words";

// Comes with the first gift card: most orders have none.
const GiftCardSums = lazy(() => import("../../shop/gift-cards/gift-card-sums"));

const WIDE = "(width >= 64rem)";

/** What is bought and what it costs: beside the form, or folded above it where there is no room. */
export function Summary({ cart, quote }: { cart: Cart; quote: Quote }) {
  const { t, say, money, number } = useWords();
  const isWide = useIsWide();
  const content = (
    <>
      <ul className="checkout-goods">
        {cart.lines.map(({ sku, name, quantity, tint, picture, options }) => {
          const total = quote.lines.find((line) => line.sku === sku)?.total;
          return (
            <li key={sku}>
              <div className={`stage tint-${tint}`}>{picture != null && <Picture picture={picture} sizes="56px" loading="first" alt="" />}</div>
              <p>
                {t("cart-gift-count", { quantity: number(quantity), name })}
                <span className="cart-sum-note">{options.map(({ label }) => label).join(", ")}</span>
              </p>
              {total !== undefined && <p className="cart-way-price">{money(total, quote.currency)}</p>}
            </li>
          );
        })}
      </ul>
      <Sums quote={quote} />
      <ShopLink className="link checkout-back" href="/cart">
        {say("form-back")}
      </ShopLink>
    </>
  );
  if (!isWide) {
    return (
      <aside className="checkout-summary" aria-label={say("form-summary")}>
        <Fold title={say("form-summary-total", { total: money(quote.totals.due, quote.currency) })} open={false}>
          {content}
        </Fold>
      </aside>
    );
  }
  return (
    <aside className="checkout-summary" aria-labelledby="checkout-summary-title">
      <h2 id="checkout-summary-title" className="text-title">
        {say("form-summary")}
      </h2>
      {content}
    </aside>
  );
}

/** The parts of the sum. */
export function Sums({ quote }: { quote: Quote }) {
  const { t, say, money, number } = useWords();
  const amount = (minor: number) => money(minor, quote.currency);
  const chosen = quote.delivery.find((way) => way.chosen);
  const { totals } = quote;
  const taxes = quote.taxes.filter((tax) => tax.amount > 0);
  const taxOf = ({ name, rate, amount: minor }: Quote["taxes"][number]) => ({ name, rate: number(Number(rate)), amount: amount(minor) });
  return (
    <div className="cart-sum">
      <dl className="cart-sum-parts">
        <Part name={t("cart-sum-goods")} text={amount(totals.goods)} />
        {totals.discount > 0 && <Part name={t("cart-sum-discounts")} text={amount(-totals.discount)} isReduced />}
        {quote.delivery_needed && (
          <Part
            name={chosen === undefined ? t("cart-sum-delivery") : t("cart-sum-delivery-by", { name: chosen.name })}
            text={chosen === undefined ? say("form-delivery-open") : chosen.price === 0 ? t("cart-sum-free") : amount(chosen.price)}
          />
        )}
        {totals.relief > 0 && <Part name={t("cart-sum-relief")} text={amount(-totals.relief)} />}
        {!quote.tax_included && taxes.map((tax) => <Part key={`${tax.name} ${tax.rate}`} name={t("cart-sum-tax-added", taxOf(tax))} text={amount(tax.amount)} />)}
      </dl>
      <p className="cart-sum-total cart-sum-part">
        <span>{t("cart-sum-total")}</span> <strong>{amount(totals.total)}</strong>
      </p>
      <Tenders of={quote} />
      {quote.tax_treatment === "address_needed" && <p className="text-small text-quiet">{t("cart-sum-tax-open")}</p>}
      {quote.tax_included &&
        taxes.map((tax) => (
          <p key={`${tax.name} ${tax.rate}`} className="text-small text-quiet">
            {t("cart-sum-tax-included", taxOf(tax))}
          </p>
        ))}
    </div>
  );
}

/** What gift cards pay of a sum, and what is left to be paid; nothing where they pay nothing. */
export function Tenders({ of }: { of: PaidByGiftCards }) {
  const { say } = useWords();
  return <Suspense>{of.totals.gift_cards > 0 && <GiftCardSums of={of} say={say} />}</Suspense>;
}

export function Part({ name, text, isReduced = false }: { name: string; text: string; isReduced?: boolean }) {
  return (
    <div className={isReduced ? "cart-sum-part is-reduced" : "cart-sum-part"}>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

/** What has to stand right above the button that costs money (§ 312j BGB): the goods, when they come, and all that they cost. */
export function BeforeButton({ cart, quote }: { cart: Cart; quote: Quote }) {
  const words = useWords();
  const { t, say, money, number } = words;
  const chosen = quote.delivery.find((way) => way.chosen);
  const days = chosen && daysOf(chosen, words);
  return (
    <div className="checkout-before">
      <ul>
        {cart.lines.map(({ sku, name, quantity }) => (
          <li key={sku}>{t("cart-gift-count", { quantity: number(quantity), name })}</li>
        ))}
        {quote.gifts.map(({ sku, name, quantity }) => (
          <li key={`gift ${sku}`}>
            {t("cart-gift-count", { quantity: number(quantity), name })} ({t("cart-gift")})
          </li>
        ))}
      </ul>
      {chosen !== undefined && (
        <p>
          {chosen.name}
          {days !== undefined && `, ${days}`}: {chosen.price === 0 ? t("cart-sum-free") : money(chosen.price, quote.currency)}
        </p>
      )}
      <p className="cart-sum-part cart-sum-total" aria-live="polite" aria-atomic="true">
        <span>
          {t("cart-sum-total")}
          <span className="cart-sum-note">
            {say(quote.tax_included ? "form-tax-in" : "form-tax-on", { amount: money(quote.totals.tax, quote.currency) })}
          </span>
        </span>{" "}
        <strong>{money(quote.totals.total, quote.currency)}</strong>
      </p>
      <Tenders of={quote} />
    </div>
  );
}

function useIsWide(): boolean {
  return useSyncExternalStore(watchWidth, () => typeof window.matchMedia !== "function" || window.matchMedia(WIDE).matches);
}

function watchWidth(listener: () => void): () => void {
  if (typeof window.matchMedia !== "function") return () => undefined;
  const query = window.matchMedia(WIDE);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}
