import { lazy, Suspense } from "react";
import type { Mistakes } from "../check";
import { TextField } from "../text-field";
import { useWords } from "../words";
import { groupedExpiry, groupedNumber, type Card } from "./card";
import { TEST_CARDS, testCard } from "./simulator";
import type { Payment } from "./use-payment";

const StripeFields = lazy(() => import("./stripe").then((module) => ({ default: module.StripeFields })));

type Props = { payment: Payment; amount: number; currency: string; mistakes: Mistakes; onChange: (name: string) => void; onLeave: (name: string) => void };

/** How the order is paid: with a card for the simulator, in Stripe's own fields, or with nothing where nothing is left to pay. */
export function PaymentFields({ payment, amount, currency, ...rest }: Props) {
  const { t, say } = useWords();
  const { config, isConfigAway, card, setCard, stripe } = payment;
  if (amount === 0) return <p>{say("form-nothing-due")}</p>;
  if (isConfigAway) return <p role="alert">{say("pay-away-form")}</p>;
  if (config === undefined) return <p>{t("loading")}</p>;
  if (config.provider === "simulator") return <CardFields card={card} onCard={setCard} {...rest} />;
  return (
    <Suspense fallback={<p>{t("loading")}</p>}>
      <StripeFields config={config} amount={amount} currency={currency} handle={stripe} />
    </Suspense>
  );
}

type CardProps = { card: Card; onCard: (card: Card) => void; mistakes: Mistakes; onChange: (name: string) => void; onLeave: (name: string) => void };

/**
 * Looks like a card form and is none: nothing is charged. Browsers are asked not to fill in a card of theirs, which has
 * no business here.
 */
function CardFields({ card, onCard, mistakes, onChange, onLeave }: CardProps) {
  const { say } = useWords();
  const field = (name: keyof Card) => {
    const path = `card.${name}`;
    const mistake = mistakes[path];
    return { name: path, value: card[name], autoComplete: "off", inputMode: "numeric" as const, mistake: mistake && say(mistake), onLeave: () => onLeave(path) };
  };
  const type = (name: keyof Card, value: string) => {
    onCard({ ...card, [name]: value });
    onChange(`card.${name}`);
  };
  const take = (number: string) => {
    onCard(testCard(number));
    for (const name of ["number", "expiry", "code"]) onChange(`card.${name}`);
  };
  return (
    <div className="checkout-card">
      <div className="checkout-demo">
        <p>
          <strong>{say("pay-demo-title")}</strong> {say("pay-demo-text")}
        </p>
        <ul aria-label={say("pay-test-cards")}>
          {TEST_CARDS.map(({ word, number }) => (
            <li key={number}>
              <button type="button" className="chip" aria-pressed={card.number === number} onClick={() => take(number)}>
                {say(word)}
              </button>
            </li>
          ))}
        </ul>
      </div>
      <TextField {...field("number")} label={say("pay-number")} onChange={(value) => type("number", groupedNumber(value))} />
      <div className="checkout-card-rest">
        <TextField {...field("expiry")} label={say("pay-expiry")} hint={say("pay-expiry-hint")} onChange={(value) => type("expiry", groupedExpiry(value, card.expiry))} />
        <TextField {...field("code")} label={say("pay-code")} hint={say("pay-code-hint")} maxLength={4} onChange={(value) => type("code", value.replaceAll(/\D/g, ""))} />
      </div>
    </div>
  );
}
