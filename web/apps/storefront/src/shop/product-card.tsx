import type { ProductCard as ProductCardData, Swatch } from "@ecom67/api-client/types";
import { Picture } from "@ecom67/ui/picture";
import { SwatchDot } from "@ecom67/ui/swatch-dot";
import { CardBuy } from "./cart/card-buy";
import { ProductName } from "./product-name";
import { ProductPrice } from "./product-price";
import { ShopLink } from "./shop-link";
import { useShop } from "./shop";
import { carryPicture } from "./view-transition";

/** More dots than this would wrap on a phone. */
const SWATCHES_SHOWN_MAX = 5;

type Props = { product: ProductCardData; loading: "main" | "first" | "later"; onFollow?: () => void };

export function ProductCard({ product, loading, onFollow }: Props) {
  return (
    <li className="card">
      <div className={`stage card-stage tint-${product.tint}`}>
        {product.picture != null && <Picture picture={product.picture} sizes="(width >= 64rem) 220px, 36vw" loading={loading} alt="" />}
        <Badges product={product} />
      </div>
      <div className="card-text">
        <h3 className="card-name">
          <ShopLink
            href={`/p/${product.slug}`}
            viewTransition
            onClick={(event) => {
              carryPicture(event);
              onFollow?.();
            }}
          >
            <ProductName product={product} />
          </ShopLink>
        </h3>
        <ProductPrice price={product.price} isFrom={product.price_from} />
        {product.swatches.length > 1 && <Swatches swatches={product.swatches} />}
      </div>
      <CardBuy product={product} />
    </li>
  );
}

function Badges({ product }: { product: ProductCardData }) {
  const { t, number } = useShop();
  const percent = product.price?.reduction_percent;
  return (
    <p className="card-badges">
      {percent != null && <span className="badge badge-reduced">{t("price-reduction", { percent: number(percent) })}</span>}
      {product.is_new && <span className="badge">{t("badge-new")}</span>}
      {product.availability === "low_stock" && product.last_units != null && (
        <span className="badge">{t("badge-last", { count: product.last_units, formatted: number(product.last_units) })}</span>
      )}
      {product.availability === "back_order" && <span className="badge">{t("badge-back-order")}</span>}
      {product.availability === "sold_out" && <span className="badge">{t("badge-sold-out")}</span>}
    </p>
  );
}

function Swatches({ swatches }: { swatches: Swatch[] }) {
  const { t, number } = useShop();
  const coloured = swatches.filter((swatch) => swatch.color != null);
  const hidden_count = coloured.length - SWATCHES_SHOWN_MAX;
  const labels = coloured.map((swatch) => (swatch.available ? swatch.label : t("swatch-sold-out", { label: swatch.label })));
  return (
    <p className="swatches">
      <span className="sr-only">
        {t("swatches-label")} {labels.join("; ")}
      </span>
      {coloured.slice(0, SWATCHES_SHOWN_MAX).map((swatch) => (
        <SwatchDot key={swatch.value} color={swatch.color ?? ""} faded={!swatch.available} />
      ))}
      {hidden_count > 0 && <span aria-hidden="true">{t("swatches-more", { count: number(hidden_count) })}</span>}
    </p>
  );
}
