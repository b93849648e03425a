import { unwrap, type Api } from "@ecom67/api-client";
import type { Suggestions } from "@ecom67/api-client/types";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

/** Long enough for a word that is taken back and typed again. */
const KEPT_MS = 60_000;

const nothingAsked: Suggestions = { query: "", queries: [], categories: [], products: [] };

export const suggestQuery = (api: Api, locale: string, q: string) =>
  queryOptions({
    queryKey: ["suggest", locale, q],
    queryFn: ({ signal }) => unwrap(api.GET("/api/suggest", { params: { query: { locale, q } }, signal })),
    gcTime: KEPT_MS,
    // Known without asking. It also keeps what was offered before the field was emptied from coming back.
    initialData: q === "" ? nothingAsked : undefined,
    // What was found for “umb” stays until “umbr” is answered, so that nothing flickers under the finger.
    placeholderData: keepPreviousData,
    // The next letter asks anew, and the search itself does not need this.
    retry: false,
    refetchOnWindowFocus: false,
  });
