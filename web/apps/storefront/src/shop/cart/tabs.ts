import type { QueryClient } from "@tanstack/react-query";
import { CARTS_CHANNEL } from "../../storage-keys";

const channels = new WeakMap<QueryClient, BroadcastChannel>();

/** From now on, tabs of the shop tell each other when a cart has changed: each then asks for it anew. */
export function joinTabs(queryClient: QueryClient): () => void {
  // Not there in every browser: then each tab asks when somebody comes back to it.
  if (typeof BroadcastChannel === "undefined") return () => undefined;
  const channel = new BroadcastChannel(CARTS_CHANNEL);
  channels.set(queryClient, channel);
  channel.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "string") void queryClient.invalidateQueries({ queryKey: ["cart", data] });
  });
  return () => channel.close();
}

/** Which market's cart has changed, and no more: what is in it is not handed around. */
export function tellTabs(queryClient: QueryClient, market: string): void {
  channels.get(queryClient)?.postMessage(market);
}
