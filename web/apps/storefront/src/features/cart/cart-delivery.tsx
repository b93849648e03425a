import type { Cart, Destination, Quote, QuoteDelivery } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { Icon } from "@ecom67/ui/icon";
import { useId, useState, type FormEvent } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { countryName, useShop } from "../../shop/shop";
import { dateRange } from "../../shop/date-range";

/** Where taxes differ by region, so that a country alone tells too little. */
const COUNTRY_WITH_REGIONS = "US";

/** How the goods come, when, and for how much: each way can be chosen. */
export function CartDelivery({ cart }: { cart: Cart }) {
  const { t, locale, markets } = useShop();
  const { quote, destination } = cart;
  const own = markets.locales.find((other) => other.locale === locale)?.country ?? "";
  const country = destination?.country ?? own;
  if (quote == null) return null;
  return (
    <section className="cart-delivery" aria-labelledby="cart-delivery-title">
      <h3 id="cart-delivery-title">{t("cart-delivery-title")}</h3>
      {quote.missing_for_free_delivery != null && <MissingForFree cart={cart} quote={quote} missing={quote.missing_for_free_delivery} />}
      {quote.delivery_needed ? (
        <>
          {quote.delivery.length === 0 ? <p>{t("cart-delivery-none")}</p> : <Ways quote={quote} />}
          <Where destination={destination ?? { country }} />
        </>
      ) : (
        <p>{t("cart-delivery-digital")}</p>
      )}
    </section>
  );
}

function MissingForFree({ cart, quote: { currency, lines }, missing }: { cart: Cart; quote: Quote; missing: number }) {
  const { t, money } = useShop();
  // What is downloaded brings no free delivery nearer.
  const digital = new Set(cart.lines.filter((line) => line.digital).map(({ sku }) => sku));
  const reached = lines.filter(({ sku }) => !digital.has(sku)).reduce((sum, { base }) => sum + base, 0);
  return (
    <div className="cart-missing">
      <p>{t("cart-delivery-missing", { amount: money(missing, currency) })}</p>
      <progress value={reached} max={reached + missing} aria-hidden="true" />
    </div>
  );
}

function Ways({ quote }: { quote: Quote }) {
  const { t } = useShop();
  const { isWriting, problem, write } = useWriting();
  // Chosen at once, and again as it was where the shop refuses.
  const [wanted, setWanted] = useState<string>();
  const name = useId();
  const choose = async (method: string) => {
    if (isWriting) return;
    setWanted(method);
    await write((writes, place) => writes.chooseDelivery(place, method));
    setWanted(undefined);
  };
  return (
    <fieldset className="cart-ways" aria-busy={isWriting || undefined}>
      <legend className="sr-only">{t("cart-delivery-ways")}</legend>
      {quote.delivery.map((way) => (
        <Way
          key={way.method}
          way={way}
          currency={quote.currency}
          group={name}
          isChosen={wanted === undefined ? way.chosen : wanted === way.method}
          onChoose={() => void choose(way.method)}
        />
      ))}
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}

type WayProps = { way: QuoteDelivery; currency: string; group: string; isChosen: boolean; onChoose: () => void };

function Way({ way, currency, group, isChosen, onChoose }: WayProps) {
  const { t, tag, money } = useShop();
  const dates = dateRange(way.earliest, way.latest, tag);
  return (
    <label className="choice cart-way">
      <input type="radio" name={group} checked={isChosen} onChange={onChoose} />
      <span className="cart-way-text">
        {way.name}
        {dates !== undefined && <span className="cart-sum-note">{t(way.is_pick_up ? "cart-delivery-ready" : "cart-delivery-comes", { dates })}</span>}
      </span>
      <span className="cart-way-price">{way.price === 0 ? t("cart-sum-free") : money(way.price, currency)}</span>
    </label>
  );
}

function Where({ destination }: { destination: Destination }) {
  const { t, tag, market, markets } = useShop();
  const { isWriting, problem, write } = useWriting();
  // Empty while nobody has typed: then the fields follow the cart, also as another tab changes it.
  const [typed, setTyped] = useState<Partial<Destination>>({});
  const country = typed.country ?? destination.country;
  const region = typed.region ?? destination.region ?? "";
  const postal_code = typed.postal_code ?? destination.postal_code ?? "";
  const id = useId();
  const countries = markets.markets.find(({ code }) => code === market)?.countries ?? [];
  const hasRegions = country === COUNTRY_WITH_REGIONS;
  const tell = async () => {
    const next = { country, region: hasRegions ? textOf(region.toUpperCase()) : null, postal_code: textOf(postal_code) };
    const isDone = await write((writes, place) => writes.setDestination(place, next));
    if (isDone) setTyped({});
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void tell();
  };
  const type = (part: Partial<Destination>) => setTyped((parts) => ({ ...parts, ...part }));
  return (
    <form className="cart-where" onSubmit={submit} noValidate>
      <div>
        <label htmlFor={`${id}-country`}>{t("cart-delivery-country")}</label>
        <span className="select">
          <select id={`${id}-country`} className="field" autoComplete="shipping country" value={country} onChange={(event) => type({ country: event.currentTarget.value })}>
            {countries.map((code) => (
              <option key={code} value={code}>
                {countryName(code, tag)}
              </option>
            ))}
          </select>
          <Icon name="chevron" />
        </span>
      </div>
      {hasRegions && (
        <div>
          <label htmlFor={`${id}-region`}>{t("cart-delivery-region")}</label>
          <input
            id={`${id}-region`}
            className="field"
            autoComplete="shipping address-level1"
            autoCapitalize="characters"
            maxLength={2}
            value={region}
            onChange={(event) => type({ region: event.currentTarget.value })}
          />
        </div>
      )}
      <div>
        <label htmlFor={`${id}-postal`}>{t("cart-delivery-postal")}</label>
        <input
          id={`${id}-postal`}
          className="field"
          autoComplete="shipping postal-code"
          value={postal_code}
          aria-describedby={problem === undefined ? undefined : `${id}-refused`}
          onChange={(event) => type({ postal_code: event.currentTarget.value })}
        />
      </div>
      <Button type="submit" aria-busy={isWriting || undefined}>
        {t("cart-delivery-estimate")}
      </Button>
      {problem !== undefined && (
        <p id={`${id}-refused`} className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

function textOf(typed: string): string | null {
  return typed.trim() || null;
}
