import { useShop } from "../../shop/shop";
import { useDebounced } from "./use-debounced";
import type { TypeAhead } from "./use-type-ahead";

/** A count after each letter would talk over the letters that a screen reader says while they are typed. */
const SPEECH_PAUSE_MS = 700;

/** How many options there are, for those who do not see the panel. */
export function SuggestionCount({ typeAhead }: { typeAhead: TypeAhead }) {
  const { t, number } = useShop();
  const { text, isOpen, isSettled, content, option_count } = typeAhead;
  const hasPaused = useDebounced(text, SPEECH_PAUSE_MS) === text;
  const isSaid = isOpen && isSettled && hasPaused && content?.kind === "answer";
  return (
    <p className="sr-only" role="status">
      {isSaid && t("suggestions-count", { count: option_count, formatted: number(option_count) })}
    </p>
  );
}
