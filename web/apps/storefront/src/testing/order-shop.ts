import type { Cart, Config, Order, QuoteDelivery } from "@ecom67/api-client/types";
import { onTestFinished, vi } from "vitest";
import { loadWords } from "../features/checkout/words";
import { cartShop, quoted, type CartShop } from "./cart-shop";
import { refusal, type Asked, type Refusal } from "./fake-server";
import { aCart, aLine, aQuote, aTotals } from "./samples";
// What comes step by step: a test does not wait for it to be translated.
import "../features/checkout/checkout-notice";
import "../features/checkout/delivery-ways";
import "../features/checkout/destination";
import "../features/checkout/digital-consent";
import "../features/checkout/payment/payment-fields";
import "../features/checkout/payment/simulator";
import "../features/checkout/pending-order";
import "../features/checkout/place-order";
import "../routes/checkout.page";
import "../routes/order.page";

await Promise.all(["en", "de"].map((language) => loadWords(language)));

export const parcel: QuoteDelivery = {
  method: "parcel",
  name: "Parcel",
  is_pick_up: false,
  chosen: true,
  price: 490,
  full_price: 490,
  earliest: "2026-12-01",
  latest: "2026-12-02",
  missing_for_free: null,
};

export const simulated: Config = {
  version: "1",
  api: "/api",
  demo: true,
  default_locale: "en-de",
  payment: { provider: "simulator", publishable_key: "pk_test_1", api: "/simulator" },
};

export function anOrder(rest: Partial<Order> = {}): Order {
  return {
    id: "order_1",
    number: "K7QM-2XRT",
    state: "pending_payment",
    placed_at: "2026-11-27T12:00:00Z",
    hold_until: new Date(Date.now() + 15 * 60_000).toISOString(),
    can_extend_hold: true,
    market: "de",
    currency: "EUR",
    tax_included: true,
    lines: [{ sku: "CUP", product: "cup", name: "The cup", digital: false, quantity: 2, unit_price: 1490, discount: 0, total: 2980 }],
    gifts: [],
    discounts: [],
    taxes: [],
    delivery: { method: "parcel", name: "Parcel", first_day: "2026-12-01", last_day: "2026-12-02", total: 490 },
    gift_cards: [],
    totals: aTotals({ goods: 2980, discount: 0, delivery: 490, relief: 0, tax: 0, total: 3470 }),
    refunded: 0,
    refunding: 0,
    refunded_otherwise: 0,
    refunded_to_gift_cards: 0,
    legal_texts: [{ kind: "terms", title: "Terms of sale" }],
    contact: { email: "ann@example.org", delivery_address: { name: "Ann Lee", line1: "Street 7", postal_code: "10115", city: "Berlin", country: "DE" } },
    payment: { status: "awaits_method", client_secret: "pi_1_secret_2" },
    ...rest,
  };
}

export type OrderShop = CartShop & {
  order: Order | undefined;
  /** What was sent to be ordered, and under which name. */
  placed: { key: string | null; body: unknown }[];
  /** How often the provider was told to charge, by the numbers of cards. */
  cards: string[];
  /** Whether sockets are opened here. */
  hasSockets: boolean;
  /** How the provider answers. */
  charge: (number: string) => Response | Promise<Response>;
};

export function declined(code: string, decline_code?: string): Response {
  return Response.json({ error: { type: "card_error", code, decline_code } }, { status: 402 });
}

/** A shop with a cart that can be ordered, and a provider that takes every card. */
export function orderShop(begin: Cart | undefined = orderable()): OrderShop {
  // The cart's own handlers know it by this very object.
  const shop: OrderShop = Object.assign(cartShop(begin), {
    order: undefined,
    placed: [],
    cards: [],
    hasSockets: false,
    charge: (): Response => {
      shop.order = shop.order && { ...shop.order, state: "paid", paid_at: "2026-11-27T12:01:00Z", payment: undefined };
      shop.cart = shop.cart && aCart([], { version: shop.cart.version + 1 });
      return Response.json({ status: "requires_capture" });
    },
  });
  const known = (): Order | Refusal => shop.order ?? refusal(404, "order_not_found");
  Object.assign(shop.handlers, {
    "/api/carts/{cart}": () => shop.cart ?? refusal(404, "cart_not_found"),
    "/config.json": () => simulated,
    "PUT /api/carts/{cart}/destination": ({ body }: Asked) => {
      const { destination } = body as { destination: NonNullable<Cart["destination"]> };
      shop.cart = { ...quoted(shop, {}), destination };
      return shop.cart;
    },
    "POST /api/checkouts": ({ headers, body }: Asked) => {
      shop.placed.push({ key: headers.get("idempotency-key"), body });
      const { contact } = body as { contact: NonNullable<Order["contact"]> };
      shop.order ??= anOrder({ contact });
      return shop.order;
    },
    "/api/orders/{order}": known,
    "POST /api/orders/{order}/payment": known,
    "POST /api/orders/{order}/cancellation": () => {
      const cancelled = { ...anOrder(), ...shop.order, state: "cancelled", cancel_reason: "shopper", payment: undefined } as const;
      shop.order = undefined;
      return cancelled;
    },
    "POST /api/orders/{order}/hold-extension": () => {
      shop.order = anOrder({ ...shop.order, can_extend_hold: false, hold_until: new Date(Date.now() + 25 * 60_000).toISOString() });
      return shop.order;
    },
    "POST /api/socket-tickets": () => (shop.order !== undefined && shop.hasSockets ? { ticket: "t1", expires_in: 60 } : refusal(503, "busy")),
    "POST /api/order-look-ups": ({ body }: Asked) => {
      const { number } = body as { number: string };
      return number.toUpperCase() === shop.order?.number ? shop.order : refusal(404, "order_not_found");
    },
  } satisfies CartShop["handlers"]);
  const { fetch } = globalThis;
  vi.stubGlobal("fetch", async (address: string, { body, headers }: RequestInit) => {
    if (address !== "/simulator/v1/payment_intents/pi_1/confirm") throw new Error(`The test has no answer for ${address}`);
    const form = new URLSearchParams(String(body));
    if (new Headers(headers).get("authorization") !== "Bearer pk_test_1" || form.get("client_secret") !== "pi_1_secret_2") throw new Error("Not with the payment's secret.");
    const number = form.get("payment_method_data[card][number]") ?? "";
    shop.cards.push(number);
    return shop.charge(number);
  });
  onTestFinished(() => void vi.stubGlobal("fetch", fetch));
  return shop;
}

export function orderable(): Cart {
  const lines = [aLine("CUP", 2)];
  const quote = aQuote(lines, { delivery: [parcel], totals: aTotals({ goods: 2980, discount: 0, delivery: 490, relief: 0, tax: 0, total: 3470 }) });
  return aCart(lines, { quote });
}
