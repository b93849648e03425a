import type { Click, ProductView } from "@ecom67/api-client/types";

/** The last place that the API counts. */
const POSITION_MAX = 1000;

/** A product was followed from suggestions, or from results whose places say nothing, such as filtered ones. */
export function tellFollowed(locale: string, product: string): void {
  tell("/api/clicks", { locale, product } satisfies Click);
}

/** A product was followed from the results of a search, at this place from 0. */
export function tellFound(locale: string, product: string, q: string, place: number): void {
  const position = Math.min(place + 1, POSITION_MAX);
  tell("/api/clicks", { locale, product, q: q.trim().slice(0, 200), position } satisfies Click);
}

/** The page of a product is looked at. */
export function tellViewed(locale: string, product: string): void {
  tell("/api/views", { locale, product } satisfies ProductView);
}

/** The browser sends it when it has time, even if the page is left: nobody waits for it, and nobody misses it. */
function tell(path: string, signal: Click | ProductView): void {
  // Not there in every browser, nor in tests.
  navigator.sendBeacon?.(path, new Blob([JSON.stringify(signal)], { type: "application/json" }));
}
