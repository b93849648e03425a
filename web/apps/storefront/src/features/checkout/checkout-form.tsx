import type { Cart, Order, Quote } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { lazy, Suspense, useEffect, useRef, useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { cartQuery, useCartPlace } from "../../shop/cart/query";
import { addressFormat } from "./address-format";
import { AddressFields } from "./address-fields";
import { checkAll, checkDraft, toldMistake, type AddressPart, type Mistakes } from "./check";
import type { Notice } from "./checkout-notice";
import { keep, newDraft, readKept, type AddressDraft, type Draft } from "./draft";
import { isPaid } from "./orders";
import { checkCard } from "./payment/card";
import type { Payment } from "./payment/use-payment";
import type { Placed } from "./place-order";
import { BeforeButton } from "./summary";
import { fieldId, TextField } from "./text-field";
import { useWords } from "./words";

// What tells what is wrong comes with the first thing that is.
const CheckoutNotice = lazy(() => import("./checkout-notice").then((module) => ({ default: module.CheckoutNotice })));
const MistakeSummary = lazy(() => import("./checkout-notice").then((module) => ({ default: module.MistakeSummary })));

// What is downloaded is not sent: then nobody is asked how.
const DeliveryWays = lazy(() => import("./delivery-ways").then((module) => ({ default: module.DeliveryWays })));

// And most of what is sold is no download.
const DigitalConsent = lazy(() => import("./digital-consent").then((module) => ({ default: module.DigitalConsent })));

// At the end of the form, and of the provider's making: it comes after the fields above it.
const LegalNote = lazy(() => import("./legal-note"));
const PaymentFields = lazy(() => import("./payment/payment-fields").then((module) => ({ default: module.PaymentFields })));

type Props = {
  cart: Cart;
  quote: Quote;
  payment: Payment;
  onPaid: (order: Order) => void;
  /** The order stands, and is not paid. */
  onPending: (order: Order) => void;
};

/** All that has to be told to order what is in the cart, on one page. */
export function CheckoutForm({ cart, quote, payment, onPaid, onPending }: Props) {
  const words = useWords();
  const { t, say, locale, market, markets } = words;
  const place = useCartPlace();
  const [draft, setDraft] = useState(() => readKept(market).draft ?? newDraft(begunWith(cart, markets.locales.find((other) => other.locale === locale)?.country ?? "")));
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [hasSummary, setHasSummary] = useState(false);
  const [notice, setNotice] = useState<Notice>();
  const [isSending, setIsSending] = useState(false);
  const [hasDigitalConsent, setHasDigitalConsent] = useState(false);
  const isBusy = useRef(false);
  const { due } = quote.totals;
  const hasDigital = cart.lines.some(({ digital }) => digital);
  const isSimulated = payment.config?.provider === "simulator";

  // Back from the bank by the browser's own button, the page is as it was left: in the middle of sending.
  useEffect(() => {
    const resume = ({ persisted }: PageTransitionEvent) => {
      const { order } = readKept(market);
      if (persisted && order !== undefined) window.location.reload();
    };
    window.addEventListener("pageshow", resume);
    return () => window.removeEventListener("pageshow", resume);
  }, [market]);

  const countries = markets.markets.find(({ code }) => code === market)?.countries ?? [];
  const allCountries = [...new Set([...countries, ...markets.markets.flatMap((other) => other.countries)])];

  const change = (next: Draft, name: string) => {
    setDraft(next);
    keep(market, { draft: next });
    forget(name);
  };
  const forget = (name: string) => setMistakes(({ [name]: _gone, ...rest }) => rest);
  const changeAddress = (part: AddressPart, field: keyof AddressDraft, value: string) => {
    const next = { ...draft, [part]: { ...draft[part], [field]: value } };
    change(next, `${part}.${field}`);
    if (field === "country") {
      forget(`${part}.postal_code`);
      if (part === "delivery_address") void follow(next.delivery_address);
    }
  };
  /** What was typed is looked at once it is left; what is still empty may come later. */
  const leave = (name: string, value: string) => {
    const found = name.startsWith("card.") ? checkCard(payment.card)[name] : checkDraft(draft)[name];
    if (found !== undefined && value.trim() !== "") setMistakes((others) => ({ ...others, [name]: found }));
  };
  const leaveAddress = (part: AddressPart, field: keyof AddressDraft) => {
    leave(`${part}.${field}`, draft[part][field]);
    if (part === "delivery_address" && (field === "postal_code" || field === "region")) void follow(draft.delivery_address);
  };
  /** Prices, taxes and ways of delivery follow the address as soon as it tells enough. */
  const follow = async (address: AddressDraft): Promise<boolean> => {
    const wrong = checkDraft({ ...draft, delivery_address: address });
    const isOpen = wrong["delivery_address.postal_code"] !== undefined && address.postal_code.trim() !== "";
    if (isOpen || (addressFormat(address.country).has_region && wrong["delivery_address.region"] !== undefined)) return true;
    const { followAddress } = await import("./destination");
    const refused = await followAddress(place, cart.destination, address);
    if (refused === undefined) return true;
    if (refused.field !== undefined) show(toldMistake(`delivery_address.${refused.field}`, refused.code));
    else setNotice({ kind: "refused", code: refused.code });
    return false;
  };

  const show = (found: Mistakes) => {
    flushSync(() => {
      setMistakes(found);
      setHasSummary(true);
    });
    const [first] = Object.keys(found);
    if (first !== undefined) document.getElementById(fieldId(first))?.focus();
  };
  const order = async (): Promise<"over" | "open"> => {
    const found = checkAll(draft, isSimulated && due > 0 ? payment.card : undefined, isDeliveryKnown(quote));
    if (hasDigital && !hasDigitalConsent) Object.assign(found, (await import("./digital-consent")).consentMistakes(place, words));
    if (Object.keys(found).length > 0) {
      show(found);
      return "open";
    }
    setHasSummary(false);
    const { changesOf, placeOrder } = await import("./place-order");
    if ((due > 0 && !(await payment.isComplete())) || !(await follow(draft.delivery_address))) return "open";
    // What the shopper has seen is what they pay: whatever the address has changed is shown first.
    const now = place.queryClient.getQueryData(cartQuery(place).queryKey) ?? cart;
    if (now.quote == null || now.quote.totals.total !== quote.totals.total || now.quote.totals.due !== due || !isDeliveryKnown(now.quote)) {
      setNotice({ kind: "changed", changes: changesOf(quote, now, words) });
      return "open";
    }
    const placed = await placeOrder(place, { quote_id: now.quote.id, draft, hasDigitalConsent }, words);
    if (placed.kind === "changed") setNotice({ kind: "changed", changes: changesOf(quote, placed.cart, words) });
    else if (await isTaken(placed)) return "over";
    return "open";
  };
  /** Whether the page is left for the order, or for the bank. */
  const isTaken = async (placed: Exclude<Placed, { kind: "changed" }>): Promise<boolean> => {
    if (placed.kind === "mistakes") show(placed.mistakes);
    else if (placed.kind !== "order") {
      setNotice(placed);
      // Something in the cart is not as it was shown.
      void place.queryClient.invalidateQueries({ queryKey: cartQuery(place).queryKey });
    } else {
      const after = await payment.pay(placed.order);
      // Without an answer the browser is on its way to the bank.
      if (after !== undefined && isPaid(after)) onPaid(after);
      if (after === undefined || isPaid(after)) return true;
      onPending(after);
    }
    return false;
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // A second click, or Enter beside it, is the same press.
    if (isBusy.current) return;
    isBusy.current = true;
    setIsSending(true);
    setNotice(undefined);
    let became: "over" | "open" = "open";
    try {
      became = await order();
    } catch {
      setNotice({ kind: "refused", code: undefined });
    }
    // Until the next page is there, the button stays as it is.
    if (became === "over") return;
    isBusy.current = false;
    setIsSending(false);
  };

  const mistakeOf = (name: string) => (mistakes[name] === undefined ? undefined : say(mistakes[name]));
  const textField = (name: "email" | "phone") => ({
    name,
    value: draft[name],
    mistake: mistakeOf(name),
    onChange: (value: string) => change({ ...draft, [name]: value }, name),
    onLeave: () => leave(name, draft[name]),
  });
  return (
    <form className="checkout-form" onSubmit={(event) => void submit(event)} noValidate aria-busy={isSending || undefined}>
      <Suspense>{hasSummary && <MistakeSummary mistakes={mistakes} draft={draft} />}</Suspense>
      <section aria-labelledby="checkout-contact">
        <h2 id="checkout-contact" className="text-title">
          {say("form-contact")}
        </h2>
        <TextField {...textField("email")} label={say("form-email")} type="email" inputMode="email" autoComplete="email" maxLength={254} hint={say("form-email-hint")} />
        <TextField {...textField("phone")} label={say("form-phone")} type="tel" inputMode="tel" autoComplete="tel" maxLength={30} isOptional />
      </section>
      <section aria-labelledby="checkout-address">
        <h2 id="checkout-address" className="text-title">
          {say(quote.delivery_needed ? "form-address" : "form-address-alone")}
        </h2>
        <AddressFields
          part="delivery_address"
          address={draft.delivery_address}
          countries={countries}
          mistakes={mistakes}
          onChange={(field, value) => changeAddress("delivery_address", field, value)}
          onLeave={(field) => leaveAddress("delivery_address", field)}
        />
        <label className="choice">
          <input type="checkbox" checked={draft.has_billing} onChange={(event) => change({ ...draft, has_billing: event.currentTarget.checked }, "has_billing")} />
          {say("form-billing-other")}
        </label>
        {draft.has_billing && (
          <fieldset className="checkout-billing">
            <legend className="text-title">{say("form-billing")}</legend>
            <AddressFields
              part="billing_address"
              address={draft.billing_address}
              countries={allCountries}
              mistakes={mistakes}
              onChange={(field, value) => changeAddress("billing_address", field, value)}
              onLeave={(field) => leaveAddress("billing_address", field)}
            />
          </fieldset>
        )}
      </section>
      {quote.delivery_needed && (
        <section aria-labelledby="checkout-delivery-title">
          <h2 id="checkout-delivery-title" className="text-title">
            {t("cart-delivery-title")}
          </h2>
          <Suspense fallback={<p>{t("loading")}</p>}>
            <DeliveryWays quote={quote} mistake={mistakeOf("delivery")} onChosen={() => forget("delivery")} />
          </Suspense>
        </section>
      )}
      <section aria-labelledby="checkout-payment">
        <h2 id="checkout-payment" className="text-title">
          {say("form-payment")}
        </h2>
        <Suspense fallback={<p>{t("loading")}</p>}>
          <PaymentFields
            payment={payment}
            amount={due}
            currency={quote.currency}
            mistakes={mistakes}
            onChange={forget}
            onLeave={(name) => leave(name, payment.card[name.slice("card.".length) as keyof typeof payment.card])}
          />
        </Suspense>
      </section>
      {hasDigital && (
        <Suspense>
          <DigitalConsent
            cart={cart}
            isGiven={hasDigitalConsent}
            mistake={mistakeOf("digital_consent")}
            onChange={(isGiven) => {
              setHasDigitalConsent(isGiven);
              forget("digital_consent");
            }}
          />
        </Suspense>
      )}
      <BeforeButton cart={cart} quote={quote} />
      <Suspense>{notice !== undefined && <CheckoutNotice notice={notice} cart={cart} onMended={() => setNotice(undefined)} />}</Suspense>
      <Button type="submit" kind="action" className="checkout-pay" aria-disabled={isSending || undefined}>
        {say(isSending ? "form-sending" : "form-buy")}
      </Button>
      <Suspense>
        <LegalNote />
      </Suspense>
      <p role="status" className="sr-only">
        {isSending ? say("form-sending") : ""}
      </p>
    </form>
  );
}

/** Whether it was told how the order is to come, if anything of it does. */
function isDeliveryKnown({ delivery_needed, delivery }: Quote): boolean {
  return !delivery_needed || delivery.some((way) => way.chosen);
}

/** Where the cart is to go, as far as it was told there. */
function begunWith({ destination }: Cart, country: string): Pick<AddressDraft, "country"> & Partial<AddressDraft> {
  if (destination == null) return { country };
  return { country: destination.country, postal_code: destination.postal_code ?? "", region: destination.region ?? "" };
}
