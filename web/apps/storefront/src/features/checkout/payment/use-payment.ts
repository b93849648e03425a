import type { DeclineKind, Order, PaymentConfig } from "@ecom67/api-client/types";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type RefObject } from "react";
import { useCartPlace } from "../../../shop/cart/query";
import { configQuery } from "../config";
import { NO_CARD, type Card } from "./card";
import type { StripeFieldsHandle } from "./stripe";

/** Why an order is not paid yet. */
export type PayTrouble = { kind: "declined"; decline: DeclineKind } | { kind: "away" };

export type Payment = {
  /** Who charges cards; `undefined` until that is known. */
  config: PaymentConfig | undefined;
  isConfigAway: boolean;
  card: Card;
  setCard: (card: Card) => void;
  stripe: RefObject<StripeFieldsHandle | null>;
  trouble: PayTrouble | undefined;
  /** Tries what was filled in. Answers with the order as it is then; `undefined` where the browser is on its way to the bank. */
  pay: (order: Order) => Promise<Order | undefined>;
  /** Whether the provider's own fields are complete. */
  isComplete: () => Promise<boolean>;
};

/** How this order is paid, and what came of it so far. */
export function usePayment(): Payment {
  const place = useCartPlace();
  const { data, isError } = useQuery(configQuery(place));
  const config = data?.payment;
  const [card, setCard] = useState(NO_CARD);
  const [trouble, setTrouble] = useState<PayTrouble>();
  const stripe = useRef<StripeFieldsHandle>(null);

  const pay: Payment["pay"] = async (order) => {
    setTrouble(undefined);
    try {
      // Comes with the press: until then nothing is to be confirmed.
      const { confirmPayment } = await import("./confirm-payment");
      const { order: settled, trouble: found, isLeaving } = await confirmPayment(place, order, { config, card, stripe: stripe.current });
      setTrouble(found);
      return isLeaving ? undefined : settled;
    } catch {
      // Nothing is heard of the shop: how the order stands is asked again with the next press, or by the page itself.
      setTrouble({ kind: "away" });
      return order;
    }
  };
  const isComplete: Payment["isComplete"] = async () => config?.provider !== "stripe" || (await stripe.current?.isComplete()) === true;
  return { config, isConfigAway: isError, card, setCard, stripe, trouble, pay, isComplete };
}
