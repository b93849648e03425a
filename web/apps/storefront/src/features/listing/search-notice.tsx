import { useShop } from "../../shop/shop";
import type { Found } from "./list-query";

/** What a shopper must know of how the words were understood. */
export function SearchNotice({ found }: { found: Found }) {
  const { t } = useShop();
  if (found.corrected == null && found.partial !== true) return null;
  return (
    <p className="search-notice" role="status">
      {found.corrected == null ? t("search-partial") : t("search-corrected", { query: found.corrected })}
    </p>
  );
}
