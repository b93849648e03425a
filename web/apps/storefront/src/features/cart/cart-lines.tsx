import type { Cart, CartLine } from "@ecom67/api-client/types";
import { Fragment, useRef, useState, type ReactNode } from "react";
import { useShop } from "../../shop/shop";
import { CartGifts } from "./cart-gifts";
import { CartLineRow } from "./cart-line-row";
import { RemovedLine } from "./removed-line";

/** A line that was taken out, and where it stood. */
type Removed = { line: CartLine; position: number };

type Props = {
  cart: Cart;
  /** Shown where there are no lines, and none that could come back. */
  empty: ReactNode;
  /** The line that stands first, whatever its place: what was just put in. */
  first_sku?: string;
  /** In a drawer there is room for what it costs and how many. */
  isShort?: boolean;
};

export function CartLines({ cart, empty, first_sku, isShort = false }: Props) {
  const { t } = useShop();
  const [removed, setRemoved] = useState<Removed[]>([]);
  const [hadLines, setHadLines] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const gone = removed.filter(({ line: { sku } }) => !cart.lines.some((line) => line.sku === sku));
  if (cart.lines.length > 0 && !hadLines) setHadLines(true);
  if (cart.lines.length === 0 && gone.length === 0) {
    return (
      <div className="cart-lines-none" tabIndex={-1} ref={hadLines ? takeLostFocus : undefined}>
        {empty}
      </div>
    );
  }

  const forget = (sku: string) => setRemoved((all) => all.filter(({ line }) => line.sku !== sku));
  const note = (line: CartLine, position: number) => setRemoved((all) => [...all.filter((other) => other.line.sku !== line.sku), { line, position }]);
  const lines = cart.lines.toSorted((one, other) => Number(other.sku === first_sku) - Number(one.sku === first_sku));
  const goneBefore = (position: number) => gone.filter((other) => other.position === position || (position === lines.length && other.position > position));
  const othersOf = ({ sku, product }: CartLine) =>
    cart.lines.reduce((sum, other) => (other.product === product && other.sku !== sku ? sum + other.quantity : sum), 0);
  const removedLines = (position: number) =>
    goneBefore(position).map(({ line }) => <RemovedLine key={`removed ${line.sku}`} line={line} onBack={() => forget(line.sku)} focusAfter={heading} />);
  return (
    <section className="cart-lines" aria-labelledby="cart-lines-title">
      <h2 id="cart-lines-title" ref={heading} tabIndex={-1} className="sr-only">
        {t("cart-lines-title")}
      </h2>
      <ul>
        {lines.map((line, position) => (
          <Fragment key={line.sku}>
            {removedLines(position)}
            <CartLineRow
              line={line}
              others={othersOf(line)}
              quote={cart.quote}
              currency={cart.currency}
              isShort={isShort}
              onRemoved={() => note(line, position)}
              focusAfter={heading}
            />
          </Fragment>
        ))}
        {removedLines(lines.length)}
      </ul>
      <CartGifts cart={cart} />
    </section>
  );
}

/** The button that was pressed went with the last line: whoever reads by keyboard goes on here. */
function takeLostFocus(element: HTMLElement | null): void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) element?.focus();
}
