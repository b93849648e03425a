import type { CartItem } from "@ecom67/api-client/types";
import { Picture } from "@ecom67/ui/picture";
import type { ReactNode } from "react";
import { ShopLink } from "../../shop/shop-link";

type Props = {
  item: CartItem;
  isBusy?: boolean;
  /** What it costs, and what may be done with it. */
  children: ReactNode;
};

/** A variant with its picture, its name as a link where it still has a page, and what it is among its likes. */
export function CartItemRow({ item, isBusy = false, children }: Props) {
  const options = item.options.map(({ name, label }) => `${name}: ${label}`).join(", ");
  return (
    <li className={isBusy ? "cart-row is-waiting" : "cart-row"} aria-busy={isBusy || undefined}>
      <div className={`stage cart-stage tint-${item.tint}`}>{item.picture != null && <Picture picture={item.picture} sizes="96px" loading="first" alt="" />}</div>
      <div className="cart-row-text">
        <h3 className="cart-name">{item.slug == null ? item.name : <ShopLink href={`/p/${item.slug}?sku=${encodeURIComponent(item.sku)}`}>{item.name}</ShopLink>}</h3>
        {options !== "" && <p className="text-small text-quiet">{options}</p>}
        {children}
      </div>
    </li>
  );
}
