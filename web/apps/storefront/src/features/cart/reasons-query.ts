import { unwrap } from "@ecom67/api-client";
import type { Cart, QuoteReason } from "@ecom67/api-client/types";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { CART_PATIENCE_MS, cartQuery, isNoCart, type CartPlace } from "../../shop/cart/query";

/** The rules behind the amounts of this very cart: another version of it has others. */
export const reasonsQuery = (place: CartPlace, { id, version, quote }: Cart) =>
  queryOptions({
    queryKey: ["cart-reasons", place.market, place.locale, id, version, quote?.id ?? null] as const,
    queryFn: async ({ signal, client }): Promise<QuoteReason[]> => {
      const { api, locale } = place;
      const seeCartAnew = () => client.invalidateQueries({ queryKey: cartQuery(place).queryKey });
      try {
        const answer = await unwrap(
          api.GET("/api/carts/{cart}/quote", {
            params: { path: { cart: "mine" }, query: { locale, explain: true } },
            signal: AbortSignal.any([signal, AbortSignal.timeout(CART_PATIENCE_MS)]),
          }),
        );
        if (answer.id === quote?.id) return answer.explanation ?? [];
      } catch (error) {
        if (isNoCart(error)) void seeCartAnew();
        throw error;
      }
      // The cart has changed meanwhile: these reasons are of amounts that nobody sees yet.
      await seeCartAnew();
      throw new Error("The reasons are of another quote than the cart's.");
    },
    // While the cart changes, the reasons stay until the next are here.
    placeholderData: keepPreviousData,
    enabled: quote != null,
  });
