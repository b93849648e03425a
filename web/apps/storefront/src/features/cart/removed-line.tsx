import type { CartLine } from "@ecom67/api-client/types";
import { useEffect, useRef, type RefObject } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";

type Props = { line: CartLine; onBack: () => void; focusAfter: RefObject<HTMLElement | null> };

/** Stands where a line was, and brings it back. */
export function RemovedLine({ line: { sku, name, quantity }, onBack, focusAfter }: Props) {
  const { t } = useShop();
  const { isWriting, problem, write } = useWriting();
  const button = useRef<HTMLButtonElement>(null);
  // The button that had the focus went with the line.
  useEffect(() => button.current?.focus(), []);
  const undo = async () => {
    const isDone = await write((writes, place) => writes.addLine(place, sku, quantity));
    if (!isDone) return;
    focusAfter.current?.focus();
    onBack();
  };
  return (
    <li className="cart-removed" aria-busy={isWriting || undefined}>
      <p role="status">{t("cart-removed", { name })}</p>
      <button ref={button} type="button" className="button" aria-label={t("cart-undo-name", { name })} onClick={() => void undo()}>
        {t("cart-undo")}
      </button>
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}
