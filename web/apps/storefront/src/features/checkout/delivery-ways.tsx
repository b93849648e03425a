import type { Quote } from "@ecom67/api-client/types";
import { useState } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { daysOf } from "./delivery-days";
import { fieldId } from "./text-field";
import { useWords } from "./words";

type Props = { quote: Quote; mistake: string | undefined; onChosen: () => void };

/** The ways there are to the address, with what they cost and when the goods come: a press chooses one at once. */
export function DeliveryWays({ quote, mistake, onChosen }: Props) {
  const words = useWords();
  const { t } = words;
  const { isWriting, problem, write } = useWriting();
  // Chosen at once, and again as it was where the shop refuses.
  const [wanted, setWanted] = useState<string>();
  const choose = async (method: string) => {
    if (isWriting) return;
    setWanted(method);
    const isDone = await write((writes, place) => writes.chooseDelivery(place, method));
    setWanted(undefined);
    if (isDone) onChosen();
  };
  const told = problem ?? mistake;
  const id = fieldId("delivery");
  if (quote.delivery.length === 0) return <p className="cart-notice">{t("cart-delivery-none")}</p>;
  return (
    <fieldset id={id} tabIndex={-1} className="cart-ways" aria-busy={isWriting || undefined} aria-describedby={told === undefined ? undefined : `${id}-mistake`}>
      <legend className="sr-only">{t("cart-delivery-ways")}</legend>
      {quote.delivery.map((way) => (
        <label key={way.method} className="choice checkout-way">
          <input
            type="radio"
            name="delivery"
            checked={wanted === undefined ? way.chosen : wanted === way.method}
            onChange={() => void choose(way.method)}
          />
          <span className="cart-way-text">
            {way.name}
            <span className="cart-sum-note">{daysOf(way, words)}</span>
          </span>
          <span className="cart-way-price">{way.price === 0 ? t("cart-sum-free") : words.money(way.price, quote.currency)}</span>
        </label>
      ))}
      {told !== undefined && (
        <p id={`${id}-mistake`} className="cart-problem" role={problem === undefined ? undefined : "alert"}>
          {told}
        </p>
      )}
    </fieldset>
  );
}
