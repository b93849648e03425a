import { createApi } from "@ecom67/api-client";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { onTestFinished } from "vitest";
import { startPagesAtTheirHeading } from "../features/shell/after-navigation";
import { createQueryClient, createShopRouter } from "../router";
import { joinTabs } from "../shop/cart/tabs";
// What comes with the first thing that is put into a cart: a test does not wait for it to be translated.
import "../features/cart/cart-drawer";
import "../shop/cart/write";
import { fakeServer, type Handlers } from "./fake-server";
import { aNavigation, someMarkets } from "./samples";

const everyPage: Handlers = {
  "/api/markets": () => someMarkets,
  "/api/navigation": () => aNavigation,
};

/** Opens a page of the shop, with the real routes, on a server that answers as told. */
export async function visit(address: string, handlers: Handlers) {
  const server = fakeServer({ ...everyPage, ...handlers });
  const queryClient = createQueryClient();
  const router = createShopRouter(createApi("http://shop.test", server.fetch), queryClient, createMemoryHistory({ initialEntries: [address] }));
  startPagesAtTheirHeading(router);
  onTestFinished(joinTabs(queryClient));
  await router.load();
  const { container } = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  // Several tabs may stand side by side.
  await within(container).findByRole("main");
  return { tab: within(container), user: userEvent.setup(), router, requests: server.requests };
}
