import { Icon } from "@ecom67/ui/icon";
import { useState } from "react";
import { useShop } from "../shop";

/** What the shop takes at once, where nothing else is known. */
export const QUANTITY_MAX = 999;

type Props = { name: string; quantity: number; quantity_max?: number; onChange: (quantity: number) => void };

/** How many: by two buttons, or as a number that holds once the field is left. */
export function Stepper({ name, quantity, quantity_max = QUANTITY_MAX, onChange }: Props) {
  const { t } = useShop();
  // `undefined` while nobody types.
  const [typed, setTyped] = useState<string>();
  const step = (difference: number) => {
    setTyped(undefined);
    const next = quantity + difference;
    if (next >= 1 && next <= quantity_max) onChange(next);
  };
  const take = () => {
    if (typed === undefined) return;
    setTyped(undefined);
    const next = Math.min(Number(typed), quantity_max);
    if (next >= 1 && next !== quantity) onChange(next);
  };
  return (
    <div className="stepper" role="group" aria-label={t("cart-quantity-of", { name })}>
      <button type="button" className="stepper-button" aria-label={t("cart-fewer", { name })} aria-disabled={quantity <= 1} onClick={() => step(-1)}>
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
      <button type="button" className="stepper-button" aria-label={t("cart-more", { name })} aria-disabled={quantity >= quantity_max} onClick={() => step(1)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
