import { SEARCHES_KEY } from "../../storage-keys";

const SEARCHES_MAX = 5;

/**
 * The last searches, newest first; `undefined` while the shopper has not asked to remember them. What is stored is the
 * switch itself: without it there is nothing to read, and nothing is written.
 */
export function readSearches(): string[] | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(SEARCHES_KEY) ?? "null");
    return Array.isArray(stored) ? stored.filter((search) => typeof search === "string") : undefined;
  } catch {
    // Storage is off in this browser, or holds what we did not write.
    return undefined;
  }
}

/** `undefined` stops remembering, and forgets. */
export function keepSearches(searches: string[] | undefined): void {
  try {
    if (searches === undefined) localStorage.removeItem(SEARCHES_KEY);
    else localStorage.setItem(SEARCHES_KEY, JSON.stringify(searches));
  } catch {
    // Storage is off in this browser: there is nothing to remember in.
  }
}

export function rememberSearch(search: string): void {
  const searches = readSearches();
  if (searches === undefined || search === "") return;
  const others = searches.filter((other) => other.toLocaleLowerCase() !== search.toLocaleLowerCase());
  keepSearches([search, ...others].slice(0, SEARCHES_MAX));
}
