import { ApiError } from "@ecom67/api-client";
import type { Cart, QuoteGiftCard } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { Fold } from "@ecom67/ui/fold";
import { Icon } from "@ecom67/ui/icon";
import { useId, useRef, useState, type FormEvent } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { useGiftWords, withGiftWords } from "../../shop/gift-cards/words";
import { useShop } from "../../shop/shop";

/** The gift cards that pay, what comes of each, and a field for one more. */
function CartGiftCards({ cart }: { cart: Cart }) {
  const say = useGiftWords();
  const part = useRef<HTMLDivElement>(null);
  const cards = cart.quote?.gift_cards ?? [];
  return (
    <div className="cart-coupons" ref={part} tabIndex={-1}>
      {cards.length > 0 && (
        <ul aria-label={say("gift-list")}>
          {cards.map((card) => (
            <Applied key={card.id} card={card} onRemoved={() => part.current?.focus()} />
          ))}
        </ul>
      )}
      <Fold title={say("gift-title")} open={false}>
        <GiftCardForm />
      </Fold>
    </div>
  );
}

export const cartGiftCards = (tag: string) => withGiftWords(tag, CartGiftCards);

function Applied({ card: { id, hint, amount, balance, currency, detail }, onRemoved }: { card: QuoteGiftCard; onRemoved: () => void }) {
  const { money } = useShop();
  const say = useGiftWords();
  const { isWriting, problem, write } = useWriting();
  const remove = async () => {
    const isDone = await write((writes, place) => writes.removeGiftCard(place, id));
    if (isDone) onRemoved();
  };
  return (
    <li className={isWriting ? "cart-coupon is-waiting" : "cart-coupon"} aria-busy={isWriting || undefined}>
      <button type="button" className="chip" aria-label={say("gift-remove", { card: hint })} onClick={() => void remove()}>
        {say("gift-card", { card: hint })}
        <Icon name="close" />
      </button>
      <p className={amount > 0 ? "text-small text-quiet" : "text-small cart-coupon-waits"}>
        {detail} {balance > amount && say("gift-balance", { amount: money(balance, currency) })}
      </p>
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

function GiftCardForm() {
  const say = useGiftWords();
  const { isWriting, problem, write } = useWriting();
  const [typed, setTyped] = useState("");
  const [refused, setRefused] = useState<string>();
  const [told, setTold] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const enter = async () => {
    setRefused(typed.trim() === "" ? say("gift-empty") : undefined);
    setTold("");
    let isDone = false;
    if (typed.trim() !== "") {
      let detail = "";
      isDone = await write(async (writes, place) => {
        try {
          const cart = await writes.applyGiftCard(place, typed);
          detail = cart.quote?.gift_cards.at(-1)?.detail ?? "";
        } catch (error) {
          const word = error instanceof ApiError ? REFUSALS[error.problem?.code ?? ""] : undefined;
          if (word !== undefined) setRefused(say(word));
          throw error;
        }
      });
      setTold(detail);
    }
    // The code is money: what was used stays nowhere.
    if (isDone) setTyped("");
    else field.current?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter();
  };
  const shown = refused ?? problem;
  return (
    <form className="cart-coupon-form" onSubmit={submit} noValidate>
      <label htmlFor={id}>{say("gift-label")}</label>
      <div className="cart-coupon-entry">
        <input
          id={id}
          ref={field}
          className="field"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={60}
          value={typed}
          aria-invalid={shown !== undefined}
          aria-describedby={shown === undefined ? `${id}-hint` : `${id}-refused`}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" aria-busy={isWriting || undefined}>
          {say("gift-enter")}
        </Button>
      </div>
      {shown === undefined ? (
        <p id={`${id}-hint`} className="text-small text-quiet">
          {say("gift-hint")}
        </p>
      ) : (
        <p id={`${id}-refused`} className="cart-problem" role="alert">
          {shown}
        </p>
      )}
      <p className="sr-only" role="status">
        {told}
      </p>
    </form>
  );
}

const REFUSALS: Record<string, string> = {
  gift_card_code_invalid: "gift-refused-form",
  gift_card_code_mistyped: "gift-refused-slip",
  gift_card_unknown: "gift-refused-unknown",
  gift_card_expired: "gift-refused-expired",
  gift_card_blocked: "gift-refused-blocked",
  gift_card_empty: "gift-refused-spent",
  gift_card_other_currency: "gift-refused-currency",
  too_many_gift_cards: "gift-refused-full",
  too_many_gift_card_tries: "gift-refused-often",
};
