import type { Cart } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { Icon } from "@ecom67/ui/icon";
import { useQuery } from "@tanstack/react-query";
import { useId, useLayoutEffect, useRef, type SyntheticEvent } from "react";
import { useCart, useCartPlace } from "../../shop/cart/query";
import type { Translate } from "../../shop/messages";
import { useShop } from "../../shop/shop";
import { explain, ownPrice, rulesOf, type Explanation, type Rules } from "./explain";
import { reasonsQuery } from "./reasons-query";
import type { Amount, WhyPanelProps } from "./why";

/**
 * Why an amount is what it is. A native dialog, as the drawer, within which it may stand. Its parts are those of the cart
 * as it is now, so that they follow each change at once; the rules are asked for.
 */
export function WhyPanel({ amount, say, onClose }: WhyPanelProps) {
  const shop = useShop();
  const { data: cart } = useCart();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const { current } = dialog;
    if (current !== null && !current.open) current.showModal();
  }, []);
  const close = () => dialog.current?.close();
  const closed = (event: SyntheticEvent) => {
    // React lets it rise to the drawer, which is not what was closed.
    event.stopPropagation();
    onClose();
  };
  const explanation = cart == null ? undefined : explain(cart, amount, { ...shop, say });
  const written = (currency: string, minor: number) => (amount.kind === "delivery" && minor === 0 ? shop.t("cart-sum-free") : shop.money(minor, currency));
  const title = cart == null || explanation === undefined ? say("why-gone") : say("why-title", { amount: written(cart.currency, explanation.amount) });
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- A tap beside it; the keyboard has Escape.
    <dialog ref={dialog} className="why-panel" aria-labelledby={`${id}-title`} onClose={closed} onClick={(event) => event.target === dialog.current && close()}>
      <div className="why-inner">
        <div className="sheet-head">
          <div>
            {explanation !== undefined && <p className="why-name">{explanation.name}</p>}
            <h2 id={`${id}-title`} className="text-title">
              {title}
            </h2>
          </div>
          <button type="button" className="button button-icon" aria-label={shop.t("close")} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        {cart != null && explanation !== undefined && (
          <>
            <Parts explanation={explanation} currency={cart.currency} say={say} />
            <Reasons cart={cart} amount={amount} say={say} />
          </>
        )}
      </div>
    </dialog>
  );
}

type PartsProps = { explanation: Explanation; currency: string; say: Translate };

function Parts({ explanation: { amount, parts, notes }, currency, say }: PartsProps) {
  const { money } = useShop();
  const id = useId();
  return (
    <section className="why-parts" aria-labelledby={id}>
      <h3 id={id}>{say("why-parts")}</h3>
      <dl className="cart-sum-parts">
        {parts.map(({ name, note, amount: part }, position) => (
          <div key={position} className={part < 0 ? "cart-sum-part is-reduced" : "cart-sum-part"}>
            <dt>
              {name}
              {note !== undefined && <span className="cart-sum-note">{note}</span>}
            </dt>
            <dd>{money(part, currency)}</dd>
          </div>
        ))}
      </dl>
      <p className="why-sum" aria-live="polite" aria-atomic="true">
        <span>{say("why-sum")}</span> <strong>{money(amount, currency)}</strong>
      </p>
      {notes.map((note) => (
        <p key={note} className="text-small text-quiet">
          {note}
        </p>
      ))}
    </section>
  );
}

type ReasonsProps = { cart: Cart; amount: Amount; say: Translate };

function Reasons({ cart, amount, say }: ReasonsProps) {
  const { money } = useShop();
  const { data: reasons, isFetching, isPlaceholderData, refetch } = useQuery(reasonsQuery(useCartPlace(), cart));
  const { quote } = cart;
  if (quote == null) return null;
  if (reasons === undefined) return isFetching ? <Loading /> : <Failed say={say} onRetry={() => void refetch()} />;
  const { applied, others } = rulesOf(quote, amount, reasons);
  const own = amount.kind === "line" ? ownPrice(quote, amount.sku, reasons) : undefined;
  const rules: Rules = { others, applied: own === undefined ? applied : [say("why-own-price", { price: money(own, quote.currency) }), ...applied] };
  const isNothing = rules.applied.length === 0 && rules.others.length === 0;
  return (
    <div className={isPlaceholderData ? "why-rules is-waiting" : "why-rules"} aria-busy={isPlaceholderData || undefined}>
      <RuleList title={say("why-rules")} kind="applied" rules={rules.applied} />
      <RuleList title={say("why-others")} kind="others" rules={rules.others} />
      {isNothing && <p className="text-quiet">{say("why-none")}</p>}
    </div>
  );
}

function Loading() {
  const { t } = useShop();
  return (
    <div className="why-loading" aria-busy="true">
      <p className="sr-only" role="status">
        {t("loading")}
      </p>
      <div className="skeleton h-5 w-2/5" aria-hidden="true" />
      <div className="skeleton h-5 w-4/5" aria-hidden="true" />
    </div>
  );
}

function Failed({ say, onRetry }: { say: Translate; onRetry: () => void }) {
  const { t } = useShop();
  return (
    <div className="why-failed" role="alert">
      <p>{say("why-failed")}</p>
      <Button onClick={onRetry}>{t("error-retry")}</Button>
    </div>
  );
}

function RuleList({ title, kind, rules }: { title: string; kind: keyof Rules; rules: string[] }) {
  const id = useId();
  if (rules.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <ul className={`why-list is-${kind}`}>
        {rules.map((rule) => (
          <li key={rule}>
            <Icon name={kind === "applied" ? "check" : "minus"} />
            {rule}
          </li>
        ))}
      </ul>
    </section>
  );
}
