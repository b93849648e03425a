import { unwrap, type Api } from "@ecom67/api-client";
import type { Category } from "@ecom67/api-client/types";
import { queryOptions } from "@tanstack/react-query";

/** The way to a category, and what stands directly below it. */
export const categoryQuery = (api: Api, locale: string, category: string) =>
  queryOptions({
    queryKey: ["categories", locale, category],
    queryFn: ({ signal }) => unwrap(api.GET("/api/categories", { params: { query: { locale, category } }, signal })),
  });

/** The categories from the top on, as many levels as are told. */
export const categoriesQuery = (api: Api, locale: string) =>
  queryOptions({
    queryKey: ["categories", locale],
    queryFn: ({ signal }) => unwrap(api.GET("/api/categories", { params: { query: { locale } }, signal })),
  });

/** The categories from the root to the one with `slug`; empty where there is none. */
export function categoryPath(categories: Category[], slug: string): Category[] {
  for (const category of categories) {
    if (category.slug === slug) return [category];
    const below = categoryPath(category.children, slug);
    if (below.length > 0) return [category, ...below];
  }
  return [];
}

export const collectionQuery = (api: Api, locale: string, slug: string) =>
  queryOptions({
    queryKey: ["collection", locale, slug],
    queryFn: ({ signal }) => unwrap(api.GET("/api/collections/{slug}", { params: { path: { slug }, query: { locale } }, signal })),
  });
