import type { ProductCard } from "@ecom67/api-client/types";
import { Icon } from "@ecom67/ui/icon";
import { useShop } from "../shop";
import { openCartDrawer } from "./drawer";
import { useWriting } from "./use-writing";

/**
 * One variant goes into the cart from here; among several somebody has to choose, on the product's page, where the card's
 * own link leads: "Choose" is only its look.
 */
export function CardBuy({ product: { sku, name, price, availability } }: { product: ProductCard }) {
  const { t } = useShop();
  const { isWriting, problem, write, prepare } = useWriting();
  if (price == null || availability === "sold_out") return null;
  if (sku == null) {
    return (
      <div className="card-buy" aria-hidden="true">
        <span className="button card-choose">{t("cart-choose")}</span>
      </div>
    );
  }
  const add = async (button: HTMLElement) => {
    const isDone = await write((writes, place) => writes.addLine(place, sku));
    if (isDone) openCartDrawer({ sku, from: button.getBoundingClientRect() });
  };
  return (
    <div className="card-buy needs-script">
      <button
        type="button"
        className="button card-add"
        aria-label={t("cart-add-name", { name })}
        aria-busy={isWriting || undefined}
        onPointerEnter={prepare}
        onFocus={prepare}
        onClick={(event) => void add(event.currentTarget)}
      >
        <Icon name="cart" />
        {t("cart-add-short")}
      </button>
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
