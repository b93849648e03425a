import type { Order, PaymentConfig } from "@ecom67/api-client/types";
import type { CartPlace } from "../../../shop/cart/query";
import { settle } from "../orders";
import type { Card } from "./card";
import type { Outcome } from "./outcome";
import type { StripeFieldsHandle } from "./stripe";
import type { PayTrouble } from "./use-payment";

/** What the shopper pays with. */
export type Means = { config: PaymentConfig | undefined; card: Card; stripe: StripeFieldsHandle | null };

/** How an order stands after a try, why it is not paid yet, and whether the browser is on its way to the bank. */
export type Confirmed = { order: Order; trouble?: PayTrouble | undefined; isLeaving?: boolean };

/** Has the provider charge what was filled in, and the shop look at what came of it. */
export async function confirmPayment(place: CartPlace, made: Order, means: Means): Promise<Confirmed> {
  const order = made.payment?.client_secret == null ? await settle(place, made.id) : made;
  const client_secret = order.payment?.client_secret;
  if (order.state !== "pending_payment") return { order };
  if (client_secret == null) return { order, trouble: { kind: "away" } };
  const return_url = new URL(`/${place.locale}/orders/${order.id}`, window.location.href).href;
  const outcome = await tried(means, client_secret, return_url);
  if (outcome.kind === "redirect" && goTo(outcome.url)) return { order, isLeaving: true };
  const settled = await settle(place, order.id);
  return { order: settled, trouble: settled.state === "pending_payment" ? troubleOf(settled, outcome) : undefined };
}

async function tried({ config, card, stripe }: Means, client_secret: string, return_url: string): Promise<Outcome> {
  if (config?.provider === "simulator") {
    const { confirm } = await import("./simulator");
    return confirm(config, client_secret, card, return_url);
  }
  return stripe?.confirm(client_secret, return_url) ?? { kind: "away" };
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
