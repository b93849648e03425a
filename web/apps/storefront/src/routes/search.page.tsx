import { getRouteApi } from "@tanstack/react-router";
import { ListSection } from "../features/listing/list-section";
import { NothingFound } from "../features/listing/nothing-found";
import { useShop } from "../shop/shop";

const route = getRouteApi("/$locale/search");

export function SearchPage() {
  const { t } = useShop();
  const search = route.useSearch();
  const { q = "" } = search;
  return (
    <>
      <div className="page-width search-head">
        <h1 className="text-heading">{q === "" ? t("search-title") : t("search-title-query", { query: q })}</h1>
        {q === "" && <p className="text-lead">{t("search-start")}</p>}
      </div>
      {q !== "" && <ListSection key={q} source={{ kind: "search", q }} search={search} empty={<NothingFound q={q} />} />}
    </>
  );
}
