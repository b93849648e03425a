import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { TroublePicture } from "../../shop/trouble-picture";

/** A list that holds nothing, with no filter to blame. */
export function EmptyShelf() {
  const { t } = useShop();
  return (
    <div className="page-width trouble">
      <TroublePicture />
      <div className="empty-state">
        <h2 className="text-title">{t("list-empty-plain-title")}</h2>
        <p>{t("list-empty-plain-text")}</p>
        <ShopLink className="button button-action" href="/">
          {t("search-empty-link")}
        </ShopLink>
      </div>
    </div>
  );
}
