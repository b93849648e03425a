import type { Product, Variant } from "@ecom67/api-client/types";
import { countryName, useShop, type Shop } from "../../shop/shop";

const GRAMS_PER_KILOGRAM = 1000;

export function Facts({ product, variant }: { product: Product; variant: Variant }) {
  const shop = useShop();
  const { t, tag } = shop;
  const rows = product.attributes.map(({ name, value }) => [name, value]);
  if (variant.weight_grams != null) rows.push([t("product-weight"), weightText(variant.weight_grams, shop)]);
  if (product.origin != null) rows.push([t("product-origin"), countryName(product.origin, tag)]);
  rows.push([t("product-sku"), variant.sku]);
  if (variant.barcode != null) rows.push([t("product-barcode"), variant.barcode]);
  return (
    <section>
      <h2 className="text-title">{t("product-attributes")}</h2>
      <table className="facts">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function weightText(grams: number, { t, number }: Shop): string {
  if (grams < GRAMS_PER_KILOGRAM) return t("weight-grams", { weight: number(grams) });
  return t("weight-kilograms", { weight: number(grams / GRAMS_PER_KILOGRAM) });
}
