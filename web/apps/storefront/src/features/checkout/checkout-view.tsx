import type { Order } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useCart, useCartPlace } from "../../shop/cart/query";
import { CheckoutForm } from "./checkout-form";
import { readKept } from "./draft";
import { codeOf, isPaid, letGo, orderQuery } from "./orders";
import { OwnSkeleton } from "./own-skeleton";
import { usePayment } from "./payment/use-payment";
import { Summary } from "./summary";
import { useWords } from "./words";

// Most orders are paid at once, and need none of it.
const Empty = lazy(() => import("./checkout-empty").then((module) => ({ default: module.CheckoutEmpty })));
const PendingOrder = lazy(() => import("./pending-order").then((module) => ({ default: module.PendingOrder })));

/** The form, or the order that was made with it and is not paid yet. */
export function CheckoutView() {
  const { t, say, locale, market } = useWords();
  const place = useCartPlace();
  const navigate = useNavigate();
  const payment = usePayment();
  const heading = useRef<HTMLHeadingElement>(null);
  const { data: cart, isPending, refetch } = useCart();
  const [id, setId] = useState(() => readKept(market).order);
  const { data: order, error } = useQuery({ ...orderQuery(place, id ?? "none"), enabled: id !== undefined });
  const [hasExpired, setHasExpired] = useState(false);

  const show = ({ id: order_id }: Order) => {
    void navigate({ to: "/$locale/orders/$order", params: { locale, order: order_id }, replace: true });
  };
  const isGone = codeOf(error) === "order_not_found";
  useEffect(() => {
    if (id === undefined) return;
    if (order !== undefined && isPaid(order)) show(order);
    else if (isGone || order?.state === "cancelled") {
      letGo(place, id);
      setId(undefined);
      setHasExpired(order?.cancel_reason === "expired");
      heading.current?.focus();
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- Once for each state of the order.
  }, [id, order?.state, isGone]);

  if (isPending || (id !== undefined && order === undefined && error === null)) return <OwnSkeleton heading={t("checkout-title")} />;
  const quote = cart?.quote;
  return (
    <div className="page-width cart-page checkout-page">
      <h1 ref={heading} tabIndex={-1} className="text-heading">
        {t("checkout-title")}
      </h1>
      {hasExpired && (
        <p className="checkout-notice" role="alert">
          {say("hold-expired")}
        </p>
      )}
      {id !== undefined && order === undefined && <Failed text={say("order-failed")} onRetry={() => void place.queryClient.invalidateQueries({ queryKey: ["order", id] })} />}
      {id !== undefined && order !== undefined && (
        <Suspense fallback={<p role="status">{t("loading")}</p>}>
          <PendingOrder order={order} payment={payment} onPaid={show} />
        </Suspense>
      )}
      {id === undefined && cart === undefined && <Failed text={t("cart-failed")} onRetry={() => void refetch()} />}
      {id === undefined && (cart === null || cart?.lines.length === 0) && (
        <Suspense>
          <Empty />
        </Suspense>
      )}
      {id === undefined && cart != null && cart.lines.length > 0 && quote == null && <p>{t("cart-sum-none")}</p>}
      {id === undefined && cart != null && cart.lines.length > 0 && quote != null && (
        <div className="checkout-columns">
          <Summary cart={cart} quote={quote} />
          <CheckoutForm
            key={cart.id}
            cart={cart}
            quote={quote}
            payment={payment}
            onPaid={show}
            onPending={(made) => {
              flushSync(() => {
                setHasExpired(false);
                setId(made.id);
              });
              // The button that was pressed is gone, and what is to be read stands at the top.
              heading.current?.focus();
            }}
          />
        </div>
      )}
    </div>
  );
}

function Failed({ text, onRetry }: { text: string; onRetry: () => void }) {
  const { t } = useWords();
  return (
    <div className="cart-failed" role="alert">
      <p>{text}</p>
      <Button onClick={onRetry}>{t("error-retry")}</Button>
    </div>
  );
}
