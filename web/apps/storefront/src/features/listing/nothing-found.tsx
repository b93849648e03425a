import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";

/** Below a heading that tells the query again. */
export function NothingFound({ query }: { query: string }) {
  const { t } = useShop();
  return (
    <div className="page-width">
      <div className="empty-state">
        <h2 className="text-title">{t("search-empty-title", { query })}</h2>
        <p>{t("search-empty-text")}</p>
        <ShopLink className="button button-action" href="/">
          {t("search-empty-link")}
        </ShopLink>
      </div>
    </div>
  );
}
