import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { CheckoutSkeleton } from "../features/checkout/own-skeleton";
import { cartQuery } from "../shop/cart/query";
import { samePage } from "../shop/page-info";
import { localeRoute } from "./locale";

export const checkoutRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "checkout",
  loader: ({ context: { api, queryClient, shop }, params: { locale } }) => {
    void queryClient.prefetchQuery(cartQuery({ api, locale, market: shop.market }));
    return samePage(shop.t("checkout-title"), "/checkout");
  },
  pendingComponent: CheckoutSkeleton,
  component: lazyRouteComponent(() => import("./checkout.page"), "CheckoutPage"),
});
