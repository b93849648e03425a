import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { categoryPath, categoryQuery } from "../features/listing/head-queries";
import { EmptyShelf } from "../features/listing/empty-shelf";
import { ListHead } from "../features/listing/list-head";
import { ListSection } from "../features/listing/list-section";
import { Subcategories } from "../features/listing/subcategories";
import { Breadcrumbs } from "../shop/breadcrumbs";

const route = getRouteApi("/$locale/c/$slug");

export function CategoryPage() {
  const { api } = route.useRouteContext();
  const { locale, slug } = route.useParams();
  const search = route.useSearch();
  const { data } = useSuspenseQuery(categoryQuery(api, locale, slug));
  const path = categoryPath(data.categories, slug);
  const category = path.at(-1);
  if (category === undefined) return null;
  return (
    <>
      <div className="page-width">
        <Breadcrumbs categories={path.slice(0, -1)} />
      </div>
      <ListHead name={category.name} description={category.description} tint={category.tint} picture={category.picture} />
      <Subcategories categories={category.children} />
      <ListSection key={slug} source={{ kind: "category", slug }} search={search} empty={<EmptyShelf />} />
    </>
  );
}
