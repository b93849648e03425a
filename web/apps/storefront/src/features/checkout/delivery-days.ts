import type { QuoteDelivery } from "@ecom67/api-client/types";
import { dateRange } from "../../shop/date-range";
import type { Words } from "./words";

/** When the goods come that way, or can be fetched; `undefined` where nobody knows. */
export function daysOf({ earliest, latest, is_pick_up }: Pick<QuoteDelivery, "earliest" | "latest" | "is_pick_up">, { t, tag }: Pick<Words, "t" | "tag">): string | undefined {
  const dates = dateRange(earliest, latest, tag);
  return dates === undefined ? undefined : t(is_pick_up ? "cart-delivery-ready" : "cart-delivery-comes", { dates });
}
