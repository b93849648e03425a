import type { CartLine, Quote } from "@ecom67/api-client/types";
import { lazy, Suspense, useId, type RefObject } from "react";
import { limitsInWords } from "../../shop/cart/limits";
import { Stepper } from "../../shop/cart/stepper";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";
import { CartItemRow } from "./cart-item-row";
import { LinePrice } from "./line-price";
import { useQuantity } from "./use-quantity";

/** Most lines have nothing to tell. */
const LineNotices = lazy(() => import("./line-notices").then((module) => ({ default: module.LineNotices })));

type Props = {
  line: CartLine;
  /** How many of the product's other variants the cart has. */
  others: number;
  quote: Quote | null | undefined;
  currency: string;
  isShort: boolean;
  onRemoved: () => void;
  /** Takes the focus where the line with its buttons is gone. */
  focusAfter: RefObject<HTMLElement | null>;
};

export function CartLineRow({ line, others, quote, currency, isShort, onRemoved, focusAfter }: Props) {
  const shop = useShop();
  const { t } = shop;
  const id = useId();
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
  const limits = unit_price == null ? "" : limitsInWords(line, shop);
  return (
    <CartItemRow item={line} isBusy={isWriting}>
      {unit_price != null && <LinePrice sku={sku} name={name} unit_price={unit_price} quantity={quantity} quote={quote} currency={currency} />}
      {line.notices.length > 0 && (
        <Suspense>
          <LineNotices line={line} currency={currency} onTake={change} />
        </Suspense>
      )}
      {limits !== "" && (
        <p id={id} className="quantity-note text-small text-quiet">
          {limits}
        </p>
      )}
      <div className="cart-row-actions">
        {unit_price != null && <Stepper name={name} quantity={quantity} limits={{ ...line, others }} describedBy={limits === "" ? undefined : id} onChange={change} />}
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
