import { useShop } from "../../shop/shop";

/** Checkout and orders while nobody knows what stands there: the server's `own.html` is its twin. */
export function OwnSkeleton({ heading }: { heading: string }) {
  const { t } = useShop();
  return (
    <div className="page-width cart-page">
      <h1 className="text-heading">{heading}</h1>
      <div className="cart-skeleton needs-script" aria-busy="true">
        <p className="sr-only" role="status">
          {t("loading")}
        </p>
        <div className="cart-skeleton-lines" aria-hidden="true">
          <div className="cart-skeleton-text">
            <div className="skeleton h-5 w-2/5" />
            <div className="skeleton h-11 w-3/5" />
            <div className="skeleton h-11 w-3/5" />
            <div className="skeleton h-11 w-2/5" />
          </div>
        </div>
      </div>
      <p className="without-script">{t("checkout-needs-script")}</p>
    </div>
  );
}

export function CheckoutSkeleton() {
  return <OwnSkeleton heading={useShop().t("checkout-title")} />;
}

export function OrderSkeleton() {
  return <OwnSkeleton heading={useShop().t("order-title")} />;
}

export function LookUpSkeleton() {
  return <OwnSkeleton heading={useShop().t("order-look-up-title")} />;
}
