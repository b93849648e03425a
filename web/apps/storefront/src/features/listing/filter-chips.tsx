import type { Facet } from "@ecom67/api-client/types";
import { Icon } from "@ecom67/ui/icon";
import { Link } from "@tanstack/react-router";
import { useShop, type Shop } from "../../shop/shop";
import { readPrice, withoutFilter, withoutFilters, type ListSearch } from "./list-search";

type Props = { facets: Facet[]; search: ListSearch };

/** The chosen filters, each a link to the list without it. */
export function FilterChips({ facets, search }: Props) {
  const shop = useShop();
  const { t } = shop;
  if (search.filter.length === 0) return null;
  return (
    <ul className="filter-chips" aria-label={t("filters-chosen")}>
      {search.filter.map((filter) => {
        const label = labelOf(filter, facets, shop);
        return (
          <li key={filter}>
            <Link className="chip" to="." search={withoutFilter(search, filter)} resetScroll={false} aria-label={t("filters-remove", { label })}>
              {label}
              <Icon name="close" />
            </Link>
          </li>
        );
      })}
      {search.filter.length > 1 && (
        <li>
          <Link className="chip" to="." search={withoutFilters(search)} resetScroll={false}>
            {t("filters-clear")}
          </Link>
        </li>
      )}
    </ul>
  );
}

function labelOf(filter: string, facets: Facet[], { t, money, navigation }: Shop): string {
  const price = readPrice(filter);
  if (price !== undefined) {
    const minimum = price.minimum === undefined ? undefined : money(price.minimum, navigation.currency);
    const maximum = price.maximum === undefined ? undefined : money(price.maximum, navigation.currency);
    if (minimum !== undefined && maximum !== undefined) return t("filter-price-between", { minimum, maximum });
    if (minimum !== undefined) return t("filter-price-at-least", { price: minimum });
    if (maximum !== undefined) return t("filter-price-at-most", { price: maximum });
  }
  const [key = "", value = ""] = splitFilter(filter);
  const facet = facets.find((candidate) => candidate.key === key);
  return facet?.values.find((candidate) => candidate.value === value)?.label ?? value;
}

function splitFilter(filter: string): [string, string] {
  const colon = filter.indexOf(":");
  return [filter.slice(0, colon), filter.slice(colon + 1)];
}
