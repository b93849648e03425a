import { Icon } from "@ecom67/ui/icon";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useShop } from "../../shop/shop";
import { rememberSearch } from "./recent-searches";
import { LISTBOX_ID, optionId } from "./suggestion-options";
import type { SuggestionPanel } from "./suggestion-panel";
import { answerKey, closeUnlessInSearch } from "./type-ahead-keys";
import { useTypeAhead } from "./use-type-ahead";

/** A plain form, as the server wrote it, until somebody comes to it: then its field becomes a combobox. */
export function SearchForm() {
  const query = useSearch({ strict: false, select: (search) => search.q ?? "" });
  const { t, locale } = useShop();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const typeAhead = useTypeAhead(query);
  const [isAwake, setIsAwake] = useState(false);
  const { Panel, load } = usePanel();
  const { isOpen, option_count, position } = typeAhead;
  const isExpanded = isOpen && Panel !== undefined && option_count > 0;
  return (
    <form
      className="site-search"
      role="search"
      action={`/${locale}/search`}
      method="get"
      onSubmit={(event) => {
        event.preventDefault();
        const q = typeAhead.text.trim();
        rememberSearch(q);
        typeAhead.close();
        void navigate({ to: "/$locale/search", params: { locale }, search: { q, filter: [] } });
      }}
    >
      <input
        ref={field}
        className="field"
        type="search"
        name="q"
        value={typeAhead.text}
        aria-label={t("search-label")}
        placeholder={t("search-placeholder")}
        autoComplete="off"
        enterKeyHint="search"
        onPointerEnter={load}
        onFocus={() => {
          setIsAwake(true);
          load();
          typeAhead.enter();
        }}
        onClick={() => typeAhead.open()}
        onChange={(event) => typeAhead.type(event.currentTarget.value)}
        onKeyDown={(event) => answerKey(event, typeAhead, isExpanded)}
        onBlur={(event) => closeUnlessInSearch(event, typeAhead)}
        {...(isAwake && {
          role: "combobox",
          "aria-autocomplete": "list",
          "aria-expanded": isExpanded,
          "aria-controls": isExpanded ? LISTBOX_ID : undefined,
          "aria-activedescendant": isExpanded && position !== undefined ? optionId(position) : undefined,
        })}
      />
      {/* Before the button, so that Tab goes from the field into what the panel has to switch. */}
      {isAwake && Panel !== undefined && <Panel typeAhead={typeAhead} focusField={() => field.current?.focus()} />}
      <button type="submit" className="button button-icon" aria-label={t("search-submit")}>
        <Icon name="search" />
      </button>
    </form>
  );
}

/**
 * The panel is no part of a first page's scripts. Not with `lazy`, whose failure would be the page's: where the panel
 * cannot be had, the form still searches.
 */
function usePanel() {
  const [Panel, setPanel] = useState<typeof SuggestionPanel>();
  const load = () => {
    import("./suggestion-panel").then(
      (module) => setPanel(() => module.SuggestionPanel),
      () => undefined,
    );
  };
  return { Panel, load };
}
