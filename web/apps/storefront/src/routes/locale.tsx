import { createRoute, notFound, Outlet } from "@tanstack/react-router";
import { Frame } from "../features/shell/frame";
import { NotFound } from "../features/trouble/not-found";
import { ShopContext, shopQuery } from "../shop/shop";
import { rootRoute } from "./root";

/** Everything a page needs of its locale is loaded once, and then the same for all its pages. */
export const localeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "$locale",
  beforeLoad: async ({ context, params }) => {
    const shop = await context.queryClient.ensureQueryData(shopQuery(context.api, params.locale));
    if (!shop.markets.locales.some(({ locale }) => locale === params.locale)) throw notFound();
    return { shop };
  },
  component: LocaleLayout,
  // For addresses that are no page at all; a page that does not find its thing shows the same by itself.
  notFoundComponent: NotFound,
});

function LocaleLayout() {
  const { shop } = localeRoute.useRouteContext();
  return (
    <ShopContext value={shop}>
      <Frame>
        <Outlet />
      </Frame>
    </ShopContext>
  );
}
