import type { Facet, FacetValue, ProductList } from "@ecom67/api-client/types";
import { Fold } from "@ecom67/ui/fold";
import { Sheet } from "@ecom67/ui/sheet";
import { SwatchDot } from "@ecom67/ui/swatch-dot";
import { useShop } from "../../shop/shop";
import { withFilter, withoutFilter, type ListSearch } from "./list-search";
import { PriceFacet } from "./price-facet";
import type { List } from "./use-list";

export const FILTERS_SHEET = "filters";
export const FILTERS_FORM = "filters-form";

/** Facets beyond these are folded, until something in them is chosen. */
const OPEN_FACETS = 4;

type Props = {
  facets: Facet[];
  search: ListSearch;
  total: ProductList["total"];
  onChange: List["change"];
};

/** A form with a submit button for browsers without a script; with one, each choice answers at once. */
export function Facets({ facets, search, total, onChange }: Props) {
  const { t, number } = useShop();
  return (
    <Sheet id={FILTERS_SHEET} kind="column" title={t("filters-title")} close_label={t("close")}>
      <form id={FILTERS_FORM} method="get" onSubmit={(event) => event.preventDefault()}>
        {search.q !== undefined && <input type="hidden" name="q" value={search.q} />}
        {facets.map((facet, position) => (
          <Fold key={facet.key} title={facet.label} open={position < OPEN_FACETS || hasChoice(facet, search)} needsScript={facet.range != null}>
            {facet.range != null ? (
              <PriceFacet range={facet.range} search={search} onChange={onChange} />
            ) : (
              <FacetValues facet={facet} search={search} onChange={onChange} />
            )}
          </Fold>
        ))}
        <button type="submit" className="button button-action without-script">
          {t("filters-apply")}
        </button>
      </form>
      <button type="button" className="button button-action sheet-done needs-script" popoverTarget={FILTERS_SHEET} popoverTargetAction="hide">
        {t("filters-show", { count: total.count, formatted: number(total.count) })}
      </button>
    </Sheet>
  );
}

function hasChoice(facet: Facet, search: ListSearch): boolean {
  return search.filter.some((filter) => filter.startsWith(`${facet.key}:`));
}

function FacetValues({ facet, search, onChange }: { facet: Facet; search: ListSearch; onChange: List["change"] }) {
  return (
    <fieldset className="facet-values">
      <legend className="sr-only">{facet.label}</legend>
      {facet.values.map((value) => (
        <FacetChoice key={value.value} filter={`${facet.key}:${value.value}`} value={value} search={search} onChange={onChange} />
      ))}
    </fieldset>
  );
}

type ChoiceProps = { filter: string; value: FacetValue; search: ListSearch; onChange: List["change"] };

function FacetChoice({ filter, value, search, onChange }: ChoiceProps) {
  const { number } = useShop();
  // From the address, not from the answer: the tick must not wait for the network.
  const isChosen = search.filter.includes(filter);
  return (
    <label className="choice">
      <input
        type="checkbox"
        name="filter"
        value={filter}
        checked={isChosen}
        onChange={() => void onChange(isChosen ? withoutFilter(search, filter) : withFilter(search, filter))}
      />
      {value.color != null && <SwatchDot color={value.color} />}
      <span>{value.label}</span>
      <span className="choice-count">{number(value.count)}</span>
    </label>
  );
}
