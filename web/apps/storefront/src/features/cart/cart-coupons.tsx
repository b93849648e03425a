import type { Cart, QuoteCoupon } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { Fold } from "@ecom67/ui/fold";
import { Icon } from "@ecom67/ui/icon";
import { useId, useRef, useState, type FormEvent } from "react";
import { useWriting } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";

/** The coupons that are entered, what comes of each, and a field for one more. */
export function CartCoupons({ cart }: { cart: Cart }) {
  const { t } = useShop();
  const part = useRef<HTMLDivElement>(null);
  const coupons = cart.quote?.coupons ?? [];
  return (
    <div className="cart-coupons" ref={part} tabIndex={-1}>
      {coupons.length > 0 && (
        <ul aria-label={t("cart-coupon-list")}>
          {coupons.map((coupon) => (
            <Entered key={coupon.code} coupon={coupon} onRemoved={() => part.current?.focus()} />
          ))}
        </ul>
      )}
      <Fold title={t("cart-coupon-title")} open={false}>
        <CouponForm />
      </Fold>
    </div>
  );
}

function Entered({ coupon: { code, applied, detail }, onRemoved }: { coupon: QuoteCoupon; onRemoved: () => void }) {
  const { t } = useShop();
  const { isWriting, problem, write } = useWriting();
  const remove = async () => {
    const isDone = await write((writes, place) => writes.removeCoupon(place, code));
    if (isDone) onRemoved();
  };
  return (
    <li className={isWriting ? "cart-coupon is-waiting" : "cart-coupon"} aria-busy={isWriting || undefined}>
      <button type="button" className="chip" aria-label={t("cart-coupon-remove", { code })} onClick={() => void remove()}>
        {code}
        <Icon name="close" />
      </button>
      <p className={applied ? "text-small text-quiet" : "text-small cart-coupon-waits"}>{detail}</p>
      {problem !== undefined && (
        <p className="cart-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}

function CouponForm() {
  const { t } = useShop();
  const { isWriting, problem, write } = useWriting();
  const [typed, setTyped] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const [told, setTold] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const enter = async () => {
    const code = typed.trim();
    setIsMissing(code === "");
    setTold("");
    if (code === "") {
      field.current?.focus();
      return;
    }
    let detail: string | undefined;
    const isDone = await write(async (writes, place) => {
      const cart = await writes.enterCoupon(place, code);
      // The shop writes coupons in its own way; the last is the one that was just entered.
      detail = cart.quote?.coupons.at(-1)?.detail;
    });
    if (!isDone) {
      field.current?.focus();
      return;
    }
    setTyped("");
    setTold(detail ?? "");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter();
  };
  const refused = isMissing ? t("cart-coupon-empty") : problem;
  return (
    <form className="cart-coupon-form" onSubmit={submit} noValidate>
      <label htmlFor={id}>{t("cart-coupon-label")}</label>
      <div className="cart-coupon-entry">
        <input
          id={id}
          ref={field}
          className="field"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          value={typed}
          aria-invalid={refused !== undefined}
          aria-describedby={refused === undefined ? undefined : `${id}-refused`}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" aria-busy={isWriting || undefined}>
          {t("cart-coupon-enter")}
        </Button>
      </div>
      {refused !== undefined && (
        <p id={`${id}-refused`} className="cart-problem" role="alert">
          {refused}
        </p>
      )}
      <p className="sr-only" role="status">
        {told}
      </p>
    </form>
  );
}
