import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { startTransition, StrictMode, useLayoutEffect, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { carryOver } from "./carry-over";
import { startPagesAtTheirHeading } from "./features/shell/after-navigation";
import { createQueryClient, createShopRouter } from "./router";
import { browserApi } from "./shop/api";
import { joinTabs } from "./shop/cart/tabs";
import { watchConnection } from "./shop/connection";
import { refreshWhenBack } from "./shop/refresh";
import { localeRoute } from "./routes/locale";
import "./styles.css";

/**
 * Takes the page over from the server's HTML, which stays on screen until the same page is ready here. Where the shop
 * itself cannot be loaded, it stays for good: its links and forms work without a script.
 */
async function takeOver(written: HTMLElement): Promise<void> {
  watchConnection(window);
  const queryClient = createQueryClient();
  const api = browserApi();
  const router = createShopRouter(api, queryClient);
  await router.load();
  const shop = router.state.matches.find((match) => match.routeId === localeRoute.id);
  if (shop?.status !== "success") return;

  startPagesAtTheirHeading(router);
  refreshWhenBack(api, queryClient);
  joinTabs(queryClient);
  // React writes the title from here on.
  document.querySelector("title")?.remove();
  const fresh = document.createElement("div");
  fresh.id = written.id;
  // A transition renders in slices, between which a tap on the server's links and forms is answered.
  startTransition(() =>
    createRoot(fresh).render(
      <StrictMode>
        <Arrival onArrived={() => written.isConnected && carryOver(written, fresh)}>
          <QueryClientProvider client={queryClient}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </Arrival>
      </StrictMode>,
    ),
  );
  afterLoad(() => {
    if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
    void import("./service-worker").then(({ startServiceWorker }) => startServiceWorker(navigator.serviceWorker, router)).catch(() => undefined);
  });
}

/** Tells when the page has been rendered as a whole, before it is painted. */
function Arrival({ onArrived, children }: { onArrived: () => void; children: ReactNode }) {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- Once: a page arrives when it is first rendered.
  useLayoutEffect(() => onArrived(), []);
  return children;
}

/** When the page has all that it needs, and nothing is waiting. */
function afterLoad(start: () => void): void {
  // Safari has no idle time to offer.
  const whenIdle = () => ("requestIdleCallback" in window ? requestIdleCallback(start) : setTimeout(start, 1000));
  if (document.readyState === "complete") whenIdle();
  else window.addEventListener("load", whenIdle, { once: true });
}

const root = document.getElementById("root");
if (root !== null) void takeOver(root);
