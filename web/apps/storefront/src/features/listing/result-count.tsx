import type { ProductList } from "@ecom67/api-client/types";
import { useShop } from "../../shop/shop";

export function ResultCount({ total }: { total: ProductList["total"] }) {
  const { t, number } = useShop();
  return (
    <p className="result-count" role="status">
      {t(total.exact ? "results" : "results-at-least", { count: total.count, formatted: number(total.count) })}
    </p>
  );
}
