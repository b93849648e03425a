import { unwrap } from "@ecom67/api-client";
import type { Order } from "@ecom67/api-client/types";
import { isFinal, noteOrder, orderQuery, request, type OrderPlace } from "./orders";

const PROTOCOL = "ecom67.v1";

/** How soon a socket that ended is opened again; each time it takes longer. */
const PAUSE_MS = 1000;
const PAUSE_MS_MAX = 30_000;
/** A socket that ended sooner was of no use: the next one waits longer. */
const LASTED_MS = 30_000;
/** Where no socket lasts in so many attempts, sockets are blocked: the order is asked for instead. */
const ATTEMPTS_MAX = 4;

type Told = { type: "order"; version: number; order: Order } | { type: "problem"; code: string };

/**
 * Hears of an order as it moves, until it is final or nobody looks, and tells `onHeard` whether it hears of it. Where no socket
 * opens, it is asked for as before.
 */
export function followOrder(place: OrderPlace, id: string, onHeard: (isHeard: boolean) => void): () => void {
  const end = new AbortController();
  void follow(place, id, onHeard, end.signal);
  return () => end.abort();
}

async function follow(place: OrderPlace, id: string, onHeard: (isHeard: boolean) => void, end: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX && !end.aborted; attempt += 1) {
    if (attempt > 0) await pause(attempt, end);
    const ended = await listen(place, id, onHeard, end);
    if (ended === "final") return;
    if (ended === "lasted") attempt = 0;
  }
}

/** One socket, until it ends. */
async function listen(place: OrderPlace, id: string, onHeard: (isHeard: boolean) => void, end: AbortSignal): Promise<"final" | "lasted" | "failed"> {
  const ticket = await ticketFor(place, id);
  if (ticket === undefined || end.aborted) return "failed";
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const socket = new WebSocket(url, [PROTOCOL, `ticket.${ticket}`]);
  end.addEventListener("abort", () => socket.close(), { once: true });
  return new Promise((resolve) => {
    let openedAt = Infinity;
    let isOver = false;
    socket.addEventListener("open", () => {
      openedAt = Date.now();
      onHeard(true);
    });
    socket.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const told = JSON.parse(data) as Told;
      if (told.type !== "order" || told.order.id !== id) return;
      note(place, told.order);
      if (!isFinal(told.order)) return;
      resolve("final");
      isOver = true;
      socket.close();
    });
    socket.addEventListener("close", () => {
      if (!end.aborted) onHeard(false);
      // What was not told meanwhile is asked for, and then as often as before.
      if (!isOver && !end.aborted) void place.queryClient.invalidateQueries({ queryKey: orderQuery(place, id).queryKey });
      resolve(Date.now() - openedAt >= LASTED_MS ? "lasted" : "failed");
    });
  });
}

/** What is told does not say how an order is paid: that is asked for, where something else has changed. */
function note(place: OrderPlace, order: Order): void {
  const { queryKey } = orderQuery(place, order.id);
  const known = place.queryClient.getQueryData(queryKey);
  if (order.state !== "pending_payment") noteOrder(place, order);
  else if (known?.hold_until !== order.hold_until) void place.queryClient.invalidateQueries({ queryKey });
}

async function ticketFor({ api, locale }: OrderPlace, order: string): Promise<string | undefined> {
  const { signal, params } = request(locale, order);
  try {
    const { ticket } = await unwrap(api.POST("/api/socket-tickets", { params: { query: params.query }, body: { order }, signal }));
    return ticket;
  } catch {
    return undefined;
  }
}

function pause(attempt: number, end: AbortSignal): Promise<void> {
  const length = Math.min(PAUSE_MS * 2 ** attempt, PAUSE_MS_MAX) * (0.5 + 0.5 * Math.random());
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, length);
    end.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
