import { createApi } from "@ecom67/api-client";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { startPagesAtTheirHeading } from "../features/shell/after-navigation";
import { createQueryClient, createShopRouter } from "../router";
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
  await router.load();
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  await screen.findByRole("main");
  return { user: userEvent.setup(), router, requests: server.requests };
}
