import { unwrap, type Api } from "@ecom67/api-client";
import type { QueryClient } from "@tanstack/react-query";
import { present, subscribe } from "./connection";

/** Once the shop is reached again, what is on screen is asked for anew. */
export function refreshWhenBack(api: Api, queryClient: QueryClient): void {
  let wasCut = present().isCut;
  subscribe(() => {
    const { isCut } = present();
    const isBack = wasCut && !isCut;
    wasCut = isCut;
    if (isBack) void refresh(queryClient);
  });
  window.addEventListener("online", () => void checkConnection(api));
}

/** Asks the shop for something small; whether that came is the connection's to know (`fetchAndWatch`). */
export async function checkConnection(api: Api): Promise<void> {
  await unwrap(api.GET("/api/markets")).catch(() => undefined);
}

/** All but menus and words: a page must not shift while it is read. */
async function refresh(queryClient: QueryClient): Promise<void> {
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "shop" });
}
