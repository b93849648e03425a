import { unwrap, type Api } from "@ecom67/api-client";
import type { Product } from "@ecom67/api-client/types";
import { queryOptions } from "@tanstack/react-query";

/** One row of four at the widest, and one more, since the product itself is left out. */
const RELATED_LIMIT = 5;
export const RELATED_SHOWN_MAX = 4;

export const productQuery = (api: Api, locale: string, slug: string) =>
  queryOptions({
    queryKey: ["product", locale, slug],
    queryFn: ({ signal }) => unwrap(api.GET("/api/products/{slug}", { params: { path: { slug }, query: { locale } }, signal })),
  });

/** Others of the same category. */
export const relatedQuery = (api: Api, locale: string, category: string) =>
  queryOptions({
    queryKey: ["related", locale, category],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/products", { params: { query: { locale, category, limit: RELATED_LIMIT } }, signal })),
  });

export function leafCategory(product: Product): Product["breadcrumbs"][number] | undefined {
  return product.breadcrumbs.at(-1);
}
