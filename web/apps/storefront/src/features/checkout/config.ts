import { unwrap } from "@ecom67/api-client";
import { queryOptions } from "@tanstack/react-query";
import type { CartPlace } from "../../shop/cart/query";

/** What differs between shops: who charges cards, and whether a demo keeps its mails. It stays as it is while the shop runs. */
export const configQuery = (place: CartPlace) =>
  queryOptions({
    queryKey: ["config"],
    queryFn: () => unwrap(place.api.GET("/config.json")),
    staleTime: Number.POSITIVE_INFINITY,
  });
