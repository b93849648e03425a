import { useEffect, useEffectEvent } from "react";
import { useShop } from "../../shop/shop";
import { RecentOptions } from "./recent-options";
import { RecentRemovals, RecentSettings } from "./recent-settings";
import { SuggestedOptions } from "./suggested-options";
import { SuggestionCount } from "./suggestion-count";
import { LISTBOX_ID } from "./suggestion-options";
import { closeUnlessInSearch } from "./type-ahead-keys";
import type { TypeAhead } from "./use-type-ahead";

type Props = { typeAhead: TypeAhead; focusField: () => void };

/** What stands below the search field: what somebody may mean, or what they searched before. */
export function SuggestionPanel({ typeAhead, focusField }: Props) {
  const { t } = useShop();
  const { isOpen, content, option_count } = typeAhead;
  useTapOutside(typeAhead);
  return (
    <>
      <SuggestionCount typeAhead={typeAhead} />
      {isOpen && content !== undefined && (
        <div
          className="suggestions"
          role="presentation"
          // The focus stays in the field, whatever is pressed in here.
          onMouseDown={(event) => event.preventDefault()}
          onBlur={(event) => closeUnlessInSearch(event, typeAhead)}
          onKeyDown={({ key }) => {
            if (key !== "Escape") return;
            focusField();
            typeAhead.close();
          }}
        >
          {option_count > 0 && (
            <div className="suggestions-list">
              <div id={LISTBOX_ID} role="listbox" aria-label={t("suggestions-label")} tabIndex={-1}>
                {content.kind === "answer" && <SuggestedOptions answer={content.answer} typeAhead={typeAhead} />}
                {content.kind === "recent" && <RecentOptions searches={content.searches ?? []} typeAhead={typeAhead} />}
              </div>
              {content.kind === "recent" && <RecentRemovals typeAhead={typeAhead} focusField={focusField} searches={content.searches ?? []} />}
            </div>
          )}
          {content.kind === "answer" && option_count === 0 && (
            <p className="suggestions-note">{t("suggestions-none", { query: content.answer.query })}</p>
          )}
          {content.kind === "recent" && <RecentSettings typeAhead={typeAhead} focusField={focusField} searches={content.searches} />}
        </div>
      )}
    </>
  );
}

/** A tap on what takes no focus leaves it in the field on some phones, so that there is no blur to close on. */
function useTapOutside({ isOpen, close }: TypeAhead): void {
  const closeOutside = useEffectEvent(({ target }: PointerEvent) => {
    if (target instanceof Element && target.closest(".site-search") === null) close();
  });
  useEffect(() => {
    if (!isOpen) return undefined;
    const listen = (event: PointerEvent) => closeOutside(event);
    document.addEventListener("pointerdown", listen);
    return () => document.removeEventListener("pointerdown", listen);
  }, [isOpen]);
}
