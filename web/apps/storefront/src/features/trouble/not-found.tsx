import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { TroublePicture } from "../../shop/trouble-picture";

export function NotFound() {
  const { t } = useShop();
  return (
    <div className="page-width trouble">
      <TroublePicture />
      <div className="empty-state">
        <h1 className="text-heading">{t("not-found-title")}</h1>
        <p className="text-lead">{t("not-found-text")}</p>
        <ShopLink className="button button-action" href="/">
          {t("not-found-link")}
        </ShopLink>
      </div>
    </div>
  );
}
