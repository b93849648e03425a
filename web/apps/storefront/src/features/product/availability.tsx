import type { Variant } from "@ecom67/api-client/types";
import { useShop } from "../../shop/shop";

export function Availability({ variant }: { variant: Variant }) {
  const { t, number } = useShop();
  const { availability, last_units } = variant;
  return (
    <p className={`availability availability-${availability}`}>
      {availability === "in_stock" && t("availability-in-stock")}
      {availability === "low_stock" &&
        (last_units == null
          ? t("availability-few-left")
          : t("availability-low-stock", { count: last_units, formatted: number(last_units) }))}
      {availability === "back_order" && t("availability-back-order")}
      {availability === "sold_out" && t("availability-sold-out")}
    </p>
  );
}
