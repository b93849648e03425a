import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { ProductSkeleton } from "../features/product/product-skeleton";
import { leafCategory, productQuery, relatedQuery } from "../features/product/queries";
import { NotFound } from "../features/trouble/not-found";
import { orNotFound } from "../shop/or-not-found";
import { translatedPage } from "../shop/page-info";
import { localeRoute } from "./locale";

export const productRoute = createRoute({
  getParentRoute: () => localeRoute,
  path: "p/$slug",
  validateSearch: (raw): { sku?: string } => ({ sku: typeof raw.sku === "string" ? raw.sku : undefined }),
  loader: async ({ context: { api, queryClient }, params: { locale, slug } }) => {
    const product = await orNotFound(queryClient.ensureQueryData(productQuery(api, locale, slug)));
    if (product.slug !== slug) {
      throw redirect({ to: "/$locale/p/$slug", params: { locale, slug: product.slug }, search: true, replace: true });
    }
    const category = leafCategory(product);
    // Begun here, awaited nowhere: nobody waits for what stands at the page's end.
    if (category !== undefined) void queryClient.prefetchQuery(relatedQuery(api, locale, category.slug));
    return translatedPage(product.seo.title, "/p/", product.alternates);
  },
  pendingComponent: ProductSkeleton,
  notFoundComponent: NotFound,
  component: lazyRouteComponent(() => import("./product.page"), "ProductPage"),
});
