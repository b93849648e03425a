import type { Product } from "@ecom67/api-client/types";
import { Picture } from "@ecom67/ui/picture";
import { useEffect, useState } from "react";
import { ANSWERS_CACHE } from "../storage-keys";
import { ShopLink } from "./shop-link";
import { useShop } from "./shop";

const PRODUCTS_MAX = 12;

type Kept = Pick<Product, "slug" | "name" | "tint" | "pictures">;

/** The products that were seen last, which can be read without a connection. No prices: they may have changed. */
export function KeptProducts() {
  const { t, locale } = useShop();
  const [products, setProducts] = useState<Kept[]>([]);
  useEffect(() => {
    let isShown = true;
    void keptProducts(locale).then((kept) => isShown && setProducts(kept));
    return () => {
      isShown = false;
    };
  }, [locale]);
  if (products.length === 0) return null;
  return (
    <section className="page-width section">
      <div className="section-head">
        <h2 className="text-heading">{t("offline-kept")}</h2>
      </div>
      <ul className="kept-products">
        {products.map(({ slug, name, tint, pictures: [picture] }) => (
          <li key={slug}>
            <ShopLink className="kept-product" href={`/p/${slug}`}>
              <span className={`stage suggestion-stage tint-${tint}`}>{picture !== undefined && <Picture picture={picture} sizes="48px" loading="first" alt="" />}</span>
              {name}
            </ShopLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the service worker kept of products in a locale, the last first. */
async function keptProducts(locale: string): Promise<Kept[]> {
  // Outside of https and localhost there are neither workers nor caches.
  if (!("caches" in window)) return [];
  const name = (await caches.keys()).find((candidate) => candidate.startsWith(ANSWERS_CACHE));
  if (name === undefined) return [];
  const cache = await caches.open(name);
  const addresses = (await cache.keys()).map(({ url }) => new URL(url)).filter((url) => isProduct(url, locale));
  const last = addresses.toReversed().slice(0, PRODUCTS_MAX);
  const answers = await Promise.all(last.map((url) => cache.match(url)));
  // The worker keeps what the API answered, as it is.
  return Promise.all(answers.flatMap((answer) => (answer === undefined ? [] : [answer.json() as Promise<Kept>])));
}

function isProduct({ pathname, searchParams }: URL, locale: string): boolean {
  return /^\/api\/products\/[^/]+$/.test(pathname) && searchParams.get("locale") === locale;
}
