import { createRoute, lazyRouteComponent, notFound } from "@tanstack/react-router";
import { categoryPath, categoryQuery } from "../features/listing/head-queries";
import { listQuery } from "../features/listing/list-query";
import { readListSearch } from "../features/listing/list-search";
import { ListPageSkeleton } from "../features/listing/list-skeleton";
import { NotFound } from "../features/trouble/not-found";
import { orNotFound } from "../shop/or-not-found";
import { translatedPage } from "../shop/page-info";
import { localeRoute } from "./locale";

export const categoryRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "c/$slug",
  validateSearch: readListSearch,
  // No `loaderDeps`: a changed filter must not swap the page for a skeleton. The list itself follows the address.
  loader: async ({ context: { api, queryClient }, params: { locale, slug }, location }) => {
    const search = readListSearch(location.search);
    const [{ categories }] = await orNotFound(
      Promise.all([
        queryClient.ensureQueryData(categoryQuery(api, locale, slug)),
        queryClient.ensureInfiniteQueryData(listQuery({ api, locale }, { kind: "category", slug }, search)),
      ]),
    );
    const category = categoryPath(categories, slug).at(-1);
    if (category === undefined) throw notFound();
    return translatedPage(category.name, "/c/", category.alternates);
  },
  pendingComponent: ListPageSkeleton,
  notFoundComponent: NotFound,
  component: lazyRouteComponent(() => import("./category.page"), "CategoryPage"),
});
