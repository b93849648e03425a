import type { Variant } from "@ecom67/api-client/types";
import { useShop } from "../../shop/shop";

export function Availability({ variant }: { variant: Variant }) {
  const { t, number } = useShop();
  const { availability, last_units, digital } = variant;
  // How many there are of it says nothing of when it comes.
  const isDownload = digital && (availability === "in_stock" || availability === "back_order");
  return (
    <p className={`availability availability-${availability}`}>
      {isDownload && t("availability-digital")}
      {!isDownload && availability === "in_stock" && t("availability-in-stock")}
      {availability === "low_stock" &&
        (last_units == null
          ? t("availability-few-left")
          : t("availability-low-stock", { count: last_units, formatted: number(last_units) }))}
      {!isDownload && availability === "back_order" && t("availability-back-order")}
      {availability === "sold_out" && t("availability-sold-out")}
    </p>
  );
}
