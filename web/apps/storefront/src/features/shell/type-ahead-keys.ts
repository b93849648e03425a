import type { FocusEvent, KeyboardEvent } from "react";
import { optionId } from "./suggestion-options";
import type { TypeAhead } from "./use-type-ahead";

/** As the ARIA practices have it for an editable combobox: the focus stays in the field, and the options are pointed at. */
export function answerKey(event: KeyboardEvent, typeAhead: TypeAhead, isExpanded: boolean): void {
  // While a word is composed (Japanese, accents), the keys are the input method's.
  if (event.nativeEvent.isComposing) return;
  switch (event.key) {
    case "ArrowDown":
      event.preventDefault();
      return isExpanded ? move(typeAhead, 1) : typeAhead.open();
    case "ArrowUp":
      event.preventDefault();
      return isExpanded ? move(typeAhead, -1) : typeAhead.open();
    case "Enter":
      if (!isExpanded || typeAhead.position === undefined) return;
      event.preventDefault();
      // Options are links: one way to follow them for the keyboard and the pointer.
      return document.getElementById(optionId(typeAhead.position))?.click();
    case "Escape":
      event.preventDefault();
      if (!typeAhead.isOpen) typeAhead.clear();
      return typeAhead.close();
    case "Delete":
      // Over remembered searches the field is empty: there is nothing else to delete.
      if (!isExpanded || typeAhead.position === undefined || typeAhead.content?.kind !== "recent") return;
      event.preventDefault();
      return typeAhead.forget(typeAhead.position);
    case "Home":
    case "End":
    case "ArrowLeft":
    case "ArrowRight":
      // They move in the text, where the next Enter has to be about the text.
      return typeAhead.point(undefined);
  }
}

/** Through all options and the field itself, which is `undefined`. */
function move({ position, option_count, point }: TypeAhead, step: 1 | -1): void {
  const stop_count = option_count + 1;
  const stop = ((position ?? option_count) + step + stop_count) % stop_count;
  const next = stop === option_count ? undefined : stop;
  point(next);
  if (next !== undefined) document.getElementById(optionId(next))?.scrollIntoView({ block: "nearest" });
}

/** Focus that goes to the field or to the panel's own controls stays in the search. */
export function closeUnlessInSearch({ relatedTarget }: FocusEvent, typeAhead: TypeAhead): void {
  const staysInSearch = relatedTarget instanceof Element && relatedTarget.matches(".site-search .field, .suggestions *");
  if (!staysInSearch) typeAhead.close();
}
