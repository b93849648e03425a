import { Button } from "@ecom67/ui/button";
import { Icon } from "@ecom67/ui/icon";
import { useShop } from "../../shop/shop";
import type { TypeAhead } from "./use-type-ahead";

type Props = { typeAhead: TypeAhead; focusField: () => void; searches: string[] | undefined };

/** Nothing is remembered unless it is asked for here. */
export function RecentSettings({ typeAhead, focusField, searches }: Props) {
  const { t } = useShop();
  return (
    <div className="suggestions-settings">
      <label className="choice">
        <input
          className="switch"
          type="checkbox"
          // oxlint-disable-next-line jsx-a11y/role-has-required-aria-props -- A checkbox tells its state by itself.
          role="switch"
          checked={searches !== undefined}
          onChange={({ currentTarget }) => typeAhead.changeSearches(currentTarget.checked ? [] : undefined)}
          onKeyDown={(event) => {
            // Enter would send the form.
            if (event.key === "Enter") event.preventDefault();
          }}
        />
        {t("suggestions-remember")}
      </label>
      {searches !== undefined && searches.length > 0 && (
        <Button
          className="suggestions-clear"
          onClick={() => {
            typeAhead.changeSearches([]);
            // The button goes away, and must not take the focus with it.
            focusField();
          }}
        >
          {t("suggestions-clear")}
        </Button>
      )}
    </div>
  );
}

/**
 * A button beside each search that forgets it. Behind the list, not in it: options hold no buttons, and screen readers
 * would not find them there. The style sheet lays them over the rows.
 */
export function RecentRemovals({ typeAhead, focusField, searches }: Props & { searches: string[] }) {
  const { t } = useShop();
  return (
    <ul className="suggestions-removals">
      {searches.map((search, position) => (
        <li key={search}>
          <Button
            className="button-icon"
            aria-label={t("suggestions-forget", { query: search })}
            onClick={() => {
              typeAhead.forget(position);
              focusField();
            }}
          >
            <Icon name="close" />
          </Button>
        </li>
      ))}
    </ul>
  );
}
