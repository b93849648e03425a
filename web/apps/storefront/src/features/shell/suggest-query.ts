import { unwrap, type Api } from "@ecom67/api-client";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

/** Long enough for a word that is taken back and typed again. */
const KEPT_MS = 60_000;

export const suggestQuery = (api: Api, locale: string, q: string) =>
  queryOptions({
    queryKey: ["suggest", locale, q],
    queryFn: ({ signal }) => unwrap(api.GET("/api/suggest", { params: { query: { locale, q } }, signal })),
    gcTime: KEPT_MS,
    // What was found for “umb” stays until “umbr” is answered, so that nothing flickers under the finger.
    placeholderData: keepPreviousData,
    // The next letter asks anew, and the search itself does not need this.
    retry: false,
    refetchOnWindowFocus: false,
  });
