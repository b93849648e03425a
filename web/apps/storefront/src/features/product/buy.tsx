import type { Product, Variant } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useId, useState } from "react";
import { openCartDrawer } from "../../shop/cart/drawer";
import { limitsInWords } from "../../shop/cart/limits";
import { Stepper } from "../../shop/cart/stepper";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";

/** How many, and one button. On a phone it stays at the foot of the screen as long as the product is read about. */
export function Buy({ product, variant }: { product: Product; variant: Variant }) {
  const shop = useShop();
  const { t } = shop;
  const { isWriting, problem, write, prepare } = useWriting();
  const [quantity, setQuantity] = useState(variant.quantity_min);
  const id = useId();
  if (variant.price == null || variant.availability === "sold_out") return null;

  const { sku } = variant;
  const add = async (button: HTMLElement) => {
    const isDone = await write((writes, place) => writes.addLine(place, sku, quantity));
    if (!isDone) return;
    setQuantity(variant.quantity_min);
    openCartDrawer({ sku, from: button.getBoundingClientRect() });
  };
  const limits = { ...variant, max_per_cart: product.max_per_cart };
  const told = limitsInWords(limits, shop);
  return (
    <>
      {told !== "" && (
        <p id={id} className="quantity-note text-small text-quiet">
          {told}
        </p>
      )}
      <div className="buy needs-script">
        <Stepper name={product.name} quantity={quantity} limits={limits} describedBy={told === "" ? undefined : id} onChange={setQuantity} />
        <Button
          kind="action"
          className="buy-button"
          aria-busy={isWriting || undefined}
          onPointerEnter={prepare}
          onFocus={prepare}
          onClick={(event) => void add(event.currentTarget)}
        >
          {t("cart-add")}
        </Button>
        {problem !== undefined && (
          <p className="cart-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </>
  );
}
