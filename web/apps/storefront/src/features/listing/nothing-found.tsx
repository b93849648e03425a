import { Icon } from "@ecom67/ui/icon";
import { useQuery } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { CategoryTile } from "../../shop/category-tile";
import { PriceNote } from "../../shop/price-note";
import { ProductCard } from "../../shop/product-card";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { TroublePicture } from "../../shop/trouble-picture";
import { categoriesQuery } from "./head-queries";
import { fillsShelf, nearestQuery, newestQuery, popularQuery } from "./nearest-query";

/** Below a heading that tells the query. What cannot be had is left out: it is an offer, and the page is whole without. */
export function NothingFound({ q }: { q: string }) {
  const { t, locale } = useShop();
  const { api } = useRouteContext({ from: "__root__" });
  const { data: searches = [] } = useQuery(nearestQuery(api, locale, q));
  return (
    <>
      <div className="page-width trouble">
        <TroublePicture />
        <div className="empty-state">
          <h2 className="text-title">{t("search-empty-title")}</h2>
          <p>{t("search-empty-text")}</p>
          {searches.length > 0 && <NearestSearches searches={searches} />}
        </div>
      </div>
      <Categories />
      <Shelf />
    </>
  );
}

const NEAREST_TITLE = "nearest-title";

function NearestSearches({ searches }: { searches: string[] }) {
  const { t } = useShop();
  return (
    <>
      <h3 id={NEAREST_TITLE} className="text-body">
        {t("search-nearest")}
      </h3>
      <ul className="empty-ways" aria-labelledby={NEAREST_TITLE}>
        {searches.map((search) => (
          <li key={search}>
            <ShopLink className="button" href={`/search?q=${encodeURIComponent(search)}`}>
              <Icon name="search" />
              {search}
            </ShopLink>
          </li>
        ))}
      </ul>
    </>
  );
}

function Categories() {
  const { t, locale } = useShop();
  const { api } = useRouteContext({ from: "__root__" });
  const { data } = useQuery(categoriesQuery(api, locale));
  const categories = data?.categories ?? [];
  if (categories.length === 0) return null;
  return (
    <section className="page-width section">
      <div className="section-head">
        <h2 className="text-heading">{t("home-page-categories")}</h2>
      </div>
      <ul className="category-tiles">
        {categories.map((category) => (
          <li key={category.slug}>
            <CategoryTile category={category} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What people look at; what is new where too little is known of that. */
function Shelf() {
  const { t, locale } = useShop();
  const { api } = useRouteContext({ from: "__root__" });
  const { data: popular, isPending } = useQuery(popularQuery(api, locale));
  const isPopular = fillsShelf(popular?.products ?? []);
  const { data: newest } = useQuery({ ...newestQuery(api, locale), enabled: !isPending && !isPopular });
  const products = (isPopular ? popular : newest)?.products ?? [];
  if (products.length === 0) return null;
  return (
    <section className="page-width section">
      <div className="section-head">
        <div className="section-head-text">
          <h2 className="text-heading">{t(isPopular ? "search-popular" : "home-page-newest")}</h2>
          <PriceNote about="many" />
        </div>
      </div>
      <ul className="card-grid card-grid-wide card-shelf">
        {products.map((product) => (
          <ProductCard key={product.code} product={product} loading="later" />
        ))}
      </ul>
    </section>
  );
}
