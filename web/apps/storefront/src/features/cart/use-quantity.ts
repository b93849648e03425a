import type { CartLine } from "@ecom67/api-client/types";
import { useRef, useState } from "react";
import { useCartPlace } from "../../shop/cart/query";
import { attempt } from "../../shop/cart/use-writing";
import { useShop } from "../../shop/shop";

/**
 * How many of a line are wanted: shown at once, while the shop is told. Presses that come meanwhile are told together, and
 * where the shop refuses, the line is again as it was, with the reason.
 */
export function useQuantity({ sku, quantity }: CartLine) {
  const shop = useShop();
  const place = useCartPlace();
  const [wanted, setWanted] = useState<number>();
  const [problem, setProblem] = useState<string>();
  const latest = useRef<number>(undefined);
  const isTelling = useRef(false);

  const tell = async () => {
    isTelling.current = true;
    let told: number | undefined;
    let refused: string | undefined;
    while (latest.current !== undefined && latest.current !== told && refused === undefined) {
      const next = latest.current;
      refused = await attempt(shop, (writes) => writes.setQuantity(place, sku, next));
      told = next;
    }
    isTelling.current = false;
    latest.current = undefined;
    setWanted(undefined);
    setProblem(refused);
  };

  const change = (next: number) => {
    latest.current = next;
    setWanted(next);
    setProblem(undefined);
    if (!isTelling.current) void tell();
  };

  return { quantity: wanted ?? quantity, problem, change };
}
