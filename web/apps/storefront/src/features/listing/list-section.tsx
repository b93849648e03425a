import { SheetButton } from "@ecom67/ui/sheet";
import { CardSkeletons } from "@ecom67/ui/skeleton";
import type { ReactNode } from "react";
import { PriceNote } from "../../shop/price-note";
import { ProductCard } from "../../shop/product-card";
import { useShop } from "../../shop/shop";
import { tellFollowed, tellFound } from "../../shop/signals";
import { Facets, FILTERS_FORM, FILTERS_SHEET } from "./facets";
import { FilterChips } from "./filter-chips";
import type { ListSource } from "./list-query";
import { PAGE_SIZE, type ListSearch } from "./list-search";
import { ListSkeleton } from "./list-skeleton";
import { NothingFits } from "./nothing-fits";
import { ResultCount } from "./result-count";
import { SearchNotice } from "./search-notice";
import { ShowMore } from "./show-more";
import { SortSelect } from "./sort-select";
import { useList } from "./use-list";

/** The first row of a phone: most often the largest thing that is painted, so that it comes before the scripts. */
const MAIN_CARDS = 2;

/** The cards that are seen without scrolling: their pictures load at once. */
const FIRST_CARDS = 4;

type Props = {
  source: ListSource;
  search: ListSearch;
  /** Shown instead of the list where nothing was found and no filter is to blame. */
  empty: ReactNode;
};

export function ListSection({ source, search, empty }: Props) {
  const { t, number, locale } = useShop();
  const list = useList(source, search);
  const { first, products } = list;

  if (first === undefined) return <ListSkeleton />;
  if (products.length === 0 && search.filter.length === 0) return empty;

  const chosen_count = search.filter.length;
  const follower = (product: string, place: number) => {
    if (source.kind !== "search") return undefined;
    return hasPlaces(search) ? () => tellFound(locale, product, source.q, place) : () => tellFollowed(locale, product);
  };
  return (
    <section className="page-width list-layout" aria-labelledby="list-title">
      <Facets facets={first.facets} search={search} total={first.total} onChange={list.change} />
      <div className="list-main">
        <h2 id="list-title" className="sr-only">
          {t("list-products")}
        </h2>
        <SearchNotice found={first} />
        <div className="list-bar">
          <ResultCount total={first.total} />
          <SheetButton sheet={FILTERS_SHEET} icon="filter" className="button lg:hidden">
            {chosen_count === 0 ? t("filters-open") : t("filters-open-count", { count: number(chosen_count) })}
          </SheetButton>
          <SortSelect form={FILTERS_FORM} source={source.kind === "search" ? "search" : "list"} sort={first.sort} search={search} onChange={list.change} />
        </div>
        <FilterChips facets={first.facets} search={search} />
        <PriceNote about="many" />
        {products.length === 0 ? (
          <NothingFits search={search} />
        ) : (
          <>
            <ul className={list.isChanging ? "card-grid is-waiting" : "card-grid"} aria-busy={list.isChanging || undefined}>
              {products.map((product, position) => (
                <ProductCard key={product.code} product={product} loading={pictureLoading(position)} onFollow={follower(product.code, position)} />
              ))}
              {list.isLoadingMore && <CardSkeletons count={PAGE_SIZE} />}
            </ul>
            <ShowMore list={list} search={search} />
          </>
        )}
      </div>
    </section>
  );
}

/** Whether a product's place tells how well it was found: in the whole list, from its beginning, the best first. */
function hasPlaces({ filter, sort, after }: ListSearch): boolean {
  return filter.length === 0 && (sort ?? "relevance") === "relevance" && after === undefined;
}

function pictureLoading(position: number): "main" | "first" | "later" {
  if (position < MAIN_CARDS) return "main";
  return position < FIRST_CARDS ? "first" : "later";
}
