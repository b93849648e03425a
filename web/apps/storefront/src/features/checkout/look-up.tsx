import { unwrap } from "@ecom67/api-client";
import type { Order } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useRef, useState, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { CART_PATIENCE_MS, useCartPlace } from "../../shop/cart/query";
import { codeOf } from "./orders";
import { OrderDetails, StateText } from "./order-view";
import { fieldId, TextField } from "./text-field";
import { useWords } from "./words";

const refusals: Record<string, string> = {
  order_not_found: "look-none",
  too_many_look_ups: "look-busy",
  email_invalid: "form-wrong-email",
};

type Wrong = Partial<Record<"number" | "email", string>>;

/** An order, for whoever knows its number and the e-mail address it was made with. */
export function LookUp() {
  const { t, say } = useWords();
  const { api } = useCartPlace();
  const [number, setNumber] = useState("");
  const [email, setEmail] = useState("");
  const [wrong, setWrong] = useState<Wrong>({});
  const [problem, setProblem] = useState<string>();
  const [found, setFound] = useState<Order>();
  const [isAsking, setIsAsking] = useState(false);
  const isBusy = useRef(false);
  const result = useRef<HTMLHeadingElement>(null);

  const ask = async () => {
    const next: Wrong = { ...(number.trim() === "" ? { number: "look-wrong-number" } : {}), ...(email.includes("@") ? {} : { email: "form-wrong-email" }) };
    flushSync(() => {
      setWrong(next);
      setProblem(undefined);
    });
    const [first] = Object.keys(next);
    if (first !== undefined) {
      document.getElementById(fieldId(`look-up.${first}`))?.focus();
      return;
    }
    setFound(undefined);
    try {
      const order = await unwrap(api.POST("/api/order-look-ups", { body: { number: number.trim(), email: email.trim() }, signal: AbortSignal.timeout(CART_PATIENCE_MS) }));
      flushSync(() => setFound(order));
      result.current?.focus();
    } catch (error) {
      const code = codeOf(error);
      setProblem(say(code === undefined ? "form-refused-connection" : (refusals[code] ?? "look-wrong-number")));
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy.current) return;
    isBusy.current = true;
    setIsAsking(true);
    await ask();
    isBusy.current = false;
    setIsAsking(false);
  };
  const field = (name: keyof Wrong) => ({ name: `look-up.${name}`, mistake: wrong[name] && say(wrong[name]) });
  return (
    <div className="page-width cart-page checkout-page">
      <h1 className="text-heading">{t("order-look-up-title")}</h1>
      <form className="look-up" onSubmit={(event) => void submit(event)} noValidate aria-busy={isAsking || undefined}>
        <p>{say("look-text")}</p>
        <TextField {...field("number")} label={say("look-number")} value={number} onChange={setNumber} autoComplete="off" autoCapitalize="characters" maxLength={20} hint={say("look-number-hint")} />
        <TextField {...field("email")} label={say("form-email")} value={email} onChange={setEmail} type="email" inputMode="email" autoComplete="email" maxLength={254} />
        <Button type="submit" kind="action" aria-disabled={isAsking || undefined}>
          {t("order-look-up-title")}
        </Button>
        {problem !== undefined && (
          <p className="cart-problem" role="alert">
            {problem}
          </p>
        )}
      </form>
      {found !== undefined && (
        <section className="look-up-found" aria-labelledby="look-up-found">
          <h2 id="look-up-found" ref={result} tabIndex={-1} className="text-heading">
            {say("order-number", { number: found.number })}
          </h2>
          <StateText order={found} />
          <OrderDetails order={found} />
        </section>
      )}
    </div>
  );
}
