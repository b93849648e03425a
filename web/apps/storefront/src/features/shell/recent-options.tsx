import { useShop } from "../../shop/shop";
import { SearchOption } from "./search-option";
import type { TypeAhead } from "./use-type-ahead";

type Props = { typeAhead: TypeAhead; searches: string[] };

export function RecentOptions({ typeAhead, searches }: Props) {
  const { t } = useShop();
  return (
    <div role="group" aria-label={t("suggestions-recent")} className="suggestions-group">
      {searches.map((search, index) => (
        <SearchOption key={search} typeAhead={typeAhead} position={index} search={search} icon="clock">
          {search}
        </SearchOption>
      ))}
    </div>
  );
}
