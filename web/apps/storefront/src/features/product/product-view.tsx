import type { Product } from "@ecom67/api-client/types";
import { Breadcrumbs } from "../../shop/breadcrumbs";
import { PriceNote } from "../../shop/price-note";
import { ProductPrice } from "../../shop/product-price";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { Availability } from "./availability";
import { Buy } from "./buy";
import { shownVariant } from "./choose-variant";
import { Facts } from "./facts";
import { Gallery } from "./gallery";
import { Options } from "./options";
import { leafCategory } from "./queries";
import { Related } from "./related";
import { Safety } from "./safety";
import { Wish } from "./wish";

type Props = { product: Product; sku: string | undefined; onChoose: (sku: string) => void };

export function ProductView({ product, sku, onChoose }: Props) {
  const { t, navigation } = useShop();
  const variant = shownVariant(product, sku);
  const category = leafCategory(product);
  return (
    <>
      <div className="page-width">
        <Breadcrumbs categories={product.breadcrumbs} />
        <article className="product">
          <Gallery
            key={variant?.picture ?? 0}
            name={product.name}
            tint={product.tint}
            pictures={product.pictures}
            variant_picture={variant?.picture ?? 0}
          />
          <div className="product-offer">
            <div className="product-name">
              {product.brand != null && <p className="text-quiet">{product.brand}</p>}
              <h1 className="text-heading">{product.name}</h1>
              <p className="text-lead">{product.summary}</p>
            </div>
            {variant !== undefined && (
              <>
                <section className="product-price" aria-live="polite" aria-label={t("product-summary")}>
                  <ProductPrice price={variant.price} size="large" />
                  {variant.digital ? <p className="text-small text-quiet">{t(`price-tax-${navigation.tax}`)}</p> : <PriceNote about="one" />}
                </section>
                {product.options.length > 0 && <Options product={product} shown={variant} onChoose={onChoose} />}
                <Buy key={variant.sku} product={product} variant={variant} />
                <Wish key={`wish ${variant.sku}`} variant={variant} />
                <div className="product-delivery" aria-live="polite">
                  <Availability variant={variant} />
                  {navigation.delivery_link != null && (
                    <ShopLink className="link" href={navigation.delivery_link.href}>
                      {t("product-delivery")}
                    </ShopLink>
                  )}
                </div>
              </>
            )}
          </div>
          <div className="product-about">
            <section>
              <h2 className="text-title">{t("product-description")}</h2>
              {/* The server renders it from Markdown and lets safe elements through only. */}
              <div className="prose" dangerouslySetInnerHTML={{ __html: product.description_html }} />
            </section>
            <div className="product-facts">
              {variant !== undefined && <Facts product={product} variant={variant} />}
              <Safety product={product} />
            </div>
          </div>
        </article>
      </div>
      {category !== undefined && <Related product={product} category={category} />}
    </>
  );
}
