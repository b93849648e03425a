import type { Cart, LegalLink } from "@ecom67/api-client/types";
import type { CartPlace } from "../../shop/cart/query";
import type { Shop } from "../../shop/shop";
import type { Mistakes } from "./check";
import { legalLinks, useLegalLinks } from "./legal-links";
import { fieldId } from "./text-field";
import { useWords } from "./words";

type Props = { cart: Cart; isGiven: boolean; mistake: string | undefined; onChange: (isGiven: boolean) => void };

/**
 * What is digital is had at once, and the right of withdrawal ends by that: both have to be agreed to, by an act of one's own
 * (Directive 2011/83/EU, article 16(m); § 356 (5) BGB). Nothing is asked where there is no such right to lose.
 */
export function DigitalConsent({ cart, isGiven, mistake, onChange }: Props) {
  const { say, tag } = useWords();
  if (!isWithdrawable(useLegalLinks())) return null;
  const id = fieldId("digital_consent");
  const names = cart.lines.filter(({ digital }) => digital).map(({ name }) => name);
  return (
    <div className="checkout-field">
      <label className="choice">
        <input
          id={id}
          type="checkbox"
          checked={isGiven}
          required
          aria-invalid={mistake !== undefined || undefined}
          aria-describedby={mistake === undefined ? undefined : `${id}-mistake`}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        {say("form-digital", { items: new Intl.ListFormat(tag).format(names) })}
      </label>
      {mistake !== undefined && (
        <p id={`${id}-mistake`} className="cart-problem">
          {mistake}
        </p>
      )}
    </div>
  );
}

/** What is wrong where something is digital and nothing was agreed to. */
export function consentMistakes(place: CartPlace, shop: Pick<Shop, "navigation">): Mistakes {
  return isWithdrawable(legalLinks(place, shop)) ? { digital_consent: "form-wrong-digital" } : {};
}

function isWithdrawable(links: LegalLink[]): boolean {
  return links.some(({ kind }) => kind === "withdrawal");
}
