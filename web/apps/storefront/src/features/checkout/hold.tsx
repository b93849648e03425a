import type { Order } from "@ecom67/api-client/types";
import { Button } from "@ecom67/ui/button";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useCartPlace } from "../../shop/cart/query";
import { extendHold } from "./orders";
import { useWords } from "./words";

const MINUTE_MS = 60_000;

/** How often the minutes are looked at. Nobody is hurried by seconds. */
const LOOK_MS = 10_000;

/** At so many minutes a screen reader is told, and not in between. */
const TOLD_AT_MINUTES = [5, 1];

/** Until when the goods are held, and more time where there is more to be had. */
export function Hold({ order }: { order: Order }) {
  const { say, tag } = useWords();
  const place = useCartPlace();
  const queryClient = useQueryClient();
  const until = new Date(order.hold_until).getTime();
  const [now, setNow] = useState(() => Date.now());
  const [isWriting, setIsWriting] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  const minutes = Math.max(0, Math.ceil((until - now) / MINUTE_MS));
  const isOver = minutes === 0;
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (isOver) void queryClient.invalidateQueries({ queryKey: ["order", order.id] });
  }, [isOver, order.id, queryClient]);
  const extend = async () => {
    if (isWriting) return;
    setIsWriting(true);
    setHasFailed(false);
    try {
      await extendHold(place, order.id);
      setNow(Date.now());
    } catch {
      setHasFailed(true);
      void queryClient.invalidateQueries({ queryKey: ["order", order.id] });
    }
    setIsWriting(false);
  };
  const time = new Intl.DateTimeFormat(tag, { hour: "numeric", minute: "2-digit" }).format(until);
  const told = TOLD_AT_MINUTES.findLast((at) => minutes <= at);
  return (
    <div className="checkout-hold">
      <p>{isOver ? say("hold-over") : say("hold-until", { time, minutes })}</p>
      {order.can_extend_hold && !isOver && (
        <Button aria-busy={isWriting || undefined} onClick={() => void extend()}>
          {say("hold-extend")}
        </Button>
      )}
      {hasFailed && (
        <p className="cart-problem" role="alert">
          {say("hold-failed")}
        </p>
      )}
      <p className="sr-only" role="status">
        {told === undefined || isOver ? "" : say("hold-told", { minutes: told })}
      </p>
    </div>
  );
}
