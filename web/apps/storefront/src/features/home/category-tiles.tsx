import { CategoryTile } from "../../shop/category-tile";
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
            <CategoryTile category={category} />
          </li>
        ))}
      </ul>
    </section>
  );
}
