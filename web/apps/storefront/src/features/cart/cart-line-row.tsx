import type { CartLine } from "@ecom67/api-client/types";
import type { RefObject } from "react";
import { Stepper } from "../../shop/cart/stepper";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";
import { CartItemRow } from "./cart-item-row";
import { LineNotices } from "./line-notices";
import { useQuantity } from "./use-quantity";

type Props = {
  line: CartLine;
  currency: string;
  isShort: boolean;
  onRemoved: () => void;
  /** Takes the focus where the line with its buttons is gone. */
  focusAfter: RefObject<HTMLElement | null>;
};

export function CartLineRow({ line, currency, isShort, onRemoved, focusAfter }: Props) {
  const { t, money } = useShop();
  const { quantity, problem: refused, change } = useQuantity(line);
  const { isWriting, problem, write } = useWriting();
  const { sku, name, unit_price } = line;
  const remove = async () => {
    const isDone = await write((writes, place) => writes.removeLine(place, sku));
    if (isDone) onRemoved();
  };
  const save = async () => {
    const isDone = await write((writes, place) => writes.saveForLater(place, sku));
    if (isDone) focusAfter.current?.focus();
  };
  const told = refused ?? problem;
  return (
    <CartItemRow item={line} isBusy={isWriting}>
      {unit_price != null && (
        <p className="cart-row-price">
          <span className="text-quiet">{t("cart-each", { price: money(unit_price, currency) })}</span>
          <strong>
            <span className="sr-only">{t("cart-line-total")} </span>
            {money(unit_price * quantity, currency)}
          </strong>
        </p>
      )}
      <LineNotices line={line} currency={currency} onTake={change} />
      <div className="cart-row-actions">
        {unit_price != null && <Stepper name={name} quantity={quantity} quantity_max={line.quantity_max} onChange={change} />}
        <div className="cart-row-links">
          {!isShort && (
            <button type="button" className="button button-text" aria-label={t("cart-save-name", { name })} onClick={() => void save()}>
              {t("cart-save")}
            </button>
          )}
          <button type="button" className="button button-text" aria-label={t("cart-remove-name", { name })} onClick={() => void remove()}>
            {t("cart-remove")}
          </button>
        </div>
      </div>
      {told !== undefined && (
        <p className="cart-problem" role="alert">
          {told}
        </p>
      )}
    </CartItemRow>
  );
}
