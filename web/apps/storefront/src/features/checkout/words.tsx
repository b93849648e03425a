import { createContext, use, type ReactNode } from "react";
import { translator, type Translate } from "../../shop/messages";
import { useShop, type Shop } from "../../shop/shop";

// One file per language, as the shop's own, and loaded with the first page that says them.
const sources = import.meta.glob<string>("../../../../../messages/checkout/*.ftl", { query: "?raw", import: "default" });

const WordsContext = createContext<Translate | undefined>(undefined);

const loaded = new Map<string, Promise<Translate>>();

function wordsIn(language: string): Promise<Translate> {
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const load = sources[`../../../../../messages/checkout/${language}.ftl`];
  if (load === undefined) throw new Error(`There are no words of checkout in "${language}".`);
  const loading = load().then((source) => translator(language, source));
  loaded.set(language, loading);
  // Where they did not come, the page's own button asks once more.
  loading.catch(() => loaded.delete(language));
  return loading;
}

/** Brings the words of checkout and orders; while they are on their way, the route's own skeleton stands there. */
export function CheckoutWords({ children }: { children: ReactNode }) {
  const { tag } = useShop();
  const say = use(wordsIn(new Intl.Locale(tag).language));
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
