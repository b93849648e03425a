import type { Cart } from "@ecom67/api-client/types";
import { useId } from "react";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";

type Props = { cart: Cart; onClick?: () => void };

/** The way to order what is in the cart, or why that cannot be done yet. */
export function CartCheckout({ cart, onClick }: Props) {
  const { t } = useShop();
  const id = useId();
  const reason = reasonAgainst(cart);
  if (cart.quote == null || cart.lines.length === 0) return null;
  if (reason === undefined) {
    return (
      <ShopLink className="button button-action cart-checkout" href="/checkout" onClick={onClick}>
        {t("cart-checkout")}
      </ShopLink>
    );
  }
  return (
    <div className="cart-checkout-blocked">
      <button type="button" className="button button-action cart-checkout" aria-disabled="true" aria-describedby={id}>
        {t("cart-checkout")}
      </button>
      <p id={id} className="cart-notice">
        {t(reason)}
      </p>
    </div>
  );
}

function reasonAgainst({ lines }: Cart): string | undefined {
  const has = (code: string) => lines.some(({ notices }) => notices.some((notice) => notice.code === code));
  if (has("not_sold") || lines.some(({ unit_price }) => unit_price == null)) return "cart-checkout-gone";
  if (has("not_enough")) return "cart-checkout-few";
  return has("quantity_not_allowed") || has("product_quantity_not_allowed") ? "cart-checkout-limits" : undefined;
}
