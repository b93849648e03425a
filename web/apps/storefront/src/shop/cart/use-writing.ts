import { useRef, useState } from "react";
import { useShop, type Shop } from "../shop";
import { useCartPlace, type CartPlace } from "./query";

/** The writes to a cart. They come when the first is made: whoever only looks around loads none of them. */
export type Writes = typeof import("./write");

export type Writing = {
  isWriting: boolean;
  /** Why the last write was refused, in words. */
  problem: string | undefined;
  /** Answers whether it was done. While one write is on its way, another press does nothing. */
  write: (make: (writes: Writes, place: CartPlace) => Promise<unknown>) => Promise<boolean>;
  /** Brings what writes need before it is needed. */
  prepare: () => void;
};

/** One control that writes to the cart. */
export function useWriting(): Writing {
  const shop = useShop();
  const place = useCartPlace();
  const [isWriting, setIsWriting] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isBusy = useRef(false);
  const write: Writing["write"] = async (make) => {
    if (isBusy.current) return false;
    isBusy.current = true;
    setIsWriting(true);
    setProblem(undefined);
    const refused = await attempt(shop, (writes) => make(writes, place));
    isBusy.current = false;
    setIsWriting(false);
    setProblem(refused);
    return refused === undefined;
  };
  return { isWriting, problem, write, prepare };
}

/** Makes a write; answers why it was refused, if it was. */
export async function attempt(shop: Shop, make: (writes: Writes) => Promise<unknown>): Promise<string | undefined> {
  let writes: Writes;
  try {
    writes = await import("./write");
  } catch {
    return shop.t("cart-refused-connection");
  }
  try {
    await make(writes);
    return undefined;
  } catch (error) {
    return writes.reasonOf(error, shop);
  }
}

function prepare(): void {
  // Where that fails, the write itself tells.
  void import("./write").catch(() => undefined);
}
