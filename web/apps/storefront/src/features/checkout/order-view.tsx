import type { Order, OrderState } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useCartPlace } from "../../shop/cart/query";
import { ShopLink } from "../../shop/shop-link";
import { ContactLines, deliveryDays, OrderSums } from "./order-parts";
import { configQuery } from "./config";
import { codeOf, finish, isFinal, isPaid, letGo, orderQuery } from "./orders";
import { OwnSkeleton } from "./own-skeleton";
import { usePayment } from "./payment/use-payment";
import { useWords, type Words } from "./words";

const LegalTexts = lazy(() => import("./legal-texts"));
// Most orders that are looked at are paid.
const PendingOrder = lazy(() => import("./pending-order").then((module) => ({ default: module.PendingOrder })));
// And hardly anything goes back.
const MoneyBack = lazy(() => import("./money-back").then((module) => ({ default: module.MoneyBack })));

/** How often an order is asked for that is heard of: should nothing be heard any more, without anybody noticing. */
const HEARD_PAUSE_MS = 60_000;

/** An order, followed until nothing becomes of it any more. */
export function OrderView({ id }: { id: string }) {
  const { t, say, locale } = useWords();
  const place = useCartPlace();
  const navigate = useNavigate();
  const hasSearch = Object.keys(useSearch({ strict: false })).length > 0;
  const payment = usePayment();
  const [isHeard, setIsHeard] = useState(false);
  const { data: order, error, isPending, refetch } = useQuery({ ...orderQuery(place, id), ...(isHeard && { refetchInterval: HEARD_PAUSE_MS }) });
  const isIn = order !== undefined && isPaid(order);
  const isCancelled = order?.state === "cancelled";
  const isMoving = order !== undefined && !isFinal(order);
  useEffect(() => {
    // The bank's page names the payment in the address it leads back to: that is nothing to keep in a history.
    if (hasSearch) void navigate({ to: "/$locale/orders/$order", params: { locale, order: id }, replace: true });
  }, [id, locale, hasSearch, navigate]);
  useEffect(() => {
    if (isIn) finish(place, id);
    else if (isCancelled) letGo(place, id);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- Once for each state of the order.
  }, [id, isIn, isCancelled]);
  useEffect(() => {
    if (!isMoving) return undefined;
    let unfollow: (() => void) | undefined;
    let isGone = false;
    void import("./live-order").then(({ followOrder }) => {
      if (!isGone) unfollow = followOrder(place, id, setIsHeard);
    });
    return () => {
      isGone = true;
      unfollow?.();
      setIsHeard(false);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- One socket for each order.
  }, [id, isMoving]);
  if (isPending) return <OwnSkeleton heading={t("order-title")} />;
  if (order === undefined) {
    const isMissing = codeOf(error) === "order_not_found";
    return (
      <div className="page-width cart-page checkout-page">
        <h1 className="text-heading">{t("order-title")}</h1>
        <div className="cart-failed" role="alert">
          <p>{say(isMissing ? "order-missing" : "order-failed")}</p>
          {isMissing ? (
            <ShopLink className="button button-action" href="/orders">
              {t("order-look-up-title")}
            </ShopLink>
          ) : (
            <Button onClick={() => void refetch()}>{t("error-retry")}</Button>
          )}
        </div>
      </div>
    );
  }
  return (
    <div className="page-width cart-page checkout-page">
      <h1 className="text-heading">{say("order-number", { number: order.number })}</h1>
      <StateText order={order} />
      {order.state === "pending_payment" ? (
        <Suspense fallback={<p role="status">{t("loading")}</p>}>
          <PendingOrder
            order={order}
            payment={payment}
            onPaid={() => undefined}
            onCancelled={() => void navigate({ to: "/$locale/checkout", params: { locale } })}
          />
        </Suspense>
      ) : (
        <OrderDetails order={order} />
      )}
      <Suspense>
        <LegalTexts order={order} />
      </Suspense>
      <DemoMailbox />
    </div>
  );
}

/** What is told of an order; `digital` where nothing of it is sent, and it says something else. */
const states: Record<OrderState, { title: string; text: string; digital?: string }> = {
  pending_payment: { title: "order-pending-title", text: "order-pending-text" },
  capturing: { title: "order-paid-title", text: "order-capturing-text", digital: "order-capturing-digital-text" },
  paid: { title: "order-paid-title", text: "order-paid-text", digital: "order-paid-digital-text" },
  cancelling: { title: "order-cancelling-title", text: "order-cancelling" },
  cancelled: { title: "order-cancelled-title", text: "order-cancelled-text" },
};

const reasons: Record<NonNullable<Order["cancel_reason"]>, string> = {
  expired: "order-reason-expired",
  cart_changed: "order-reason-changed",
  shopper: "order-reason-shopper",
  staff: "order-reason-staff",
  not_captured: "order-reason-uncaptured",
};

/** How far the order is, and what happens next: read out as it changes. */
export function StateText({ order }: { order: Order }) {
  const words = useWords();
  const { say } = words;
  const { state, cancel_reason, contact } = order;
  const { title, text: sent, digital = sent } = states[state];
  const text = order.delivery == null ? digital : sent;
  const isGood = isPaid(order);
  const isGoingBack = order.refunded + order.refunding > 0;
  const reason = state === "cancelled" && cancel_reason != null ? reasons[cancel_reason] : text;
  return (
    <div className={isGood ? "order-state is-paid" : "order-state"}>
      <div aria-live="polite" aria-atomic="true">
        <h2 className="text-title">{say(title)}</h2>
        <p>{say(isGoingBack && !isGood ? "order-charged" : reason)}</p>
      </div>
      {isGood && <Next order={order} words={words} />}
      {isGood && contact != null && <p className="text-quiet">{say("order-keep", { email: contact.email })}</p>}
      {isGoingBack && (
        <Suspense>
          <MoneyBack order={order} />
        </Suspense>
      )}
      {state === "cancelled" && (
        <p>
          <ShopLink className="button button-action" href="/cart">
            {say("form-back")}
          </ShopLink>
        </p>
      )}
    </div>
  );
}

function Next({ order, words }: { order: Order; words: Words }) {
  const days = deliveryDays(order, words);
  if (days === undefined) return null;
  return (
    <p>
      {order.delivery?.name}: <strong>{days}</strong>
    </p>
  );
}

/** A demo sends no mails: what a shopper would get is somewhere else, outside the shop. */
function DemoMailbox() {
  const { say } = useWords();
  const { data } = useQuery(configQuery(useCartPlace()));
  if (data?.mailbox == null) return null;
  return (
    <p className="text-small">
      <a href={data.mailbox}>{say("order-mailbox")}</a>
    </p>
  );
}

export function OrderDetails({ order }: { order: Order }) {
  const { say, tag } = useWords();
  const placed = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short" }).format(new Date(order.placed_at));
  return (
    <div className="checkout-columns">
      <aside className="checkout-summary" aria-labelledby="order-goods">
        <h2 id="order-goods" className="text-title">
          {say("order-goods")}
        </h2>
        <OrderSums order={order} />
      </aside>
      <section className="checkout-done" aria-labelledby="order-details">
        <h2 id="order-details" className="text-title">
          {say("form-details")}
        </h2>
        <ContactLines order={order} />
        <p className="text-small text-quiet">{say("order-placed", { date: placed })}</p>
      </section>
    </div>
  );
}
