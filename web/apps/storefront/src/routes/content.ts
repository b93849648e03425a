import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { contentQuery } from "../features/content/queries";
import { NotFound } from "../features/trouble/not-found";
import { orNotFound } from "../shop/or-not-found";
import { translatedPage } from "../shop/page-info";
import { localeRoute } from "./locale";

export const contentRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "pages/$slug",
  loader: async ({ context: { api, queryClient }, params: { locale, slug } }) => {
    const page = await orNotFound(queryClient.ensureQueryData(contentQuery(api, locale, slug)));
    return translatedPage(page.title, "/pages/", page.alternates);
  },
  notFoundComponent: NotFound,
  component: lazyRouteComponent(() => import("./content.page"), "ContentPage"),
});
