import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { startTransition, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startPagesAtTheirHeading } from "./features/shell/after-navigation";
import { createQueryClient, createShopRouter } from "./router";
import { browserApi } from "./shop/api";
import { localeRoute } from "./routes/locale";
import "./styles.css";

/**
 * Takes the page over from the server's HTML, which stays on screen until the same page is ready here. Where the shop
 * itself cannot be loaded, it stays for good: its links and forms work without a script.
 */
async function takeOver(root: HTMLElement): Promise<void> {
  const queryClient = createQueryClient();
  const router = createShopRouter(browserApi(), queryClient);
  await router.load();
  const shop = router.state.matches.find((match) => match.routeId === localeRoute.id);
  if (shop?.status !== "success") return;

  startPagesAtTheirHeading(router);
  // React writes the title from here on.
  document.querySelector("title")?.remove();
  // A transition renders in slices, between which a tap on the server's links and forms is answered.
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}

const root = document.getElementById("root");
if (root !== null) void takeOver(root);
