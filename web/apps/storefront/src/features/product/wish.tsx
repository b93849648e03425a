import type { Variant } from "@ecom67/api-client/types";
import { Icon } from "@ecom67/ui/icon";
import { useCart } from "../../shop/cart/query";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";

/** Whoever wants it some day: also where it is sold out just now. */
export function Wish({ variant: { sku } }: { variant: Variant }) {
  const { t } = useShop();
  const { data: cart } = useCart();
  const { isWriting, problem, write } = useWriting();
  const isWished = cart?.wishes.some((wished) => wished.sku === sku) ?? false;
  return (
    <div className="wish needs-script">
      <button
        type="button"
        className={isWished ? "button button-text is-wished" : "button button-text"}
        aria-busy={isWriting || undefined}
        onClick={() => void write((writes, place) => (isWished ? writes.unwish(place, sku) : writes.wish(place, sku)))}
      >
        <Icon name="heart" />
        {t(isWished ? "cart-unwish" : "cart-wish")}
      </button>
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
