import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { categoriesQuery } from "../features/listing/head-queries";
import { listQuery } from "../features/listing/list-query";
import { readListSearch } from "../features/listing/list-search";
import { ListSkeleton } from "../features/listing/list-skeleton";
import { fillsShelf, nearestQuery, newestQuery, popularQuery } from "../features/listing/nearest-query";
import { samePage } from "../shop/page-info";
import { stringifySearch } from "../shop/search-params";
import { localeRoute } from "./locale";

export const searchRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "search",
  validateSearch: readListSearch,
  loaderDeps: ({ search: { q = "" } }) => ({ q }),
  loader: async ({ context: { api, queryClient, shop }, params: { locale }, deps: { q }, location }) => {
    if (q === "") return samePage(shop.t("search-title"), "/search");
    const search = readListSearch(location.search);
    const found = await queryClient.ensureInfiniteQueryData(listQuery({ api, locale }, { kind: "search", q }, search));
    const hasNothing = found.pages[0]?.products.length === 0 && search.filter.length === 0;
    // All at once, and none of them fails the page.
    if (hasNothing) {
      await Promise.all([
        queryClient.prefetchQuery(nearestQuery(api, locale, q)),
        queryClient.prefetchQuery(categoriesQuery(api, locale)),
        queryClient.prefetchQuery(popularQuery(api, locale)).then(() => {
          const popular = queryClient.getQueryData(popularQuery(api, locale).queryKey);
          return fillsShelf(popular?.products ?? []) ? undefined : queryClient.prefetchQuery(newestQuery(api, locale));
        }),
      ]);
    }
    return samePage(shop.t("search-title-query", { query: q }), `/search${stringifySearch({ q })}`);
  },
  pendingComponent: ListSkeleton,
  component: lazyRouteComponent(() => import("./search.page"), "SearchPage"),
});
