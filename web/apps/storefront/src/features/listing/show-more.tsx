import { Link } from "@tanstack/react-router";
import { useShop } from "../../shop/shop";
import type { ListSearch } from "./list-search";
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
  const seen = t(total.exact ? "list-seen" : "list-seen-at-least", { shown: number(list.products.length), total: number(total.count) });

  const showMoreWhenNear = (element: HTMLElement | null) => {
    if (element === null || search.page === undefined || list.isLoadingMore || list.hasFailedToLoadMore) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void list.showMore();
    }, { rootMargin: AHEAD });
    observer.observe(element);
    return () => observer.disconnect();
  };

  return (
    <div className="show-more" ref={showMoreWhenNear}>
      <p className="text-quiet" role="status">
        {seen}
      </p>
      {list.hasFailedToLoadMore && <p role="alert">{t("list-more-failed")}</p>}
      {list.hasMore && (
        <Link
          className="button"
          to="."
          search={{ ...search, page: (search.page ?? 1) + 1 }}
          preload={false}
          onClick={(event) => {
            event.preventDefault();
            void list.showMore();
          }}
        >
          {list.isLoadingMore ? t("loading") : t("list-more")}
        </Link>
      )}
    </div>
  );
}
