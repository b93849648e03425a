import { Link } from "@tanstack/react-router";
import { useShop } from "../../shop/shop";
import { fromBeginning, withMore, type ListSearch } from "./list-search";
import type { List } from "./use-list";

/** How far below the screen the next page is fetched. */
const AHEAD = "600px";

/**
 * The first time by a press, which leaves the footer within reach of those who want it; then by scrolling. It is a link
 * to the longer page, which is what it does where no script runs.
 */
export function ShowMore({ list, search }: { list: List; search: ListSearch }) {
  const { t, number } = useShop();
  const { total } = list.first ?? { total: { count: 0, exact: true } };
  const isLaterPart = search.after !== undefined;
  const [exactly, atLeast] = isLaterPart ? (["list-shown", "list-shown-at-least"] as const) : (["list-seen", "list-seen-at-least"] as const);
  const seen = t(total.exact ? exactly : atLeast, { shown: number(list.products.length), total: number(total.count) });

  const showMoreWhenNear = (element: HTMLElement | null) => {
    if (element === null || search.page === undefined || list.isLoadingMore || list.hasFailedToLoadMore) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void list.showMore();
    }, { rootMargin: AHEAD });
    observer.observe(element);
    return () => observer.disconnect();
  };

  if (list.nextCursor == null && search.page === undefined && !isLaterPart) return null;
  return (
    <div className="show-more" ref={showMoreWhenNear}>
      <p className="text-quiet" role="status">
        {seen}
      </p>
      {list.hasFailedToLoadMore && <p role="alert">{t("list-more-failed")}</p>}
      {list.nextCursor != null && (
        <Link
          className="button"
          to="."
          search={withMore(search, list.nextCursor)}
          preload={false}
          onClick={(event) => {
            event.preventDefault();
            void list.showMore();
          }}
        >
          {list.isLoadingMore ? t("loading") : t("list-more")}
        </Link>
      )}
      {isLaterPart && (
        <Link className="quiet-link" to="." search={fromBeginning(search)}>
          {t("list-beginning")}
        </Link>
      )}
    </div>
  );
}
