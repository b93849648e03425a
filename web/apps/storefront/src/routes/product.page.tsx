import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { ProductView } from "../features/product/product-view";
import { productQuery } from "../features/product/queries";
import { tellViewed } from "../shop/signals";

const route = getRouteApi("/$locale/p/$slug");

export function ProductPage() {
  const { api } = route.useRouteContext();
  const { locale, slug } = route.useParams();
  const { sku } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: product } = useSuspenseQuery(productQuery(api, locale, slug));
  // An effect, for the page is looked at once it stands there: its loader also runs for pages that are left at once.
  useEffect(() => tellViewed(locale, product.code), [locale, product.code]);
  const choose = (chosen: string) => void navigate({ search: { sku: chosen }, replace: true, resetScroll: false });
  return <ProductView key={product.code} product={product} sku={sku} onChoose={choose} />;
}
