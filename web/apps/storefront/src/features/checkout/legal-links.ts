import type { LegalLink } from "@ecom67/api-client/types";
import { useQuery } from "@tanstack/react-query";
import { useCartPlace, type CartPlace } from "../../shop/cart/query";
import { shopQuery, type Shop } from "../../shop/shop";
import { useWords } from "./words";

/** What stands beside the button: the newest that the shop has told of, or what the page came with. */
export function legalLinks({ queryClient, api, locale }: CartPlace, { navigation }: Pick<Shop, "navigation">): LegalLink[] {
  return (queryClient.getQueryData(shopQuery(api, locale).queryKey) ?? { navigation }).navigation.legal_links;
}

/** The same, followed. */
export function useLegalLinks(): LegalLink[] {
  const { locale, navigation } = useWords();
  const { data } = useQuery({ ...shopQuery(useCartPlace().api, locale), enabled: false });
  return (data ?? { navigation }).navigation.legal_links;
}
