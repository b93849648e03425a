import { Icon } from "@ecom67/ui/icon";
import { Kite } from "@ecom67/ui/kite";
import { Picture } from "@ecom67/ui/picture";
import { ProductPrice } from "../../shop/product-price";
import { ShopLink } from "../../shop/shop-link";
import type { SectionOf } from "./section";

/** The first thing seen: one product in its colour, with its price beside it. */
export function Opening({ section }: { section: SectionOf<"opening"> }) {
  const { product } = section;
  const picture = section.picture ?? product?.picture;
  return (
    <section className="page-width" aria-labelledby="opening-title">
      <div className={`opening tint-${section.tint}`}>
        <div className="opening-text">
          <h1 id="opening-title" className="text-display">
            {section.title}
          </h1>
          <p className="text-lead">{section.text}</p>
          <ShopLink className="button button-action" href={section.link.href}>
            {section.link.label}
            <Icon name="arrow" />
          </ShopLink>
        </div>
        <div className="opening-stage">
          <Kite className="opening-kite" />
          {picture != null && (
            <div className="opening-picture">
              <Picture picture={picture} sizes="256px" loading="main" />
            </div>
          )}
          {product != null && (
            <ShopLink className="opening-tag" href={`/p/${product.slug}`}>
              <span>{product.name}</span>
              <ProductPrice price={product.price} isFrom={product.price_from} />
            </ShopLink>
          )}
        </div>
      </div>
    </section>
  );
}
