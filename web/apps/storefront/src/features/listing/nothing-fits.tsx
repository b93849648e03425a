import { Link } from "@tanstack/react-router";
import { useShop } from "../../shop/shop";
import { withoutFilters, type ListSearch } from "./list-search";

export function NothingFits({ search }: { search: ListSearch }) {
  const { t } = useShop();
  return (
    <div className="empty-state">
      <h2 className="text-title">{t("list-empty-title")}</h2>
      <p>{t("list-empty-text")}</p>
      <Link className="button button-action" to="." search={withoutFilters(search)}>
        {t("filters-clear")}
      </Link>
    </div>
  );
}
