import { useShop } from "../../shop/shop";

const LINES_SHOWN = 2;

/** The page while nobody knows what is in the cart: the server's `cart.html` is its twin. */
export function CartSkeleton() {
  const { t } = useShop();
  return (
    <div className="page-width cart-page">
      <h1 className="text-heading">{t("cart-title")}</h1>
      <SkeletonLines />
      <p className="without-script">{t("cart-needs-script")}</p>
    </div>
  );
}

function SkeletonLines() {
  const { t } = useShop();
  return (
    <div className="cart-skeleton needs-script" aria-busy="true">
      <p className="sr-only" role="status">
        {t("loading")}
      </p>
      <div className="cart-skeleton-lines" aria-hidden="true">
        {Array.from({ length: LINES_SHOWN }, (_, position) => (
          <div key={position} className="cart-skeleton-line">
            <div className="stage cart-stage" />
            <div className="cart-skeleton-text">
              <div className="skeleton h-5 w-3/5" />
              <div className="skeleton h-5 w-2/5" />
              <div className="skeleton h-11 w-2/5" />
            </div>
          </div>
        ))}
      </div>
    </div>
  );
}
