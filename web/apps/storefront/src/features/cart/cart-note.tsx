import { Button } from "@ecom67/ui/button";
import { Fold } from "@ecom67/ui/fold";
import { useId, useState } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";

/** The shop counts characters, not the halves of which some consist in JavaScript. */
const NOTE_LENGTH_MAX = 1000;

export function CartNote({ note }: { note: string }) {
  const { t, number } = useShop();
  const { isWriting, problem, write } = useWriting();
  // `undefined` while nobody has written: then the field follows the cart, also as another tab changes it.
  const [written, setWritten] = useState<string>();
  const [wasKept, setWasKept] = useState(false);
  const id = useId();
  const text = written ?? note;
  const used = [...text.trim()].length;
  const isTooLong = used > NOTE_LENGTH_MAX;
  const isChanged = text.trim() !== note;
  const keep = async () => {
    if (isTooLong || !isChanged) return;
    const isDone = await write((writes, place) => writes.setNote(place, text));
    if (!isDone) return;
    setWritten(undefined);
    setWasKept(true);
  };
  return (
    <Fold title={t("cart-note")} open={note !== ""}>
      <div className="cart-note">
        <label htmlFor={id}>{t("cart-note-label")}</label>
        <textarea
          id={id}
          className="field"
          rows={4}
          dir="auto"
          value={text}
          aria-invalid={isTooLong}
          aria-describedby={`${id}-count`}
          onChange={(event) => {
            setWritten(event.currentTarget.value);
            setWasKept(false);
          }}
        />
        <p id={`${id}-count`} className={isTooLong ? "cart-problem" : "text-small text-quiet"}>
          {t("cart-note-count", { used: number(used), maximum: number(NOTE_LENGTH_MAX) })}
        </p>
        <Button aria-disabled={isTooLong || !isChanged} aria-busy={isWriting || undefined} onClick={() => void keep()}>
          {t("cart-note-save")}
        </Button>
        <p className="text-small text-quiet" role="status">
          {isChanged ? t("cart-note-changed") : wasKept && t("cart-note-kept")}
        </p>
        {problem !== undefined && (
          <p className="cart-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
    </Fold>
  );
}
