import { ShopLink } from "./shop-link";
import { useShop } from "./shop";

type Crumb = { slug: string; name: string };

/** The categories above this page, from the root. */
export function Breadcrumbs({ categories }: { categories: Crumb[] }) {
  const { t } = useShop();
  if (categories.length === 0) return null;
  return (
    <nav className="breadcrumbs" aria-label={t("navigation-breadcrumbs")}>
      <ol>
        {categories.map((category) => (
          <li key={category.slug}>
            <ShopLink href={`/c/${category.slug}`}>{category.name}</ShopLink>
          </li>
        ))}
      </ol>
    </nav>
  );
}
