import { createContext, use, type ComponentType } from "react";
import { translator, type Translate } from "../messages";

// One file per language, as the shop's own, and loaded with the first gift card.
const sources = import.meta.glob<string>("../../../../../messages/gift/*.ftl", { query: "?raw", import: "default" });

const WordsContext = createContext<Translate | undefined>(undefined);

/** A component with the words of gift cards around it, in the language of a reader. */
export async function withGiftWords<Props extends object>(tag: string, Component: ComponentType<Props>): Promise<{ default: ComponentType<Props> }> {
  const { language } = new Intl.Locale(tag);
  const load = sources[`../../../../../messages/gift/${language}.ftl`];
  if (load === undefined) throw new Error(`There are no words of gift cards in "${language}".`);
  const say = translator(language, await load());
  return {
    default: (props: Props) => (
      <WordsContext value={say}>
        <Component {...props} />
      </WordsContext>
    ),
  };
}

/** Says what stands in `messages/gift`. */
export function useGiftWords(): Translate {
  const say = use(WordsContext);
  if (say === undefined) throw new Error("useGiftWords needs withGiftWords around it.");
  return say;
}
