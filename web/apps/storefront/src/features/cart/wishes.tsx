import type { CartItem } from "@ecom67/api-client/types";
import { useRef, type RefObject } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";
import { CartItemRow } from "./cart-item-row";

export function Wishes({ items, currency }: { items: CartItem[]; currency: string }) {
  const { t } = useShop();
  const heading = useRef<HTMLHeadingElement>(null);
  if (items.length === 0) return null;
  return (
    <section className="cart-section" aria-labelledby="cart-wishes-title">
      <h2 id="cart-wishes-title" ref={heading} tabIndex={-1} className="text-title">
        {t("cart-wishes-title")}
      </h2>
      <ul className="cart-shelf">
        {items.map((item) => (
          <Wish key={item.sku} item={item} currency={currency} focusAfter={heading} />
        ))}
      </ul>
    </section>
  );
}

function Wish({ item, currency, focusAfter }: { item: CartItem; currency: string; focusAfter: RefObject<HTMLElement | null> }) {
  const { t, money } = useShop();
  const { isWriting, problem, write } = useWriting();
  const { sku, name, unit_price, availability } = item;
  const forget = async () => {
    const isDone = await write((writes, place) => writes.unwish(place, sku));
    if (isDone) focusAfter.current?.focus();
  };
  return (
    <CartItemRow item={item} isBusy={isWriting}>
      {unit_price == null ? <p className="cart-notice">{t("cart-refused-gone")}</p> : <p className="text-quiet">{money(unit_price, currency)}</p>}
      {unit_price != null && availability === "sold_out" && <p className="availability availability-sold_out">{t("availability-sold-out")}</p>}
      <div className="cart-row-actions">
        {unit_price != null && availability !== "sold_out" && (
          <button type="button" className="button" aria-label={t("cart-move-name", { name })} onClick={() => void write((writes, place) => writes.addLine(place, sku))}>
            {t("cart-move")}
          </button>
        )}
        <button type="button" className="button button-text" aria-label={`${t("cart-unwish")}: ${name}`} onClick={() => void forget()}>
          {t("cart-unwish")}
        </button>
      </div>
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </CartItemRow>
  );
}
