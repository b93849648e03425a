import { unwrap, type Api } from "@ecom67/api-client";
import { queryOptions } from "@tanstack/react-query";

/** The shortest beginning of a word that is completed, in characters. */
const BEGINNING_LENGTH_MIN = 3;
/** How much of a word is tried in turn. */
const SHARES = [3 / 4, 2 / 4];
/** Two rows of a phone, one of a desk. */
export const SHELF_LIMIT = 4;

/** Searches near one that found nothing: what the beginning of its longest word may become. */
export const nearestQuery = (api: Api, locale: string, q: string) =>
  queryOptions({
    queryKey: ["nearest", locale, q],
    queryFn: async ({ signal }) => {
      for (const beginning of beginnings(q)) {
        const { queries } = await unwrap(api.GET("/api/suggest", { params: { query: { locale, q: beginning } }, signal }));
        if (queries.length > 0) return queries;
      }
      return [];
    },
  });

export const newestQuery = (api: Api, locale: string) =>
  queryOptions({
    queryKey: ["newest", locale],
    queryFn: ({ signal }) => unwrap(api.GET("/api/products", { params: { query: { locale, sort: "newest", limit: SHELF_LIMIT } }, signal })),
  });

export const popularQuery = (api: Api, locale: string) =>
  queryOptions({
    queryKey: ["popular", locale],
    queryFn: ({ signal }) => unwrap(api.GET("/api/popular", { params: { query: { locale, limit: SHELF_LIMIT } }, signal })),
  });

/** Whether people look at enough for a shelf: half of one looks like an empty one. */
export function fillsShelf(products: unknown[]): boolean {
  return products.length === SHELF_LIMIT;
}

/**
 * The beginnings of the longest word, longest first: the whole word was tried already, with all its typos. The server
 * asks for the same (`ecom67-api/src/page/nothing_found.rs`).
 */
export function beginnings(q: string): string[] {
  const words = q.split(/\s+/u).map((word) => [...word]);
  const longest = words.reduce((found, word) => (word.length > found.length ? word : found), []);
  const lengths = new Set(SHARES.map((share) => Math.max(Math.floor(longest.length * share), BEGINNING_LENGTH_MIN)));
  return [...lengths].filter((length) => length < longest.length).map((length) => longest.slice(0, length).join(""));
}
