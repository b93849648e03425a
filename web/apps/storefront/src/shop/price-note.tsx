import { ShopLink } from "./shop-link";
import { useShop } from "./shop";

/** What a price includes, and what comes on top: once above the prices of a list, and beside each on its page. */
export function PriceNote({ about }: { about: "one" | "many" }) {
  const { t, navigation } = useShop();
  const key = about === "one" ? `price-tax-${navigation.tax}` : `prices-note-${navigation.tax}`;
  return (
    <p className="text-small text-quiet">
      {t(key)}
      {navigation.delivery_link != null && (
        <>
          {", "}
          <ShopLink className="link" href={navigation.delivery_link.href}>
            {t("price-delivery")}
          </ShopLink>
        </>
      )}
    </p>
  );
}
