import type { Sort } from "@ecom67/api-client/types";

/** What the address of a list says. */
export type ListSearch = {
  q?: string;
  /** `KEY:VALUE`, several of one key meaning "one of them". */
  filter: string[];
  sort?: Sort;
  /** How many pages of the list are shown, where it is more than the first. */
  page?: number;
};

const sorts: readonly Sort[] = ["relevance", "newest", "price", "price_descending", "name"];

export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const page = Number(raw.page);
  return {
    q: typeof raw.q === "string" ? raw.q : undefined,
    filter: Array.isArray(raw.filter) ? raw.filter.filter((entry) => typeof entry === "string" && entry.includes(":")) : [],
    sort: sorts.find((sort) => sort === raw.sort),
    page: Number.isInteger(page) && page > 1 ? page : undefined,
  };
}

export function sortsOf(source: "list" | "search"): readonly Sort[] {
  return source === "search" ? sorts : sorts.filter((sort) => sort !== "relevance");
}

// A changed list starts at its first page again.

export function withFilter(search: ListSearch, filter: string): ListSearch {
  return { ...search, filter: [...search.filter, filter], page: undefined };
}

export function withoutFilter(search: ListSearch, filter: string): ListSearch {
  return { ...search, filter: search.filter.filter((entry) => entry !== filter), page: undefined };
}

export function withoutFilters(search: ListSearch): ListSearch {
  return { ...search, filter: [], page: undefined };
}

export function withSort(search: ListSearch, sort: Sort): ListSearch {
  return { ...search, sort, page: undefined };
}

export type PriceRange = { minimum: number | undefined; maximum: number | undefined };

const PRICE_PREFIX = "price:";

export function withPrice(search: ListSearch, { minimum, maximum }: PriceRange): ListSearch {
  const others = search.filter.filter((entry) => !entry.startsWith(PRICE_PREFIX));
  const isOpen = minimum === undefined && maximum === undefined;
  const filter = isOpen ? others : [...others, `${PRICE_PREFIX}${minimum ?? ""}-${maximum ?? ""}`];
  return { ...search, filter, page: undefined };
}

export function readPrice(filter: string): PriceRange | undefined {
  const match = /^price:(\d*)-(\d*)$/.exec(filter);
  if (match === null) return undefined;
  const [, minimum = "", maximum = ""] = match;
  return { minimum: minimum === "" ? undefined : Number(minimum), maximum: maximum === "" ? undefined : Number(maximum) };
}
