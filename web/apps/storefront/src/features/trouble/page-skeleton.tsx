import { CardSkeletons } from "@ecom67/ui/skeleton";
import { useShop } from "../../shop/shop";

/** For a page that is slow to come: a head, and cards below it. */
export function PageSkeleton() {
  const { t } = useShop();
  return (
    <div className="page-width page-skeleton" aria-busy="true">
      <p className="sr-only" role="status">
        {t("loading")}
      </p>
      <div className="stage list-head" />
      <ul className="card-grid card-grid-wide">
        <CardSkeletons count={4} />
      </ul>
    </div>
  );
}
