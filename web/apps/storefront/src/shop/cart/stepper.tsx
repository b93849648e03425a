import { Icon } from "@ecom67/ui/icon";
import { useState } from "react";
import { useShop } from "../shop";
import { above, allowed, below, refusedInWords, type Limits } from "./limits";

type Props = { name: string; quantity: number; limits: Limits; describedBy?: string; onChange: (quantity: number) => void };

/** How many: by two buttons, or as a number that holds once the field is left. */
export function Stepper({ name, quantity, limits, describedBy, onChange }: Props) {
  const shop = useShop();
  const { t, number } = shop;
  // `undefined` while nobody types.
  const [typed, setTyped] = useState<string>();
  // Told to who does not see that nothing has changed, or another number than was typed; as long as it is about this number.
  const [refused, setRefused] = useState({ words: "", quantity, times: 0 });
  const [fewer, more] = [below(quantity, limits), above(quantity, limits)];
  const tell = (words: string, about: number) => setRefused(({ times }) => ({ words, quantity: about, times: times + 1 }));
  const step = (next: number | undefined, beyond: number) => {
    setTyped(undefined);
    tell(next === undefined ? refusedInWords(beyond, limits, shop) : "", quantity);
    if (next !== undefined) onChange(next);
  };
  const take = () => {
    if (typed === undefined) return;
    setTyped(undefined);
    const asked = Number(typed);
    if (asked < 1) return;
    const next = allowed(asked, limits);
    tell(refusedInWords(asked, limits, shop), next);
    if (next !== quantity) onChange(next);
  };
  const { quantity_step } = limits;
  const label = (next: number | undefined, one: string, several: string) => {
    const by = next === undefined ? quantity_step : Math.abs(next - quantity);
    return by === 1 ? t(one, { name }) : t(several, { count: number(by), name });
  };
  return (
    <div className="stepper" role="group" aria-label={t("cart-quantity-of", { name })} aria-describedby={describedBy}>
      <button
        type="button"
        className="stepper-button"
        aria-label={label(fewer, "cart-fewer", "cart-fewer-by")}
        aria-disabled={fewer === undefined}
        onClick={() => step(fewer, quantity - quantity_step)}
      >
        <Icon name="minus" />
      </button>
      <input
        className="stepper-field"
        inputMode="numeric"
        autoComplete="off"
        maxLength={3}
        aria-label={t("cart-quantity-of", { name })}
        value={typed ?? String(quantity)}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.currentTarget.value.replaceAll(/\D/g, ""))}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
        }}
      />
      <button
        type="button"
        className="stepper-button"
        aria-label={label(more, "cart-more", "cart-more-by")}
        aria-disabled={more === undefined}
        onClick={() => step(more, quantity + quantity_step)}
      >
        <Icon name="plus" />
      </button>
      <p className="sr-only" role="status">
        {/* Another element each time: the same words again are told again. */}
        {refused.words !== "" && refused.quantity === quantity && <span key={refused.times}>{refused.words}</span>}
      </p>
    </div>
  );
}
