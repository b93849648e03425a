import type { Cart } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useRef } from "react";
import { useCart } from "../../shop/cart/query";
import { perLanguage } from "../../shop/gift-cards/per-language";
import { GiftCardSums } from "../../shop/gift-cards/tenders";
import { useShop } from "../../shop/shop";
import { CartCheckout } from "./cart-checkout";
import { CartCoupons } from "./cart-coupons";
import { CartDelivery } from "./cart-delivery";
import { CartLines } from "./cart-lines";
import { CartNote } from "./cart-note";
import { CartSkeleton } from "./cart-skeleton";
import { CartSum } from "./cart-sum";
import { EmptyCart } from "./empty-cart";
import { SavedLines } from "./saved-lines";
import { WhyPlace } from "./why";
import { Wishes } from "./wishes";

// Few have one: it comes after all that everybody needs, and not before what the sum tells of it. So both show what one answer says.
const CartGiftCards = perLanguage<{ cart: Cart }>(async (tag) => {
  const [field] = await Promise.all([import("./cart-gift-cards"), GiftCardSums.prepare(tag)]);
  return field.cartGiftCards(tag);
});

export function CartView() {
  const { t } = useShop();
  const { data: cart, isPending, refetch } = useCart();
  const heading = useRef<HTMLHeadingElement>(null);
  if (isPending) return <CartSkeleton />;
  return (
    <div className="page-width cart-page">
      <h1 ref={heading} tabIndex={-1} className="text-heading">
        {t("cart-title")}
      </h1>
      {cart === undefined && (
        <div className="cart-failed" role="alert">
          <p>{t("cart-failed")}</p>
          <Button onClick={() => void refetch()}>{t("error-retry")}</Button>
        </div>
      )}
      <WhyPlace focusAfter={heading}>
        {cart === null && <EmptyCart text={t("cart-empty-text")} />}
        {cart != null && <Filled cart={cart} />}
      </WhyPlace>
    </div>
  );
}

function Filled({ cart }: { cart: Cart }) {
  const { t } = useShop();
  const hasOthers = cart.saved.length > 0 || cart.wishes.length > 0;
  return (
    <>
      <div className={cart.lines.length === 0 ? undefined : "cart-columns"}>
        <CartLines key={cart.id} cart={cart} empty={<EmptyCart text={t(hasOthers ? "cart-empty-lines" : "cart-empty-text")} />} />
        {cart.lines.length > 0 && (
          <section className="cart-side" aria-labelledby="cart-total-title">
            <h2 id="cart-total-title" className="text-title">
              {t("cart-total-title")}
            </h2>
            <CartSum cart={cart} />
            <CartCheckout cart={cart} />
            <CartDelivery cart={cart} />
            <CartCoupons cart={cart} />
            <CartGiftCards cart={cart} />
            <CartNote key={cart.id} note={cart.note ?? ""} />
          </section>
        )}
      </div>
      <SavedLines lines={cart.saved} currency={cart.currency} />
      <Wishes items={cart.wishes} currency={cart.currency} />
    </>
  );
}
