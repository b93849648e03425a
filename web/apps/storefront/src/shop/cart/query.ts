import { ApiError, unwrap, type Api } from "@ecom67/api-client";
import type { Cart } from "@ecom67/api-client/types";
import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useShop } from "../shop";
import { knowsCart, noteCart } from "./presence";

/** Longer than any answer of the shop takes that is worth waiting for. */
export const CART_PATIENCE_MS = 15_000;

/** Where a cart is, and what is needed to ask for it. */
export type CartPlace = { api: Api; queryClient: QueryClient; locale: string; market: string };

/** The cart of this browser in a market; `null` where it has none. */
export const cartQuery = ({ api, locale, market }: Omit<CartPlace, "queryClient">) =>
  queryOptions({
    queryKey: ["cart", market, locale] as const,
    queryFn: async ({ signal, client, queryKey }): Promise<Cart | null> => {
      if (!knowsCart(market)) return null;
      try {
        const cart = await unwrap(
          api.GET("/api/carts/{cart}", {
            params: { path: { cart: "mine" }, query: { locale } },
            signal: AbortSignal.any([signal, AbortSignal.timeout(CART_PATIENCE_MS)]),
          }),
        );
        // A write may have been answered meanwhile.
        const present = client.getQueryData<Cart | null>(queryKey);
        return present != null && present.id === cart.id && present.version > cart.version ? present : cart;
      } catch (error) {
        if (!isNoCart(error)) throw error;
        noteCart(market, false);
        return null;
      }
    },
    // Somebody who comes back from another tab, or another day, sees the cart as it is now.
    refetchOnWindowFocus: "always",
  });

export function useCartPlace(): CartPlace {
  const { locale, market } = useShop();
  const { api, queryClient } = useRouteContext({ from: "__root__" });
  return { api, queryClient, locale, market };
}

export function useCart() {
  return useQuery(cartQuery(useCartPlace()));
}

/** The cart has expired, or there never was one. */
export function isNoCart(error: unknown): boolean {
  return error instanceof ApiError && error.problem?.code === "cart_not_found";
}
