import type { DeclineKind, PaymentConfig } from "@ecom67/api-client/types";
import { digitsOf, expiryOf, type Card } from "./card";
import type { Outcome } from "./outcome";

/** Longer than any answer takes that is worth waiting for. */
const PATIENCE_MS = 20_000;

/** Cards that the simulator knows, each for what it shows: the numbers of Stripe's own test cards. */
export const TEST_CARDS = [
  { word: "pay-test-good", number: "4242 4242 4242 4242" },
  { word: "pay-test-secure", number: "4000 0027 6000 3184" },
  { word: "pay-test-declined", number: "4000 0000 0000 0002" },
  { word: "pay-test-funds", number: "4000 0000 0000 9995" },
] as const;

export function testCard(number: string): Card {
  const year = String((new Date().getFullYear() + 2) % 100).padStart(2, "0");
  return { number, expiry: `12 / ${year}`, code: "123" };
}

/** What the simulator answers, as far as it is looked at. */
type Answer = {
  status?: string;
  next_action?: { redirect_to_url?: { url?: string } } | null;
  error?: { type?: string; code?: string; decline_code?: string };
};

/** Tries a card on a payment, as a browser does with nothing but the publishable key and the payment's own secret. */
export async function confirm(config: PaymentConfig, client_secret: string, card: Card, return_url: string): Promise<Outcome> {
  const [id = ""] = client_secret.split("_secret_");
  const { month, year } = expiryOf(card.expiry) ?? { month: 0, year: 0 };
  const body = new URLSearchParams({
    client_secret,
    return_url,
    "payment_method_data[type]": "card",
    "payment_method_data[card][number]": digitsOf(card.number),
    "payment_method_data[card][exp_month]": String(month),
    "payment_method_data[card][exp_year]": String(year),
    "payment_method_data[card][cvc]": card.code.trim(),
  });
  try {
    const response = await window.fetch(`${config.api}/v1/payment_intents/${encodeURIComponent(id)}/confirm`, {
      method: "POST",
      headers: { authorization: `Bearer ${config.publishable_key}` },
      body,
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return read(response.status, (await response.json()) as Answer);
  } catch {
    return { kind: "away" };
  }
}

function read(status: number, { next_action, error }: Answer): Outcome {
  const url = next_action?.redirect_to_url?.url;
  if (status === 200) return url === undefined ? { kind: "told" } : { kind: "redirect", url };
  if (error?.type === "card_error") return { kind: "declined", decline: declines[error.decline_code ?? error.code ?? ""] ?? "refused" };
  // It is paid, or void: another tab was faster.
  if (error?.code === "payment_intent_unexpected_state") return { kind: "told" };
  return { kind: "away" };
}

const declines: Record<string, DeclineKind> = {
  incorrect_number: "mistyped",
  invalid_expiry_month: "mistyped",
  invalid_expiry_year: "mistyped",
  invalid_cvc: "mistyped",
  incorrect_cvc: "mistyped",
  expired_card: "expired",
  insufficient_funds: "insufficient_funds",
  processing_error: "try_again",
};
