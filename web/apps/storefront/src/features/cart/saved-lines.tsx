import type { CartLine } from "@ecom67/api-client/types";
import { useRef, type RefObject } from "react";
import { useWriting, type Writing } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";
import { CartItemRow } from "./cart-item-row";

export function SavedLines({ lines, currency }: { lines: CartLine[]; currency: string }) {
  const { t } = useShop();
  const heading = useRef<HTMLHeadingElement>(null);
  if (lines.length === 0) return null;
  return (
    <section className="cart-section" aria-labelledby="cart-saved-title">
      <h2 id="cart-saved-title" ref={heading} tabIndex={-1} className="text-title">
        {t("cart-saved-title")}
      </h2>
      <ul className="cart-shelf">
        {lines.map((line) => (
          <SavedLine key={line.sku} line={line} currency={currency} focusAfter={heading} />
        ))}
      </ul>
    </section>
  );
}

function SavedLine({ line, currency, focusAfter }: { line: CartLine; currency: string; focusAfter: RefObject<HTMLElement | null> }) {
  const { t, money } = useShop();
  const { isWriting, problem, write } = useWriting();
  const { sku, name, unit_price } = line;
  const act = async (make: Parameters<Writing["write"]>[0]) => {
    const isDone = await write(make);
    if (isDone) focusAfter.current?.focus();
  };
  return (
    <CartItemRow item={line} isBusy={isWriting}>
      {unit_price == null ? <p className="cart-notice">{t("cart-refused-gone")}</p> : <p className="text-quiet">{t("cart-each", { price: money(unit_price, currency) })}</p>}
      <div className="cart-row-actions">
        {unit_price != null && (
          <button type="button" className="button" aria-label={t("cart-move-name", { name })} onClick={() => void act((writes, place) => writes.moveToCart(place, sku))}>
            {t("cart-move")}
          </button>
        )}
        <button type="button" className="button button-text" aria-label={t("cart-remove-name", { name })} onClick={() => void act((writes, place) => writes.forgetSaved(place, sku))}>
          {t("cart-remove")}
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
