import { Button } from "@ecom67/ui/button";
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
