import { ShopLink } from "../../shop/shop-link";
import { TroublePicture } from "../../shop/trouble-picture";
import { useWords } from "./words";

/** A checkout with nothing in it. */
export function CheckoutEmpty() {
  const { t, say } = useWords();
  return (
    <div className="trouble cart-empty">
      <TroublePicture />
      <div className="empty-state">
        <h2 className="text-title">{t("cart-empty-title")}</h2>
        <p className="text-lead">{say("form-refused-empty")}</p>
        <ShopLink className="button button-action" href="/">
          {t("cart-empty-link")}
        </ShopLink>
      </div>
    </div>
  );
}
