import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { homeQuery } from "../features/home/queries";
import { samePage } from "../shop/page-info";
import { localeRoute } from "./locale";

export const homeRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "/",
  loader: async ({ context, params }) => {
    const home = await context.queryClient.ensureQueryData(homeQuery(context.api, params.locale));
    return samePage(home.seo.title, "/");
  },
  component: lazyRouteComponent(() => import("./home.page"), "HomePage"),
});
