import { useShop } from "../../shop/shop";

/** A product on its way: its stage, and lines where name, price and options come. */
export function ProductSkeleton() {
  const { t } = useShop();
  return (
    <div className="page-width" aria-busy="true">
      <p className="breadcrumbs-skeleton text-small text-quiet" role="status">
        {t("loading")}
      </p>
      <div className="product" aria-hidden="true">
        <div className="stage gallery-stage" />
        <div className="product-offer">
          <div className="skeleton h-10 w-4/5" />
          <div className="skeleton h-6 w-full" />
          <div className="skeleton h-10 w-2/5" />
          <div className="skeleton h-11 w-3/5" />
          <div className="skeleton h-16 w-full" />
        </div>
      </div>
    </div>
  );
}
