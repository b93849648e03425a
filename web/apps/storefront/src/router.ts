import { ApiError, type Api } from "@ecom67/api-client";
import { QueryClient } from "@tanstack/react-query";
import { createRouter, type RouterHistory } from "@tanstack/react-router";
import { PageError } from "./features/trouble/page-error";
import { PageSkeleton } from "./features/trouble/page-skeleton";
import { cartRoute } from "./routes/cart";
import { categoryRoute } from "./routes/category";
import { checkoutRoute } from "./routes/checkout";
import { collectionRoute } from "./routes/collection";
import { contentRoute } from "./routes/content";
import { homeRoute } from "./routes/home";
import { localeRoute } from "./routes/locale";
import { offlineRoute } from "./routes/offline";
import { lookUpRoute, orderRoute } from "./routes/orders";
import { productRoute } from "./routes/product";
import { rootRoute } from "./routes/root";
import { searchRoute } from "./routes/search";
import { parseSearch, stringifySearch } from "./shop/search-params";

const routeTree = rootRoute.addChildren([
  localeRoute.addChildren([homeRoute, categoryRoute, collectionRoute, searchRoute, productRoute, contentRoute, cartRoute, checkoutRoute, orderRoute, lookUpRoute, offlineRoute]),
]);

/** How long prices and stock on screen may be old before a visit asks again. */
const FRESH_MS = 30_000;

/** A page that comes sooner than this shows no skeleton in between. */
const SKELETON_DELAY_MS = 200;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // Without a connection the service worker answers; and where it cannot, that is to be told at once.
        networkMode: "always",
        retry: (failure_count, error) => failure_count < 2 && navigator.onLine && !(error instanceof ApiError && error.status < 500),
        // `refreshWhenBack` does so, also where the device had a connection all along and the shop was away.
        refetchOnReconnect: false,
      },
    },
  });
}

export function createShopRouter(api: Api, queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    context: { api, queryClient },
    parseSearch,
    stringifySearch,
    trailingSlash: "preserve",
    scrollRestoration: true,
    defaultPreload: "intent",
    // Query decides what is fresh.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: SKELETON_DELAY_MS,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: PageError,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createShopRouter>;
  }
}
