import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useRouteContext } from "@tanstack/react-router";
import { useShop } from "../../shop/shop";
import { listQuery, type ListSource } from "./list-query";
import type { ListSearch } from "./list-search";

/** A list as the address describes it, and the ways to change it. */
export function useList(source: ListSource, search: ListSearch) {
  const { locale } = useShop();
  const { api } = useRouteContext({ from: "__root__" });
  const navigate = useNavigate();
  const query = useInfiniteQuery(listQuery({ api, locale }, source, search));

  const change = (next: ListSearch, replace = false) => navigate({ to: ".", search: next, replace, resetScroll: false });

  const showMore = async () => {
    if (query.isFetching) return;
    const { isFetchNextPageError } = await query.fetchNextPage();
    if (!isFetchNextPageError) await change({ ...search, page: (search.page ?? 1) + 1 }, true);
  };

  const pages = query.data?.pages ?? [];
  return {
    first: pages[0],
    products: pages.flatMap((page) => page.products),
    nextCursor: pages.at(-1)?.next_cursor,
    isChanging: query.isPlaceholderData,
    isLoadingMore: query.isFetchingNextPage,
    hasFailedToLoadMore: query.isFetchNextPageError,
    change,
    showMore,
  };
}

export type List = ReturnType<typeof useList>;
