import { createContext, use, type ReactNode } from "react";
import { translator, type Translate } from "../../shop/messages";
import { useShop, type Shop } from "../../shop/shop";

// One file per language, as the shop's own, and loaded with the first page that says them.
const sources = import.meta.glob<string>("../../../../../messages/checkout/*.ftl", { query: "?raw", import: "default" });

const WordsContext = createContext<Translate | undefined>(undefined);

const loading = new Map<string, Promise<Translate>>();
const loaded = new Map<string, Translate>();

export function loadWords(language: string): Promise<Translate> {
  const known = loading.get(language);
  if (known !== undefined) return known;
  const load = sources[`../../../../../messages/checkout/${language}.ftl`];
  if (load === undefined) throw new Error(`There are no words of checkout in "${language}".`);
  const coming = load().then((source) => {
    const say = translator(language, source);
    loaded.set(language, say);
    return say;
  });
  loading.set(language, coming);
  // Where they did not come, the page's own button asks once more.
  coming.catch(() => loading.delete(language));
  return coming;
}

/** Brings the words of checkout and orders; while they are on their way, the route's own skeleton stands there. */
export function CheckoutWords({ children }: { children: ReactNode }) {
  const { tag } = useShop();
  const { language } = new Intl.Locale(tag);
  const say = loaded.get(language) ?? use(loadWords(language));
  return <WordsContext value={say}>{children}</WordsContext>;
}

export type Words = Shop & {
  /** Says what stands in `messages/checkout`; `t` says what the whole shop has. */
  say: Translate;
};

export function useWords(): Words {
  const shop = useShop();
  const say = use(WordsContext);
  if (say === undefined) throw new Error("useWords needs CheckoutWords around it.");
  return { ...shop, say };
}
