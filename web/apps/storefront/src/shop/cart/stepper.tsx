import { Icon } from "@ecom67/ui/icon";
import { useState } from "react";
import { useShop } from "../shop";
import { above, allowed, below, type Limits } from "./limits";

type Props = { name: string; quantity: number; limits: Limits; describedBy?: string; onChange: (quantity: number) => void };

/** How many: by two buttons, or as a number that holds once the field is left. */
export function Stepper({ name, quantity, limits, describedBy, onChange }: Props) {
  const { t } = useShop();
  // `undefined` while nobody types.
  const [typed, setTyped] = useState<string>();
  const [fewer, more] = [below(quantity, limits), above(quantity, limits)];
  const step = (next: number | undefined) => {
    setTyped(undefined);
    if (next !== undefined) onChange(next);
  };
  const take = () => {
    if (typed === undefined) return;
    setTyped(undefined);
    const asked = Number(typed);
    const next = allowed(asked, limits);
    if (asked >= 1 && next !== quantity) onChange(next);
  };
  return (
    <div className="stepper" role="group" aria-label={t("cart-quantity-of", { name })} aria-describedby={describedBy}>
      <button type="button" className="stepper-button" aria-label={t("cart-fewer", { name })} aria-disabled={fewer === undefined} onClick={() => step(fewer)}>
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
      <button type="button" className="stepper-button" aria-label={t("cart-more", { name })} aria-disabled={more === undefined} onClick={() => step(more)}>
        <Icon name="plus" />
      </button>
    </div>
  );
}
