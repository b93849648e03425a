import type { Cart, LegalLink, ProblemLine } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useState } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { ShopLink } from "../../shop/shop-link";
import { addressFormat } from "./address-format";
import type { Mistakes } from "./check";
import type { Draft } from "./draft";
import { fieldId } from "./text-field";
import { useWords } from "./words";

/** Why nothing was ordered. */
export type Notice =
  | { kind: "changed"; changes: string[] }
  | { kind: "terms"; links: LegalLink[] }
  | { kind: "short"; lines: ProblemLine[]; by: "stock" | "limits" }
  | { kind: "refused"; code: string | undefined };

const refusals: Record<string, string> = {
  cart_empty: "form-refused-empty",
  cart_not_found: "form-refused-empty",
  delivery_missing: "form-wrong-delivery",
  address_missing: "form-wrong-line1",
  article_gone: "form-refused-gone",
  busy: "form-refused-busy",
  too_many_open_orders_of_email: "form-refused-open-email",
  too_many_open_orders_from_network: "form-refused-open-network",
  payment_unavailable: "pay-away-text",
};

type Props = { notice: Notice; cart: Cart; onMended: () => void };

export function CheckoutNotice({ notice, cart, onMended }: Props) {
  const { say } = useWords();
  if (notice.kind === "short") return <Shortages lines={notice.lines} by={notice.by} cart={cart} onMended={onMended} />;
  if (notice.kind === "refused") {
    return (
      <p className="checkout-notice" role="alert">
        {say(notice.code === undefined || notice.code === "" ? "form-refused-connection" : (refusals[notice.code] ?? "form-refused-other"))}
      </p>
    );
  }
  if (notice.kind === "terms") {
    return (
      <div className="checkout-notice" role="alert">
        <p>
          <strong>{say("form-terms-title")}</strong>
        </p>
        <ul>
          {notice.links.map(({ href, label }) => (
            <li key={href}>
              <ShopLink className="link" href={href} target="_blank">
                {label}
              </ShopLink>
            </li>
          ))}
        </ul>
        <p>{say(notice.links.length > 0 ? "form-terms-text" : "form-changed-text")}</p>
      </div>
    );
  }
  return (
    <div className="checkout-notice" role="alert">
      <p>
        <strong>{say("form-changed-title")}</strong>
      </p>
      <ul>
        {notice.changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      <p>{say("form-changed-text")}</p>
    </div>
  );
}

type ShortagesProps = { lines: ProblemLine[]; by: "stock" | "limits"; cart: Cart; onMended: () => void };

function Shortages({ lines, by, cart, onMended }: ShortagesProps) {
  const { say, number } = useWords();
  const { isWriting, problem, write } = useWriting();
  const [mended, setMended] = useState<string[]>([]);
  const left = lines.filter(({ sku }) => !mended.includes(sku));
  const quantityOf = (sku: string) => cart.lines.find((line) => line.sku === sku)?.quantity ?? 0;
  /** Units that are given for nothing are asked for as well, and stand in no line. */
  const restOf = ({ sku, asked, available }: ProblemLine) => Math.max(0, quantityOf(sku) - (asked - available));
  const mend = async (line: ProblemLine, rest: number) => {
    const isDone = await write((writes, place) => (rest > 0 ? writes.setQuantity(place, line.sku, rest) : writes.removeLine(place, line.sku)));
    if (!isDone) return;
    setMended((before) => [...before, line.sku]);
    if (left.length <= 1) onMended();
  };
  return (
    <div className="checkout-notice" role="alert">
      <p>
        <strong>{say(by === "limits" ? "form-limits-title" : "form-short-title")}</strong>
      </p>
      <ul className="checkout-shortages">
        {left.map((line) => {
          const rest = restOf(line);
          const name = cart.lines.find(({ sku }) => sku === line.sku)?.name ?? line.sku;
          const counts = { name, asked: number(line.asked), available: number(line.available), rest: number(rest) };
          return (
            <li key={line.sku}>
              <span>{say(by === "limits" ? "form-limits-line" : line.available > 0 ? "form-short-few" : "form-short-none", counts)}</span>
              <Button aria-label={say(rest > 0 ? "form-short-take-name" : "form-short-remove-name", counts)} aria-busy={isWriting || undefined} onClick={() => void mend(line, rest)}>
                {say(rest > 0 ? "form-short-take" : "form-short-remove", counts)}
              </Button>
            </li>
          );
        })}
      </ul>
      {problem !== undefined && <p className="cart-problem">{problem}</p>}
    </div>
  );
}

/** What is wrong, with the way to each field. */
export function MistakeSummary({ mistakes, draft }: { mistakes: Mistakes; draft: Draft }) {
  const { say } = useWords();
  const names = Object.keys(mistakes);
  if (names.length === 0) return null;
  const countryOf = (name: string) => (name.startsWith("billing_address.") ? draft.billing_address : draft.delivery_address).country;
  return (
    <div className="checkout-notice" role="alert">
      <p>
        <strong>{say("form-mistakes", { count: names.length })}</strong>
      </p>
      <ul>
        {Object.entries(mistakes).map(([name, word]) => (
          <li key={name}>
            <button type="button" className="link" onClick={() => document.getElementById(fieldId(name))?.focus()}>
              {say(word, { example: addressFormat(countryOf(name)).example })}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
