import { ApiError, unwrap } from "@ecom67/api-client";
import type { Cart, Destination } from "@ecom67/api-client/types";
import type { QueryClient } from "@tanstack/react-query";
import { knowsCart, noteCart } from "./presence";
import { CART_PATIENCE_MS, cartQuery, isNoCart, type CartPlace } from "./query";
import { tellTabs } from "./tabs";

export { reasonOf } from "./reason";

const MINE = { cart: "mine" } as const;

/** The server has too much to do: what is sent again may come through. */
const BUSY_STATUS = 503;

/** So many more; as few as there may be where that is not said. */
export function addLine(place: CartPlace, sku: string, quantity?: number): Promise<Cart> {
  return change(place, () => added(place, sku, quantity));
}

export function setQuantity(place: CartPlace, sku: string, quantity: number): Promise<Cart> {
  return change(place, () =>
    repeatable((key) => unwrap(place.api.PUT("/api/carts/{cart}/lines/{sku}", { ...request(place, key, { ...MINE, sku }), body: { quantity } }))),
  );
}

export function removeLine(place: CartPlace, sku: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.DELETE("/api/carts/{cart}/lines/{sku}", request(place, key, { ...MINE, sku })))));
}

export function saveForLater(place: CartPlace, sku: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.PUT("/api/carts/{cart}/saved/{sku}", request(place, key, { ...MINE, sku })))));
}

export function forgetSaved(place: CartPlace, sku: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.DELETE("/api/carts/{cart}/saved/{sku}", request(place, key, { ...MINE, sku })))));
}

export function moveToCart(place: CartPlace, sku: string): Promise<Cart> {
  return change(place, () =>
    repeatable((key) => unwrap(place.api.POST("/api/carts/{cart}/saved/{sku}/move-to-cart", request(place, key, { ...MINE, sku })))),
  );
}

export function wish(place: CartPlace, sku: string): Promise<Cart> {
  return change(place, async () => {
    const put = () => repeatable((key) => unwrap(place.api.PUT("/api/carts/{cart}/wishlist/{sku}", request(place, key, { ...MINE, sku }))));
    return inOwnCart(place, put, async () => {
      await begun(place, {});
      return put();
    });
  });
}

export function unwish(place: CartPlace, sku: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.DELETE("/api/carts/{cart}/wishlist/{sku}", request(place, key, { ...MINE, sku })))));
}

export function setNote(place: CartPlace, note: string): Promise<Cart> {
  const body = { note: note.trim() === "" ? null : note };
  return change(place, () => repeatable((key) => unwrap(place.api.PUT("/api/carts/{cart}/note", { ...request(place, key, MINE), body }))));
}

export function acceptPrices(place: CartPlace): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.POST("/api/carts/{cart}/accepted-prices", request(place, key, MINE)))));
}

export function enterCoupon(place: CartPlace, coupon: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.PUT("/api/carts/{cart}/coupons/{coupon}", request(place, key, { ...MINE, coupon })))));
}

export function removeCoupon(place: CartPlace, coupon: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.DELETE("/api/carts/{cart}/coupons/{coupon}", request(place, key, { ...MINE, coupon })))));
}

export function applyGiftCard(place: CartPlace, code: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.POST("/api/carts/{cart}/gift-cards", { ...request(place, key, MINE), body: { code } }))));
}

export function removeGiftCard(place: CartPlace, gift_card: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.DELETE("/api/carts/{cart}/gift-cards/{gift_card}", request(place, key, { ...MINE, gift_card })))));
}

export function setDestination(place: CartPlace, destination: Destination): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.PUT("/api/carts/{cart}/destination", { ...request(place, key, MINE), body: { destination } }))));
}

export function chooseDelivery(place: CartPlace, method: string): Promise<Cart> {
  return change(place, () => repeatable((key) => unwrap(place.api.PUT("/api/carts/{cart}/delivery", { ...request(place, key, MINE), body: { method } }))));
}

const queues = new WeakMap<QueryClient, Promise<unknown>>();

/**
 * Writes of a page go one after the other: their answers come in the order of the presses, and two first presses do not
 * make two carts.
 */
function change(place: CartPlace, make: () => Promise<Cart>): Promise<Cart> {
  const before = queues.get(place.queryClient) ?? Promise.resolve();
  const changed = before.catch(() => undefined).then(() => carryOut(place, make));
  queues.set(place.queryClient, changed);
  return changed;
}

async function carryOut(place: CartPlace, make: () => Promise<Cart>): Promise<Cart> {
  const { queryClient, market } = place;
  const { queryKey } = cartQuery(place);
  // What was asked before this write would be answered without it.
  await queryClient.cancelQueries({ queryKey });
  try {
    const cart = await make();
    noteCart(market, true);
    queryClient.setQueryData(queryKey, cart);
    tellTabs(queryClient, market);
    return cart;
  } catch (error) {
    if (isNoCart(error)) {
      noteCart(market, false);
      queryClient.setQueryData(queryKey, null);
    }
    // The write may have been made, and only its answer was lost: the cart as it is says so.
    else void queryClient.invalidateQueries({ queryKey });
    throw error;
  }
}

async function added(place: CartPlace, sku: string, quantity: number | undefined): Promise<Cart> {
  const post = () => repeatable((key) => unwrap(place.api.POST("/api/carts/{cart}/lines", { ...request(place, key, MINE), body: { sku, quantity } })));
  return inOwnCart(place, post, async () => {
    try {
      return await begun(place, { sku, quantity });
    } catch (error) {
      if (!isLost(error)) throw error;
      // A cart that is made has no name to be asked for twice. Without a line, the question makes nothing double: the
      // answer is the cart that was made, if the browser heard of it.
      const cart = await begun(place, {});
      return cart.lines.some((line) => line.sku === sku) ? cart : post();
    }
  });
}

/** In the cart that there is; where there is none, or none any more, `anew` makes one: in one tab at a time. */
async function inOwnCart(place: CartPlace, write: () => Promise<Cart>, anew: () => Promise<Cart>): Promise<Cart> {
  const { market } = place;
  if (knowsCart(market)) {
    try {
      return await write();
    } catch (error) {
      if (!isNoCart(error)) throw error;
      noteCart(market, false);
    }
  }
  return aloneAmongTabs(market, async () => {
    if (knowsCart(market)) return write();
    const cart = await anew();
    noteCart(market, true);
    return cart;
  });
}

function aloneAmongTabs<Made>(market: string, make: () => Promise<Made>): Promise<Made> {
  // Not there without https, nor in tests.
  const locks = navigator.locks as LockManager | undefined;
  return locks === undefined ? make() : locks.request(`ecom67.carts.${market}`, make);
}

async function begun({ api, locale }: CartPlace, body: { sku?: string; quantity?: number }): Promise<Cart> {
  const { cart } = await unwrap(api.POST("/api/carts", { params: { query: { locale } }, body, signal: AbortSignal.timeout(CART_PATIENCE_MS) }));
  return cart;
}

/** Sends a write, and once more under the same name where it was lost on the way: the shop makes it once. */
async function repeatable(send: (key: string) => Promise<Cart>): Promise<Cart> {
  const key = newKey();
  try {
    return await send(key);
  } catch (error) {
    if (!isLost(error)) throw error;
    return send(key);
  }
}

function isLost(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === BUSY_STATUS;
}

/** `crypto.randomUUID` is there on https only; a shop in somebody's own network may have none. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function request<Path>({ locale }: CartPlace, key: string, path: Path) {
  return { params: { path, query: { locale }, header: { "Idempotency-Key": key } }, signal: AbortSignal.timeout(CART_PATIENCE_MS) };
}
