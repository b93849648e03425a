import { CardSkeletons } from "@ecom67/ui/skeleton";
import { useShop } from "../../shop/shop";

const CARDS = 8;
const FACET_LINES = 9;

/** A list on its way, with its column of filters. */
export function ListSkeleton() {
  const { t } = useShop();
  return (
    <div className="page-width list-layout" aria-busy="true">
      <div className="facets-skeleton" aria-hidden="true">
        {Array.from({ length: FACET_LINES }, (_, line) => (
          <div key={line} className="skeleton h-5" />
        ))}
      </div>
      <div className="list-main">
        <p className="list-bar text-quiet" role="status">
          {t("loading")}
        </p>
        <ul className="card-grid">
          <CardSkeletons count={CARDS} />
        </ul>
      </div>
    </div>
  );
}

/** The whole page of a category or a collection. */
export function ListPageSkeleton() {
  return (
    <>
      <div className="page-width" aria-hidden="true">
        <div className="list-head" />
      </div>
      <ListSkeleton />
    </>
  );
}
