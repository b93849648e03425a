import { unwrap, type Api } from "@ecom67/api-client";
import type { Markets, Navigation } from "@ecom67/api-client/types";
import { queryOptions } from "@tanstack/react-query";
import { createContext, use } from "react";
import { loadMessages, type Translate } from "./messages";
import { formatMoney } from "./money";

/** The shop as one locale sees it: its words, its money, its menus. */
export type Shop = {
  locale: string;
  /** The locale as browsers write it: "de-DE". */
  tag: string;
  /** The market whose prices these are. */
  market: string;
  /** Where the shopper is, in their language: "Deutschland · EUR". */
  place: string;
  t: Translate;
  money: (amount: number, currency: string) => string;
  number: (value: number) => string;
  navigation: Navigation;
  markets: Markets;
};

export const ShopContext = createContext<Shop | undefined>(undefined);

export function useShop(): Shop {
  const shop = use(ShopContext);
  if (shop === undefined) throw new Error("useShop needs a page below the locale's route.");
  return shop;
}

export const shopQuery = (api: Api, locale: string) =>
  queryOptions({
    queryKey: ["shop", locale],
    queryFn: async (): Promise<Shop> => {
      const tag = languageTag(locale);
      const [markets, navigation, t] = await Promise.all([
        unwrap(api.GET("/api/markets")),
        unwrap(api.GET("/api/navigation", { params: { query: { locale } } })),
        loadMessages(new Intl.Locale(tag).language),
      ]);
      return createShop({ locale, t, navigation, markets });
    },
    // Menus and markets change seldom, and a page must not shift while it is read.
    staleTime: Number.POSITIVE_INFINITY,
    // What the shop has told of newer terms has to be known for as long as the page is.
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });

export function createShop(parts: Pick<Shop, "locale" | "t" | "navigation" | "markets">): Shop {
  const tag = languageTag(parts.locale);
  const numbers = new Intl.NumberFormat(tag);
  return {
    ...parts,
    tag,
    market: parts.markets.locales.find(({ locale }) => locale === parts.locale)?.market ?? "",
    place: `${countryName(new Intl.Locale(tag).region ?? "", tag)} · ${parts.navigation.currency}`,
    money: (amount, currency) => formatMoney(amount, currency, tag),
    number: (value) => numbers.format(value),
  };
}

export function countryName(country: string, tag: string): string {
  return (country === "" ? undefined : new Intl.DisplayNames([tag], { type: "region" }).of(country)) ?? country;
}

export function languageTag(locale: string): string {
  return Intl.getCanonicalLocales(locale)[0] ?? locale;
}
