import type { Translate } from "../messages";
import { useShop } from "../shop";
import { useGiftWords, withGiftWords } from "./words";

/** What gift cards pay for, and how much each does. */
export type PaidByGiftCards = {
  currency: string;
  gift_cards: { hint: string; amount: number }[];
  totals: { gift_cards: number; due: number };
  /** That of an order. */
  state?: string;
};

type Props = { of: PaidByGiftCards; say: Translate };

/** What gift cards pay of a sum and, as long as that is to be paid, what is left, in the words of whoever shows it. */
export default function GiftCardSums({ of: { currency, gift_cards, totals, state = "pending_payment" }, say }: Props) {
  const { money } = useShop();
  return (
    <>
      <dl className="cart-sum-parts">
        {gift_cards
          .filter(({ amount }) => amount > 0)
          .map(({ hint, amount }, place) => (
            <div key={place} className="cart-sum-part is-reduced">
              <dt>{say("gift-card", { card: hint })}</dt>
              <dd>{money(-amount, currency)}</dd>
            </div>
          ))}
      </dl>
      {state === "pending_payment" && (
        <p className="cart-sum-total cart-sum-part" aria-live="polite" aria-atomic="true">
          <span>{say("gift-due")}</span> <strong>{money(totals.due, currency)}</strong>
        </p>
      )}
    </>
  );
}

function InOwnWords({ of }: Pick<Props, "of">) {
  return <GiftCardSums of={of} say={useGiftWords()} />;
}

/** The same with its own words, where there are no others. */
export const giftCardSums = (tag: string) => withGiftWords(tag, InOwnWords);
