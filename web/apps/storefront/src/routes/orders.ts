import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { LookUpSkeleton, OrderSkeleton } from "../features/checkout/own-skeleton";
import { samePage } from "../shop/page-info";
import { localeRoute } from "./locale";

const page = () => import("./order.page");

export const orderRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "orders/$order",
  loader: ({ context: { shop }, params: { order } }) => samePage(shop.t("order-title"), `/orders/${order}`),
  pendingComponent: OrderSkeleton,
  component: lazyRouteComponent(page, "OrderPage"),
});

export const lookUpRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "orders",
  loader: ({ context: { shop } }) => samePage(shop.t("order-look-up-title"), "/orders"),
  pendingComponent: LookUpSkeleton,
  component: lazyRouteComponent(page, "LookUpPage"),
});
