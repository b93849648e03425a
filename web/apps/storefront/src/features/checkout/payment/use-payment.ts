import type { DeclineKind, Order, PaymentConfig } from "@ecom67/api-client/types";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type RefObject } from "react";
import { useCartPlace } from "../../../shop/cart/query";
import { configQuery } from "../config";
import { settle } from "../orders";
import { NO_CARD, type Card } from "./card";
import type { Outcome } from "./outcome";
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

  const tried = async (client_secret: string, return_url: string): Promise<Outcome> => {
    if (config?.provider === "simulator") {
      const { confirm } = await import("./simulator");
      return confirm(config, client_secret, card, return_url);
    }
    return stripe.current?.confirm(client_secret, return_url) ?? { kind: "away" };
  };
  const pay: Payment["pay"] = async (order) => {
    setTrouble(undefined);
    try {
      return await confirmed(order);
    } catch {
      // Nothing is heard of the shop: how the order stands is asked again with the next press, or by the page itself.
      setTrouble({ kind: "away" });
      return order;
    }
  };
  const confirmed: Payment["pay"] = async (order) => {
    const open = order.payment?.client_secret == null ? await settle(place, order.id) : order;
    const client_secret = open.payment?.client_secret;
    if (open.state !== "pending_payment") return open;
    if (client_secret == null) {
      setTrouble({ kind: "away" });
      return open;
    }
    const outcome = await tried(client_secret, new URL(`/${place.locale}/orders/${order.id}`, window.location.href).href);
    if (outcome.kind === "redirect" && goTo(outcome.url)) return undefined;
    const settled = await settle(place, order.id);
    if (settled.state === "pending_payment") setTrouble(troubleOf(settled, outcome));
    return settled;
  };
  const isComplete: Payment["isComplete"] = async () => config?.provider !== "stripe" || (await stripe.current?.isComplete()) === true;
  return { config, isConfigAway: isError, card, setCard, stripe, trouble, pay, isComplete };
}

/** What the provider said to the browser, else what it told the shop. */
function troubleOf({ payment }: Order, outcome: Outcome): PayTrouble | undefined {
  if (outcome.kind === "away") return outcome;
  if (outcome.kind === "declined" && outcome.decline !== "refused") return outcome;
  if (payment?.decline != null) return { kind: "declined", decline: payment.decline };
  if (outcome.kind === "declined") return outcome;
  return payment?.status === "processing" ? undefined : { kind: "away" };
}

/** Leaves for the bank, which asks who is paying. Nothing but an address of the web is gone to. */
function goTo(address: string): boolean {
  const url = new URL(address, window.location.href);
  if (url.protocol !== "https:" && url.protocol !== "http:") return false;
  window.location.assign(url);
  return true;
}
