import type { Cart } from "@ecom67/api-client/types";
import { useShop } from "../../shop/shop";

/** What comes for nothing, and because of what. */
export function CartGifts({ cart: { quote } }: { cart: Cart }) {
  const { t, number } = useShop();
  if (quote == null || quote.gifts.length === 0) return null;
  return (
    <ul className="cart-gifts">
      {quote.gifts.map(({ sku, name, quantity, promotion }) => {
        return (
          <li key={`${sku} ${promotion}`} className="cart-gift">
            <p>
              <strong>{t("cart-gift")}</strong> {t("cart-gift-count", { quantity: number(quantity), name })}
              <span className="cart-sum-note">{quote.discounts.find((discount) => discount.promotion === promotion)?.name}</span>
            </p>
            <p>{t("cart-sum-free")}</p>
          </li>
        );
      })}
    </ul>
  );
}
