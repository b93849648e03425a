import type { Sort } from "@ecom67/api-client/types";

/** What the address of a list says. */
export type ListSearch = {
  q?: string;
  /** `KEY:VALUE`, several of one key meaning "one of them". */
  filter: string[];
  sort?: Sort;
  /** How many pages of the list are shown, where it is more than the first. */
  page?: number;
  /** The cursor behind which the list goes on, where it does not begin at its beginning. */
  after?: string;
};

/** Products of a page of a list: the API's default. */
export const PAGE_SIZE = 24;

/** As many pages as the API answers at most in one go. */
export const PAGES_MAX = 4;

const sorts: readonly Sort[] = ["relevance", "newest", "price", "price_descending", "name"];

export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const page = Number(raw.page);
  return {
    q: typeof raw.q === "string" ? raw.q : undefined,
    filter: Array.isArray(raw.filter) ? raw.filter.filter((entry) => typeof entry === "string" && entry.includes(":")) : [],
    sort: sorts.find((sort) => sort === raw.sort),
    after: typeof raw.after === "string" && raw.after !== "" ? raw.after : undefined,
    page: Number.isInteger(page) && page > 1 ? page : undefined,
  };
}

export function sortsOf(source: "list" | "search"): readonly Sort[] {
  return source === "search" ? sorts : sorts.filter((sort) => sort !== "relevance");
}

export function fromBeginning(search: ListSearch): ListSearch {
  return { ...search, after: undefined, page: undefined };
}

/** One more page; where as many are shown as one answer holds, what comes behind them. For addresses only: scripts add page after page. */
export function withMore(search: ListSearch, nextCursor: string): ListSearch {
  const page = search.page ?? 1;
  return page < PAGES_MAX ? { ...search, page: page + 1 } : { ...search, after: nextCursor, page: undefined };
}

// A changed list starts at its beginning again.

export function withFilter(search: ListSearch, filter: string): ListSearch {
  return { ...fromBeginning(search), filter: [...search.filter, filter] };
}

export function withoutFilter(search: ListSearch, filter: string): ListSearch {
  return { ...fromBeginning(search), filter: search.filter.filter((entry) => entry !== filter) };
}

export function withoutFilters(search: ListSearch): ListSearch {
  return { ...fromBeginning(search), filter: [] };
}

export function withSort(search: ListSearch, sort: Sort): ListSearch {
  return { ...fromBeginning(search), sort };
}

export type PriceRange = { minimum: number | undefined; maximum: number | undefined };

const PRICE_PREFIX = "price:";

export function withPrice(search: ListSearch, { minimum, maximum }: PriceRange): ListSearch {
  const others = search.filter.filter((entry) => !entry.startsWith(PRICE_PREFIX));
  const isOpen = minimum === undefined && maximum === undefined;
  const filter = isOpen ? others : [...others, `${PRICE_PREFIX}${minimum ?? ""}-${maximum ?? ""}`];
  return { ...fromBeginning(search), filter };
}

export function readPrice(filter: string): PriceRange | undefined {
  const match = /^price:(\d*)-(\d*)$/.exec(filter);
  if (match === null) return undefined;
  const [, minimum = "", maximum = ""] = match;
  return { minimum: minimum === "" ? undefined : Number(minimum), maximum: maximum === "" ? undefined : Number(maximum) };
}
