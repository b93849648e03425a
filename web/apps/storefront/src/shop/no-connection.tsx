import { Button } from "@ecom67/ui/button";
import { KeptProducts } from "./kept-products";
import { ShopLink } from "./shop-link";
import { useShop } from "./shop";
import { TroublePicture } from "./trouble-picture";

/** What cannot be had without a connection, and what can. The server's `offline.html` is its twin, but for the list. */
export function NoConnection({ onRetry }: { onRetry: () => void }) {
  const { t } = useShop();
  return (
    <>
      <div className="page-width trouble no-connection">
        <TroublePicture />
        <div className="empty-state">
          <h1 className="text-heading">{t("offline-title")}</h1>
          <p className="text-lead">{t("offline-text")}</p>
          <Button kind="action" onClick={onRetry}>
            {t("error-retry")}
          </Button>
          <ShopLink className="button" href="/">
            {t("not-found-link")}
          </ShopLink>
        </div>
      </div>
      <KeptProducts />
    </>
  );
}
