import type { Product } from "@ecom67/api-client/types";
import { CardSkeletons } from "@ecom67/ui/skeleton";
import { useQuery } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { ProductCard } from "../../shop/product-card";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { leafCategory, RELATED_SHOWN_MAX, relatedQuery } from "./queries";

export function Related({ product, category }: { product: Product; category: NonNullable<ReturnType<typeof leafCategory>> }) {
  const { t, locale } = useShop();
  const { api } = useRouteContext({ from: "__root__" });
  const { data, isPending } = useQuery(relatedQuery(api, locale, category.slug));
  const others = data?.products.filter((other) => other.code !== product.code).slice(0, RELATED_SHOWN_MAX) ?? [];

  // A failure here costs nobody anything: the page goes without.
  if (!isPending && others.length === 0) return null;
  return (
    <section className="page-width section" aria-labelledby="related-title">
      <div className="section-head">
        <h2 id="related-title" className="text-heading">
          <ShopLink className="quiet-link" href={`/c/${category.slug}`}>
            {t("product-related", { category: category.name })}
          </ShopLink>
        </h2>
      </div>
      <ul className="card-grid card-grid-wide card-shelf">
        {isPending && <CardSkeletons count={RELATED_SHOWN_MAX} />}
        {others.map((other) => (
          <ProductCard key={other.code} product={other} loading="later" />
        ))}
      </ul>
    </section>
  );
}
