import { Button } from "@ecom67/ui/button";
import { Icon } from "@ecom67/ui/icon";
import { useLayoutEffect, useRef } from "react";
import { closeCartDrawer, type Added } from "../../shop/cart/drawer";
import { useCart } from "../../shop/cart/query";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { CartCheckout } from "./cart-checkout";
import { CartLines } from "./cart-lines";
import { CartSum } from "./cart-sum";
import { openFrom } from "./open-from";
import { WhyPlace } from "./why";

/** Tells what is in the cart now. A native dialog: it keeps the focus, closes on Escape, and gives the focus back. */
export function CartDrawer({ added }: { added: Added }) {
  const { t } = useShop();
  const { data: cart } = useCart();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const { current } = dialog;
    if (current === null || current.open) return;
    current.showModal();
    openFrom(current, added.from);
  }, [added]);
  const close = () => dialog.current?.close();
  const name = cart?.lines.find(({ sku }) => sku === added.sku)?.name;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- A tap beside it; the keyboard has Escape.
    <dialog
      ref={dialog}
      className="cart-drawer"
      aria-labelledby="cart-drawer-title"
      aria-describedby="cart-drawer-added"
      onClose={closeCartDrawer}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <WhyPlace focusAfter={heading}>
        <div className="cart-drawer-inner">
          <div className="sheet-head">
            <h2 id="cart-drawer-title" ref={heading} tabIndex={-1} className="text-title">
              {t("cart-drawer-title")}
            </h2>
            <button type="button" className="button button-icon" aria-label={t("close")} onClick={close}>
              <Icon name="close" />
            </button>
          </div>
          <p id="cart-drawer-added" className="cart-drawer-added">
            {name !== undefined && (
              <>
                <Icon name="check" />
                {t("cart-added", { name })}
              </>
            )}
          </p>
          <div className="cart-drawer-lines">{cart != null && <CartLines cart={cart} empty={<p>{t("cart-empty-title")}</p>} first_sku={added.sku} isShort />}</div>
          <div className="cart-drawer-foot">
            {cart != null && <CartSum cart={cart} isShort />}
            <div className="cart-drawer-ways">
              {cart != null && <CartCheckout cart={cart} onClick={close} />}
              <ShopLink className="button" href="/cart" onClick={close}>
                {t("cart-open")}
              </ShopLink>
              <Button onClick={close}>{t("cart-keep-looking")}</Button>
            </div>
          </div>
        </div>
      </WhyPlace>
    </dialog>
  );
}
