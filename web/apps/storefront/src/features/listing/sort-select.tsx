import type { Sort } from "@ecom67/api-client/types";
import { Icon } from "@ecom67/ui/icon";
import { useShop } from "../../shop/shop";
import { sortsOf, withSort, type ListSearch } from "./list-search";
import type { List } from "./use-list";

type Props = {
  /** The form it belongs to, so that it also works without a script. */
  form: string;
  source: "list" | "search";
  sort: Sort;
  search: ListSearch;
  onChange: List["change"];
};

export function SortSelect({ form, source, sort, search, onChange }: Props) {
  const { t } = useShop();
  const sorts = sortsOf(source);
  return (
    <label className="list-sort">
      <span className="list-sort-label">{t("sort-label")}</span>
      <span className="select">
        <select
          className="field"
          name="sort"
          form={form}
          value={search.sort ?? sort}
          onChange={(event) => {
            const chosen = sorts.find((choice) => choice === event.target.value);
            if (chosen !== undefined) void onChange(withSort(search, chosen));
          }}
        >
          {sorts.map((choice) => (
            <option key={choice} value={choice}>
              {t(`sort-${choice.replace("_", "-")}`)}
            </option>
          ))}
        </select>
        <Icon name="chevron" />
      </span>
    </label>
  );
}
