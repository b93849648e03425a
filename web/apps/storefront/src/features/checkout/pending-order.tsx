import type { Order } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useRef, useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { useCartPlace } from "../../shop/cart/query";
import { checkCard } from "./payment/card";
import type { Mistakes } from "./check";
import { draftOf } from "./contact";
import { keep, readKept } from "./draft";
import { Hold } from "./hold";
import { ContactLines, OrderSums } from "./order-parts";
import { cancelOrder, codeOf, isPaid, orderQuery } from "./orders";
import { PayTroubleText } from "./payment/pay-trouble";
import { PaymentFields } from "./payment/payment-fields";
import type { Payment, PayTrouble } from "./payment/use-payment";
import { fieldId } from "./text-field";
import { useWords } from "./words";

type Props = {
  order: Order;
  payment: Payment;
  onPaid: (order: Order) => void;
  /** The order was taken back, so that it can be changed. */
  onCancelled?: () => void;
};

/** An order that stands and is not paid: what it is, and how it is paid now. */
export function PendingOrder({ order, payment, onPaid, onCancelled }: Props) {
  const { t, say, money, market } = useWords();
  const place = useCartPlace();
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isBusy = useRef(false);
  const amount = money(order.totals.due, order.currency);
  const isCancelling = order.state === "cancelling";

  const alone = async (work: () => Promise<void>) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setIsSending(true);
    setProblem(undefined);
    try {
      await work();
    } finally {
      isBusy.current = false;
      setIsSending(false);
    }
  };
  const pay = async () => {
    const found = payment.config?.provider === "simulator" ? checkCard(payment.card) : {};
    flushSync(() => setMistakes(found));
    const [first] = Object.keys(found);
    if (first !== undefined) {
      document.getElementById(fieldId(first))?.focus();
      return;
    }
    if (!(await payment.isComplete())) return;
    const after = await payment.pay(order);
    if (after !== undefined && isPaid(after)) onPaid(after);
  };
  const takeBack = async () => {
    const { draft } = readKept(market);
    if (draft === undefined && order.contact != null) keep(market, { draft: draftOf(order.contact) });
    try {
      const after = await cancelOrder(place, order.id);
      if (after.state === "cancelled") onCancelled?.();
    } catch (error) {
      setProblem(say(codeOf(error) === "order_paid_for" ? "pay-back-paid" : "pay-back-failed"));
      void place.queryClient.invalidateQueries({ queryKey: orderQuery(place, order.id).queryKey });
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void alone(pay);
  };
  const leave = (name: string) => {
    const value = payment.card[name.slice("card.".length) as keyof typeof payment.card];
    const found = checkCard(payment.card)[name];
    if (found !== undefined && value !== "") setMistakes((others) => ({ ...others, [name]: found }));
  };
  if (isCancelling) {
    return (
      <p className="checkout-notice" role="status">
        {say("order-cancelling")}
      </p>
    );
  }
  const trouble = payment.trouble ?? troubleOf(order);
  const isProcessing = order.payment?.status === "processing";
  return (
    <>
      {!isSending && trouble !== undefined && <PayTroubleText trouble={trouble} />}
      {!isSending && trouble === undefined && order.payment?.status === "awaits_action" && (
        <p className="checkout-notice" role="alert">
          {say("pay-unfinished")}
        </p>
      )}
      <div className="checkout-columns">
        <aside className="checkout-summary" aria-labelledby="checkout-summary-title">
          <h2 id="checkout-summary-title" className="text-title">
            {say("order-number", { number: order.number })}
          </h2>
          <OrderSums order={order} />
        </aside>
        <form className="checkout-form" onSubmit={submit} noValidate aria-busy={isSending || undefined}>
          <section className="checkout-done" aria-labelledby="checkout-done-title">
            <h2 id="checkout-done-title" className="sr-only">
              {say("form-details")}
            </h2>
            <ContactLines order={order} />
            <Button onClick={() => void alone(takeBack)}>{say("pay-change")}</Button>
            {problem !== undefined && (
              <p className="cart-problem" role="alert">
                {problem}
              </p>
            )}
          </section>
          {isProcessing ? (
            <p role="status">{say("pay-processing")}</p>
          ) : (
            <>
              <section aria-labelledby="checkout-payment">
                <h2 id="checkout-payment" className="text-title">
                  {say("form-payment")}
                </h2>
                <Hold order={order} />
                <PaymentFields
                  payment={payment}
                  amount={order.totals.due}
                  currency={order.currency}
                  mistakes={mistakes}
                  onChange={(name) => setMistakes(({ [name]: _gone, ...rest }) => rest)}
                  onLeave={leave}
                />
              </section>
              <p className="cart-sum-part cart-sum-total">
                <span>{t("cart-sum-total")}</span> <strong>{amount}</strong>
              </p>
              <Button type="submit" kind="action" className="checkout-pay" aria-disabled={isSending || undefined}>
                {say(isSending ? "form-sending" : "pay-again", { amount })}
              </Button>
              <p role="status" className="sr-only">
                {isSending ? say("form-sending") : ""}
              </p>
            </>
          )}
        </form>
      </div>
    </>
  );
}

/** As the shop tells it, where nothing was tried on this page. */
function troubleOf({ payment }: Order): PayTrouble | undefined {
  if (payment?.status === "unavailable") return { kind: "away" };
  return payment?.decline == null || payment.status === "awaits_action" ? undefined : { kind: "declined", decline: payment.decline };
}
