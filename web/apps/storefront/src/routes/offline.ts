import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { samePage } from "../shop/page-info";
import { localeRoute } from "./locale";

/** What the service worker keeps to stand in for other pages; nobody is led here. */
export const offlineRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "offline",
  loader: ({ context: { shop } }) => samePage(shop.t("offline-title"), "/"),
  component: lazyRouteComponent(() => import("./offline.page"), "OfflinePage"),
});
