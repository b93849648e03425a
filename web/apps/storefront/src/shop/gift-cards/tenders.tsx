import type { PaidByGiftCards } from "./gift-card-sums";
import { perLanguage } from "./per-language";

// Comes with the first gift card, or with the field for one: most orders have none.
export const GiftCardSums = perLanguage<{ of: PaidByGiftCards }>((tag) => import("./gift-card-sums").then((module) => module.giftCardSums(tag)));

/** What gift cards pay of a sum, and what is left; nothing where they pay nothing. */
export function Tenders({ of }: { of: PaidByGiftCards }) {
  return of.totals.gift_cards > 0 && <GiftCardSums of={of} />;
}
