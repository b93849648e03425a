import { useSuspenseQuery } from "@tanstack/react-query";
import { createContext, use, type ReactNode } from "react";
import { translator, type Translate } from "../../shop/messages";
import { useShop, type Shop } from "../../shop/shop";

// One file per language, as the shop's own, and loaded with the first page that says them.
const sources = import.meta.glob<string>("../../../../../messages/checkout/*.ftl", { query: "?raw", import: "default" });

const WordsContext = createContext<Translate | undefined>(undefined);

/** Brings the words of checkout and orders; while they are on their way, the route's own skeleton stands there. */
export function CheckoutWords({ children }: { children: ReactNode }) {
  const { tag } = useShop();
  const { language } = new Intl.Locale(tag);
  const { data: say } = useSuspenseQuery({
    queryKey: ["words of checkout", language],
    queryFn: async (): Promise<Translate> => {
      const load = sources[`../../../../../messages/checkout/${language}.ftl`];
      if (load === undefined) throw new Error(`There are no words of checkout in "${language}".`);
      return translator(language, await load());
    },
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
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
