import { ApiError } from "@ecom67/api-client";

/** The keys of what is said where a page cannot be shown: the search alone may be away, while all else goes on. */
export function troubleTexts(error: unknown) {
  const isSearchAway = error instanceof ApiError && error.problem?.code === "search_unavailable";
  return isSearchAway
    ? ({ title: "search-away-title", text: "search-away-text" } as const)
    : ({ title: "error-title", text: "error-text" } as const);
}
