import { createRoute, notFound, Outlet } from "@tanstack/react-router";
import { lazy, Suspense, type ComponentType } from "react";
import { Frame } from "../features/shell/frame";
import { NotFound } from "../features/trouble/not-found";
import { useCartDrawer, type Added } from "../shop/cart/drawer";
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
      <CartDrawerPlace />
    </ShopContext>
  );
}

// Where it cannot be had, the number beside the cart tells that something was put in.
const CartDrawer = lazy<ComponentType<{ added: Added }>>(() =>
  import("../features/cart/cart-drawer").then(({ CartDrawer: drawer }) => ({ default: drawer })).catch(() => ({ default: () => null })),
);

/** The drawer comes with the first thing that is put into the cart. */
function CartDrawerPlace() {
  const added = useCartDrawer();
  if (added === undefined) return null;
  return (
    <Suspense>
      <CartDrawer added={added} />
    </Suspense>
  );
}
