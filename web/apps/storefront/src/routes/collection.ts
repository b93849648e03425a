import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { collectionQuery } from "../features/listing/head-queries";
import { listQuery } from "../features/listing/list-query";
import { readListSearch } from "../features/listing/list-search";
import { ListPageSkeleton } from "../features/listing/list-skeleton";
import { NotFound } from "../features/trouble/not-found";
import { orNotFound } from "../shop/or-not-found";
import { translatedPage } from "../shop/page-info";
import { localeRoute } from "./locale";

export const collectionRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "l/$slug",
  validateSearch: readListSearch,
  loader: async ({ context: { api, queryClient }, params: { locale, slug }, location }) => {
    const search = readListSearch(location.search);
    const [collection] = await orNotFound(
      Promise.all([
        queryClient.ensureQueryData(collectionQuery(api, locale, slug)),
        queryClient.ensureInfiniteQueryData(listQuery({ api, locale }, { kind: "collection", slug }, search)),
      ]),
    );
    return translatedPage(collection.name, "/l/", collection.alternates);
  },
  pendingComponent: ListPageSkeleton,
  notFoundComponent: NotFound,
  component: lazyRouteComponent(() => import("./collection.page"), "CollectionPage"),
});
