import { useSyncExternalStore } from "react";
import { KEPT_AT_HEADER } from "../storage-keys";

/** Whether the shop is reached, and if not, how old the oldest thing on screen is. */
export type Connection = {
  isCut: boolean;
  /** Milliseconds of the epoch; `undefined` where what is on screen came before the connection was lost. */
  kept_at: number | undefined;
};

let connection: Connection = { isCut: false, kept_at: undefined };
const listeners = new Set<() => void>();

function become(next: Connection): void {
  if (next.isCut === connection.isCut && next.kept_at === connection.kept_at) return;
  connection = next;
  for (const listener of listeners) listener();
}

export function present(): Connection {
  return connection;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, present);
}

/** Begins with what the service worker wrote into a page that it kept (`worker/kept-page.ts`). */
export function watchConnection(window: Window): void {
  const kept_at = Number(window.document.documentElement.dataset.keptAt);
  if (kept_at > 0) become({ isCut: true, kept_at });
  else if (!window.navigator.onLine) becomeCut();
  window.addEventListener("offline", becomeCut);
}

function becomeCut(): void {
  become({ ...connection, isCut: true });
}

/** Sends a request, and learns from what becomes of it whether the shop is reached. */
export async function fetchAndWatch(request: Request, fetch: (request: Request) => Promise<Response>): Promise<Response> {
  try {
    const response = await fetch(request);
    const kept_at = Number(response.headers.get(KEPT_AT_HEADER));
    if (kept_at > 0) become({ isCut: true, kept_at: Math.min(kept_at, connection.kept_at ?? kept_at) });
    else become({ isCut: false, kept_at: undefined });
    return response;
  } catch (error) {
    // A request that was given up says nothing.
    if (!request.signal.aborted) becomeCut();
    throw error;
  }
}
