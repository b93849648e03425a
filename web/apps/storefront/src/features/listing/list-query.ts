import { unwrap, type Api } from "@ecom67/api-client";
import type { ProductList, SearchResults } from "@ecom67/api-client/types";
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { PAGE_SIZE, PAGES_MAX, type ListSearch } from "./list-search";

export type ListSource = { kind: "category"; slug: string } | { kind: "collection"; slug: string } | { kind: "search"; q: string };

/** A list, and for a search how its words were understood. */
export type Found = ProductList & Partial<Pick<SearchResults, "corrected" | "partial">>;

type Step = { limit?: number; cursor?: string };

type Place = { api: Api; locale: string };

export const listQuery = ({ api, locale }: Place, source: ListSource, search: ListSearch) =>
  infiniteQueryOptions({
    // Without `page`: how much of a list is shown does not make it another list.
    queryKey: ["list", locale, source, search.filter, search.sort ?? "", search.after ?? ""],
    queryFn: ({ pageParam, signal }) => fetchStep({ api, locale }, source, search, pageParam, signal),
    initialPageParam: firstStep(search),
    getNextPageParam: (last): Step | undefined => (last.next_cursor == null ? undefined : { cursor: last.next_cursor }),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    // A list that could not be had at all is the page's failure; a further page that failed is told below the list.
    throwOnError: (_error, query) => query.state.data === undefined,
  });

/** Whoever comes back to the third page gets the first three at once. */
function firstStep({ page, after }: ListSearch): Step {
  return { limit: page === undefined ? undefined : PAGE_SIZE * Math.min(page, PAGES_MAX), cursor: after };
}

function fetchStep({ api, locale }: Place, source: ListSource, search: ListSearch, step: Step, signal: AbortSignal): Promise<Found> {
  const choice = { filter: search.filter.length === 0 ? undefined : search.filter, sort: search.sort, ...step };
  switch (source.kind) {
    case "category":
      return unwrap(api.GET("/api/products", { params: { query: { locale, category: source.slug, ...choice } }, signal }));
    case "collection":
      return unwrap(api.GET("/api/products", { params: { query: { locale, collection: source.slug, ...choice } }, signal }));
    case "search":
      return unwrap(api.GET("/api/search", { params: { query: { locale, q: source.q, ...choice } }, signal }));
  }
}
