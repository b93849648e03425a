import type { PaymentConfig } from "@ecom67/api-client/types";
import { useEffect, useRef, useState, type RefObject } from "react";
import { useWords } from "../words";
import type { Outcome } from "./outcome";

/** Stripe wants its script from its own address, and from nowhere else. It is asked for where Stripe charges cards. */
const SCRIPT = "https://js.stripe.com/v3/";

/** As much of Stripe's script as is used. */
type StripeError = { type: string; code?: string; decline_code?: string };
type StripeElement = { mount: (place: HTMLElement) => void; destroy: () => void };
type StripeElements = {
  create: (kind: "payment") => StripeElement;
  submit: () => Promise<{ error?: StripeError }>;
  update: (options: { amount: number }) => void;
};
type ConfirmOptions = { elements: StripeElements; clientSecret: string; confirmParams: { return_url: string }; redirect: "if_required" };
type Stripe = {
  elements: (options: { mode: "payment"; amount: number; currency: string; captureMethod: "manual"; locale: string }) => StripeElements;
  confirmPayment: (options: ConfirmOptions) => Promise<{ error?: StripeError }>;
};
type StripeWindow = Window & { Stripe?: (publishable_key: string) => Stripe };

/** Stripe's fields, as far as the button has to do with them. */
export type StripeFieldsHandle = {
  /** Whether all that Stripe asks for is filled in; it tells of what is not at its own fields. */
  isComplete: () => Promise<boolean>;
  confirm: (client_secret: string, return_url: string) => Promise<Outcome>;
};

type Props = { config: PaymentConfig; amount: number; currency: string; handle: RefObject<StripeFieldsHandle | null> };

/**
 * Whether the document's policy lets Stripe in: the server says so in those that do. A policy comes with its document and stays
 * while the address changes, so whoever came from another page, or from one of the worker's, has the page loaded anew, once.
 */
function isStripeLetIn(): boolean {
  if (document.querySelector('meta[name="paid-on"]') !== null) return true;
  const [opened] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  // The document keeps how it was opened: another page may have been reloaded, which is no answer of this one.
  const is_this_one = opened !== undefined && new URL(opened.name, location.href).pathname === location.pathname;
  if (is_this_one && opened.type === "reload") throw new Error("The page does not let Stripe in.");
  location.reload();
  return false;
}

/** Stripe's own Payment Element: what is typed into it never comes to the shop. */
export function StripeFields({ config, amount, currency, handle }: Props) {
  const { say, tag } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const elements = useRef<StripeElements>(undefined);
  const [isAway, setIsAway] = useState(false);
  const { publishable_key } = config;
  useEffect(() => {
    let element: StripeElement | undefined;
    let isLeft = false;
    const begin = async () => {
      if (!isStripeLetIn()) return;
      const stripe = await loadStripe(publishable_key);
      if (isLeft || place.current === null) return;
      const made = stripe.elements({ mode: "payment", amount, currency: currency.toLowerCase(), captureMethod: "manual", locale: new Intl.Locale(tag).language });
      elements.current = made;
      element = made.create("payment");
      element.mount(place.current);
      handle.current = {
        isComplete: async () => (await made.submit()).error === undefined,
        confirm: async (clientSecret, return_url) => {
          const { error } = await stripe.confirmPayment({ elements: made, clientSecret, confirmParams: { return_url }, redirect: "if_required" });
          return error === undefined ? { kind: "told" } : outcomeOf(error);
        },
      };
    };
    begin().catch(() => setIsAway(true));
    return () => {
      isLeft = true;
      handle.current = null;
      element?.destroy();
    };
    // The amount is told to the elements that are there, below: made anew they would lose what was typed.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [publishable_key, currency, tag, handle]);
  useEffect(() => elements.current?.update({ amount }), [amount]);
  return (
    <>
      <div ref={place} />
      {isAway && <p role="alert">{say("pay-away-form")}</p>}
    </>
  );
}

function outcomeOf({ type, code }: StripeError): Outcome {
  // What exactly was declined the shop is told by Stripe.
  if (type === "card_error") return { kind: "declined", decline: "refused" };
  if (code === "payment_intent_unexpected_state" || code === "payment_intent_authentication_failure") return { kind: "told" };
  return { kind: "away" };
}

let loading: Promise<Stripe> | undefined;

function loadStripe(publishable_key: string): Promise<Stripe> {
  loading ??= new Promise<Stripe>((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: SCRIPT, async: true });
    script.addEventListener("load", () => {
      const { Stripe: start } = window as StripeWindow;
      if (start === undefined) reject(new Error("Stripe's script did not start."));
      else resolve(start(publishable_key));
    });
    script.addEventListener("error", () => reject(new Error("Stripe's script did not come.")));
    document.head.append(script);
  }).catch((error: unknown) => {
    // Another visit may try again.
    loading = undefined;
    throw error;
  });
  return loading;
}
