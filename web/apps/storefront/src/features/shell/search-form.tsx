import { Icon } from "@ecom67/ui/icon";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useShop } from "../../shop/shop";

export function SearchForm() {
  const { t, locale } = useShop();
  const navigate = useNavigate();
  const query = useSearch({ strict: false, select: (search) => search.q ?? "" });
  return (
    <form
      className="site-search"
      role="search"
      action={`/${locale}/search`}
      method="get"
      onSubmit={(event) => {
        event.preventDefault();
        const q = String(new FormData(event.currentTarget).get("q") ?? "").trim();
        void navigate({ to: "/$locale/search", params: { locale }, search: { q, filter: [] } });
      }}
    >
      {/* Uncontrolled, and new for each query: typing costs no render, and the field follows back and forward. */}
      <input
        key={query}
        className="field"
        type="search"
        name="q"
        defaultValue={query}
        aria-label={t("search-label")}
        placeholder={t("search-placeholder")}
        autoComplete="off"
        enterKeyHint="search"
      />
      <button type="submit" className="button button-icon" aria-label={t("search-submit")}>
        <Icon name="search" />
      </button>
    </form>
  );
}
