import { ApiError, unwrap, type Api } from "@ecom67/api-client";
import type { Order } from "@ecom67/api-client/types";
import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { cartQuery, CART_PATIENCE_MS, type CartPlace } from "../../shop/cart/query";
import { tellTabs } from "../../shop/cart/tabs";
import { forgetKept, keep, readKept } from "./draft";

export type OrderPlace = { api: Api; queryClient: QueryClient; locale: string };

/** How soon an order that is not final is asked for again; each time it takes longer. */
const PAUSE_MS = 1500;
const PAUSE_MS_MAX = 30_000;
const PAUSE_GROWTH = 1.5;
/** An order that is not final after so many questions is asked for when somebody comes back to it. */
const QUESTIONS_MAX = 120;

export const request = (locale: string, order: string) => ({
  params: { path: { order }, query: { locale } },
  signal: AbortSignal.timeout(CART_PATIENCE_MS),
});

/** An order as it is now. One that is not paid for comes with its payment, of which the provider has been asked. */
export const orderQuery = ({ api, locale }: Pick<OrderPlace, "api" | "locale">, id: string) =>
  queryOptions({
    queryKey: ["order", id, locale] as const,
    queryFn: async (): Promise<Order> => {
      const order = await unwrap(api.GET("/api/orders/{order}", request(locale, id)));
      return order.state === "pending_payment" ? unwrap(api.POST("/api/orders/{order}/payment", request(locale, id))) : order;
    },
    refetchInterval: ({ state: { data, dataUpdateCount, status } }) => {
      if (status === "error" || (data !== undefined && isFinal(data)) || dataUpdateCount > QUESTIONS_MAX) return false;
      const pause = Math.min(PAUSE_MS * PAUSE_GROWTH ** dataUpdateCount, PAUSE_MS_MAX);
      // Not all tabs at the same moment.
      return pause * (0.8 + 0.4 * Math.random());
    },
    refetchOnWindowFocus: "always",
  });

/** Nothing becomes of such an order by itself any more. */
export function isFinal({ state }: Order): boolean {
  return state === "paid" || state === "cancelled";
}

/** It is paid, as far as a shopper is concerned: what is set aside is captured without them. */
export function isPaid({ state }: Order): boolean {
  return state === "paid" || state === "capturing";
}

/** Asks the provider how the payment stands. */
export function settle(place: OrderPlace, id: string): Promise<Order> {
  return changed(place, unwrap(place.api.POST("/api/orders/{order}/payment", request(place.locale, id))));
}

export function extendHold(place: OrderPlace, id: string): Promise<Order> {
  return changed(place, unwrap(place.api.POST("/api/orders/{order}/hold-extension", request(place.locale, id))));
}

/** Takes the order back: its cart is open again, and the next attempt to order is another one. */
export async function cancelOrder(place: CartPlace, id: string): Promise<Order> {
  const order = await changed(place, unwrap(place.api.POST("/api/orders/{order}/cancellation", request(place.locale, id))));
  if (order.state === "cancelled") letGo(place, id);
  return order;
}

/** The order is none to be paid any more; what was typed stays for the next. */
export function letGo({ queryClient, market }: CartPlace, id: string): void {
  if (readKept(market).order === id) keep(market, { order: undefined, attempt: undefined });
  void queryClient.invalidateQueries({ queryKey: ["cart", market] });
}

/** The order is paid: its cart is empty, and what was typed is not needed any more. */
export function finish({ queryClient, market, ...place }: CartPlace, id: string): void {
  const { order } = readKept(market);
  if (order === undefined || order === id) forgetKept();
  void queryClient.invalidateQueries({ queryKey: cartQuery({ ...place, market }).queryKey });
  tellTabs(queryClient, market);
}

export function noteOrder({ queryClient, api, locale }: OrderPlace, order: Order): void {
  queryClient.setQueryData(orderQuery({ api, locale }, order.id).queryKey, order);
}

async function changed(place: OrderPlace, changing: Promise<Order>): Promise<Order> {
  const order = await changing;
  noteOrder(place, order);
  return order;
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof ApiError ? error.problem?.code : undefined;
}
