import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { CartSkeleton } from "../features/cart/cart-skeleton";
import { cartQuery } from "../shop/cart/query";
import { samePage } from "../shop/page-info";
import { localeRoute } from "./locale";

export const cartRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "cart",
  loader: ({ context: { api, queryClient, shop }, params: { locale } }) => {
    // Begun here, awaited nowhere: the page has the size of what comes.
    void queryClient.prefetchQuery(cartQuery({ api, locale, market: shop.market }));
    return samePage(shop.t("cart-title"), "/cart");
  },
  pendingComponent: CartSkeleton,
  component: lazyRouteComponent(() => import("./cart.page"), "CartPage"),
});
