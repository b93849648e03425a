import type { Order } from "@ecom67/api-client/types";
import { useWords } from "./words";

/** What of an order goes back, or has. */
export function MoneyBack({ order: { refunded, refunding, refunded_otherwise, refunded_to_gift_cards, currency } }: { order: Order }) {
  const { say, money } = useWords();
  return (
    <>
      {refunding > 0 && <p>{say("order-refunding", { amount: money(refunding, currency) })}</p>}
      {refunded > 0 && <p>{say("order-refunded", { amount: money(refunded, currency) })}</p>}
      {refunded_otherwise > 0 && <p>{say("order-refunded-otherwise", { amount: money(refunded_otherwise, currency) })}</p>}
      {refunded_to_gift_cards > 0 && <p>{say("order-refunded-gift", { amount: money(refunded_to_gift_cards, currency) })}</p>}
    </>
  );
}
