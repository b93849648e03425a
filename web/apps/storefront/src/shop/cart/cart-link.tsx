import { Icon } from "@ecom67/ui/icon";
import { ShopLink } from "../shop-link";
import { useShop } from "../shop";
import { useCart } from "./query";

/** More than fits: the name of the link has the whole number. */
const SHOWN_MAX = 99;

/** The way to the cart. The number comes on top of the link, which is as wide with it as without. */
export function CartLink() {
  const { t, number } = useShop();
  const units = useCart().data?.units ?? 0;
  const label = units === 0 ? t("cart-title") : t("cart-count", { count: units, formatted: number(units) });
  return (
    <ShopLink className="button button-icon cart-link" href="/cart" aria-label={label}>
      <Icon name="cart" />
      {units > 0 && (
        <span className="cart-count" aria-hidden="true">
          {units > SHOWN_MAX ? `${number(SHOWN_MAX)}+` : number(units)}
        </span>
      )}
    </ShopLink>
  );
}
