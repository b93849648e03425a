import { ApiError } from "@ecom67/api-client";
import type { Shop } from "../shop";

const reasons: Record<string, string> = {
  cart_full: "cart-refused-full",
  saved_full: "cart-refused-saved-full",
  wishlist_full: "cart-refused-wishes-full",
  article_not_sold: "cart-refused-gone",
  cart_not_found: "cart-refused-expired",
  too_many_carts: "cart-refused-busy",
  note_characters: "cart-refused-note",
  note_length: "cart-refused-note",
  coupon_unknown: "cart-refused-coupon",
  coupon_invalid: "cart-refused-coupon-form",
  coupon_foreign_letters: "cart-refused-coupon-form",
  too_many_coupons: "cart-refused-coupons-full",
  postal_code_invalid: "cart-refused-postal",
  region_invalid: "cart-refused-region",
  country_not_served: "cart-refused-country",
  delivery_unknown: "cart-refused-delivery",
};

const limits: Record<string, string> = {
  quantity_too_large: "cart-refused-many",
  product_quantity_too_large: "cart-refused-product",
  quantity_too_small: "cart-refused-min",
  quantity_not_in_sets: "cart-refused-sets",
};

/** Why a write to the cart was refused, in the shopper's words. */
export function reasonOf(error: unknown, { t, number }: Pick<Shop, "t" | "number">): string {
  if (!(error instanceof ApiError)) return t("cart-refused-connection");
  const { code, available } = error.problem ?? {};
  if (code === "not_enough_stock" && available != null) {
    return available === 0 ? t("cart-refused-none") : t("cart-refused-few", { available, formatted: number(available) });
  }
  const limit = limits[code ?? ""];
  if (limit !== undefined && available != null) return t(limit, { formatted: number(available) });
  return t(reasons[code ?? ""] ?? "cart-refused-other");
}
