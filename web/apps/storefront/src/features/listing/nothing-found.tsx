import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { TroublePicture } from "../../shop/trouble-picture";

/** Below a heading that tells the query. */
export function NothingFound() {
  const { t, navigation } = useShop();
  return (
    <div className="page-width trouble">
      <TroublePicture />
      <div className="empty-state">
        <h2 className="text-title">{t("search-empty-title")}</h2>
        <p>{t("search-empty-text")}</p>
        {navigation.header.length > 0 && (
          <ul className="empty-ways">
            {navigation.header.map((link) => (
              <li key={link.href}>
                <ShopLink className="button" href={link.href}>
                  {link.label}
                </ShopLink>
              </li>
            ))}
          </ul>
        )}
        <ShopLink className="button button-action" href="/">
          {t("search-empty-link")}
        </ShopLink>
      </div>
    </div>
  );
}
