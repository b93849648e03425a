import type { Cart } from "@ecom67/api-client/types";
import { PriceNote } from "../../shop/price-note";
import { useShop } from "../../shop/shop";

/** What the goods cost by themselves. What comes on top, and what comes off, is not known yet. */
export function GoodsTotal({ cart }: { cart: Cart }) {
  const { t, money } = useShop();
  return (
    <div className="goods-total">
      <p className="goods-total-sum" aria-live="polite" aria-atomic="true">
        <span>{t("cart-goods-total")}</span> <strong>{money(cart.goods_total, cart.currency)}</strong>
      </p>
      <PriceNote about="many" />
    </div>
  );
}
