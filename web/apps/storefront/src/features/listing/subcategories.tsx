import type { Category } from "@ecom67/api-client/types";
import { ShopLink } from "../../shop/shop-link";
import { useShop } from "../../shop/shop";

export function Subcategories({ categories }: { categories: Category[] }) {
  const { t } = useShop();
  if (categories.length === 0) return null;
  return (
    <nav className="page-width" aria-label={t("list-subcategories")}>
      <ul className="subcategories">
        {categories.map((category) => (
          <li key={category.slug}>
            <ShopLink className="button" href={`/c/${category.slug}`}>
              {category.name}
            </ShopLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
