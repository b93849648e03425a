import { useShop } from "../shop";
import { useGiftWords, withGiftWords } from "./words";

/** What gift cards pay for, and how much each does. */
export type PaidByGiftCards = { currency: string; gift_cards: { hint: string; amount: number }[]; totals: { due: number } };

/** What gift cards pay of a sum, and what is left. */
function GiftCardSums({ of: { currency, gift_cards, totals } }: { of: PaidByGiftCards }) {
  const { money } = useShop();
  const say = useGiftWords();
  return (
    <>
      <dl className="cart-sum-parts">
        {gift_cards
          .filter(({ amount }) => amount > 0)
          .map(({ hint, amount }) => (
            <div key={hint} className="cart-sum-part is-reduced">
              <dt>{say("gift-card", { card: hint })}</dt>
              <dd>{money(-amount, currency)}</dd>
            </div>
          ))}
      </dl>
      <p className="cart-sum-total cart-sum-part" aria-live="polite" aria-atomic="true">
        <span>{say("gift-due")}</span> <strong>{money(totals.due, currency)}</strong>
      </p>
    </>
  );
}

export const giftCardSums = (tag: string) => withGiftWords(tag, GiftCardSums);
