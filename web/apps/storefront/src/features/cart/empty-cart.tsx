import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";
import { TroublePicture } from "../../shop/trouble-picture";

export function EmptyCart({ text }: { text: string }) {
  const { t } = useShop();
  return (
    <div className="trouble cart-empty">
      <TroublePicture />
      <div className="empty-state">
        <h2 className="text-title">{t("cart-empty-title")}</h2>
        <p className="text-lead">{text}</p>
        <ShopLink className="button button-action" href="/">
          {t("cart-empty-link")}
        </ShopLink>
      </div>
    </div>
  );
}
