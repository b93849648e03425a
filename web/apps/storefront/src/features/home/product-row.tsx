import { Icon } from "@ecom67/ui/icon";
import { PriceNote } from "../../shop/price-note";
import { ProductCard } from "../../shop/product-card";
import { ShopLink } from "../../shop/shop-link";
import type { SectionOf } from "./section";

export function ProductRow({ section }: { section: SectionOf<"products"> }) {
  return (
    <section className="page-width section">
      <div className="section-head">
        <div className="section-head-text">
          <h2 className="text-heading">{section.title}</h2>
          {section.text !== "" && <p>{section.text}</p>}
          <PriceNote about="many" />
        </div>
        {section.link != null && (
          <ShopLink className="link-arrow" href={section.link.href}>
            {section.link.label}
            <Icon name="arrow" />
          </ShopLink>
        )}
      </div>
      <ul className="card-grid card-grid-wide card-shelf">
        {section.products.map((product) => (
          <ProductCard key={product.code} product={product} loading="later" />
        ))}
      </ul>
    </section>
  );
}
