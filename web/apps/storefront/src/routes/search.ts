import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { listQuery } from "../features/listing/list-query";
import { readListSearch } from "../features/listing/list-search";
import { ListSkeleton } from "../features/listing/list-skeleton";
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
    await queryClient.ensureInfiniteQueryData(listQuery({ api, locale }, { kind: "search", q }, search));
    return samePage(shop.t("search-title-query", { query: q }), `/search${stringifySearch({ q })}`);
  },
  pendingComponent: ListSkeleton,
  component: lazyRouteComponent(() => import("./search.page"), "SearchPage"),
});
