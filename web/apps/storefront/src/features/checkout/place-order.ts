import { ApiError, unwrap } from "@ecom67/api-client";
import type { Cart, LegalLink, Order, OrderContact, ProblemLine } from "@ecom67/api-client/types";
import { cartQuery, CART_PATIENCE_MS, type CartPlace } from "../../shop/cart/query";
import { shopQuery, type Shop } from "../../shop/shop";
import { toldMistake, type Mistakes } from "./check";
import { contactOf, isSameContact } from "./contact";
import { attemptKey, keep, type Draft } from "./draft";
import { legalLinks } from "./legal-links";
import { cancelOrder, noteOrder } from "./orders";

// What comes with the press of the button, and not before.
export { changesOf } from "./changes";

/** What came of the button. */
export type Placed =
  | { kind: "order"; order: Order }
  /** It costs something else than was shown. */
  | { kind: "changed"; cart: Cart }
  /** There is less than is asked for. */
  | { kind: "short"; lines: ProblemLine[]; by: "stock" | "limits" }
  /** It would be ordered under other texts than were shown. */
  | { kind: "terms"; links: LegalLink[] }
  | { kind: "mistakes"; mistakes: Mistakes }
  /** Why not, by the shop's own word; `undefined` where nothing was heard of it. */
  | { kind: "refused"; code: string | undefined };

/** The server has too much to do: what is sent again may come through. */
const BUSY_STATUS = 503;

/** How often an order that turns out to be another one is made anew. */
const ANEW_MAX = 1;

/** Makes the order; sent again, after a reload or where the answer was lost, it is the same order. */
export async function placeOrder(place: CartPlace, asked: Asked, shop: Pick<Shop, "navigation">): Promise<Placed> {
  const contact = contactOf(asked.draft);
  const body: Body = {
    quote_id: asked.quote_id,
    contact,
    legal_texts: legalLinks(place, shop).map(({ kind, digest }) => ({ kind, digest })),
    ...(asked.hasDigitalConsent && { consents_to_immediate_digital_delivery: true }),
  };
  try {
    for (let anew = 0; ; anew += 1) {
      const order = await sent(place, body);
      const isOurs = order.contact == null || isSameContact(order.contact, contact);
      const isOpen = order.state !== "cancelled" && order.state !== "cancelling";
      if ((isOurs && isOpen) || order.state === "capturing" || order.state === "paid" || anew === ANEW_MAX) {
        keep(place.market, { order: order.id });
        noteOrder(place, order);
        return { kind: "order", order };
      }
      // It was made with other details, or was taken back since: the one that is wanted is another.
      if (isOpen) await cancelOrder(place, order.id);
      keep(place.market, { attempt: undefined, order: undefined });
    }
  } catch (error) {
    return refusedBy(place, error);
  }
}

/** What the button was pressed for. */
type Asked = { quote_id: string; draft: Draft; hasDigitalConsent: boolean };

type Body = {
  quote_id: string;
  contact: OrderContact;
  legal_texts: Pick<LegalLink, "kind" | "digest">[];
  consents_to_immediate_digital_delivery?: true;
};

async function sent(place: CartPlace, body: Body): Promise<Order> {
  const { api, locale, market } = place;
  const key = attemptKey(market, JSON.stringify(body));
  const send = () =>
    unwrap(
      api.POST("/api/checkouts", {
        params: { query: { locale }, header: { "Idempotency-Key": key } },
        body,
        signal: AbortSignal.timeout(CART_PATIENCE_MS),
      }),
    );
  try {
    return await send();
  } catch (error) {
    if (error instanceof ApiError && error.status !== BUSY_STATUS) throw error;
    return send();
  }
}

function refusedBy(place: CartPlace, error: unknown): Placed {
  if (!(error instanceof ApiError)) return { kind: "refused", code: undefined };
  const { code, field, cart, lines, legal_links } = error.problem ?? {};
  if (code === "terms_changed") {
    const links = legal_links ?? [];
    place.queryClient.setQueryData(shopQuery(place.api, place.locale).queryKey, (shop) => shop && { ...shop, navigation: { ...shop.navigation, legal_links: links } });
    return { kind: "terms", links };
  }
  if (cart != null) {
    place.queryClient.setQueryData(cartQuery(place).queryKey, cart);
    return { kind: "changed", cart };
  }
  if (lines !== undefined && lines.length > 0) return { kind: "short", lines, by: code === "quantity_not_allowed" ? "limits" : "stock" };
  // The key stands for something else by now: the next press has another.
  if (code === "idempotency_key_reused") keep(place.market, { attempt: undefined });
  if (code === "digital_consent_missing") {
    // It is asked for beside what is digital: something in the cart has become so.
    void place.queryClient.invalidateQueries({ queryKey: cartQuery(place).queryKey });
    return { kind: "mistakes", mistakes: { digital_consent: "form-wrong-digital" } };
  }
  if (field?.startsWith("contact.") === true) return { kind: "mistakes", mistakes: toldMistake(field, code ?? "") };
  return { kind: "refused", code };
}
