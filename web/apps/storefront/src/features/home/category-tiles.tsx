import { Picture } from "@ecom67/ui/picture";
import { ShopLink } from "../../shop/shop-link";
import type { SectionOf } from "./section";

export function CategoryTiles({ section }: { section: SectionOf<"categories"> }) {
  return (
    <section className="page-width section">
      <div className="section-head">
        <h2 className="text-heading">{section.title}</h2>
      </div>
      <ul className="category-tiles">
        {section.categories.map((category) => (
          <li key={category.slug}>
            <ShopLink className={`category-tile tint-${category.tint}`} href={`/c/${category.slug}`}>
              {category.name}
              {category.picture != null && <Picture picture={category.picture} sizes="120px" loading="later" alt="" />}
            </ShopLink>
          </li>
        ))}
      </ul>
    </section>
  );
}
