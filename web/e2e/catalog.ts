import { expect, test, type APIRequestContext } from "@playwright/test";

// What the tests visit is taken from the shop's own API, so that they hold for any catalog.

type Card = { slug: string; name: string; swatches: unknown[] };
type Option = { attribute: string; values: { value: string; label: string }[] };
export type Variant = { sku: string; options: Record<string, string>; price: { amount: number } | null; availability: string; picture: number | null };
type Product = { slug: string; name: string; summary: string; options: Option[]; variants: Variant[] };
type List = { products: Card[]; total: { count: number }; next_cursor: string | null; facets: { key: string; kind: string; values: { label: string; value: string; count: number }[] }[] };

/** What a test cannot do without: where the catalog has none the test is left out, and in CI it fails. */
export function needed<Thing>(thing: Thing | null | undefined, name: string): Thing {
  const missing = `The shop has no ${name}.`;
  if (process.env.CI === "true") expect(thing, missing).not.toBeFalsy();
  test.skip(!thing, missing);
  return thing as Thing;
}

export async function read<Answer>(request: APIRequestContext, path: string): Promise<Answer> {
  const response = await request.get(path);
  if (!response.ok()) throw new Error(`${path} answered ${response.status()}`);
  return (await response.json()) as Answer;
}

/** The largest root category: it has facets, and more than one page where the catalog is large enough. */
export async function largestCategory(request: APIRequestContext, locale: string): Promise<{ slug: string; name: string; list: List }> {
  const { categories } = await read<{ categories: { slug: string; name: string }[] }>(request, `/api/categories?locale=${locale}`);
  const lists = await Promise.all(
    categories.map(async ({ slug, name }) => ({ slug, name, list: await read<List>(request, `/api/products?locale=${locale}&category=${slug}`) })),
  );
  const [largest] = lists.toSorted((one, other) => other.list.total.count - one.list.total.count);
  if (largest === undefined) throw new Error("The shop has no categories.");
  return largest;
}

/** A product whose first option has several values. */
export async function productWithOptions(request: APIRequestContext, locale: string): Promise<Product> {
  const { products } = await read<List>(request, `/api/products?locale=${locale}&limit=100`);
  const card = products.find(({ swatches }) => swatches.length > 1);
  if (card === undefined) throw new Error("The shop has no product with colours.");
  return read<Product>(request, `/api/products/${card.slug}?locale=${locale}`);
}

/** A product with two variants that differ in one choice and in what `told` tells of a variant. */
export async function variantsThatDiffer(
  request: APIRequestContext,
  locale: string,
  told: (variant: Variant) => unknown,
): Promise<{ product: Product; from: Variant; to: Variant } | undefined> {
  const { products } = await read<List>(request, `/api/products?locale=${locale}&limit=96`);
  for (const card of products) {
    const product = await read<Product>(request, `/api/products/${card.slug}?locale=${locale}`);
    for (const from of product.variants) {
      for (const to of product.variants) {
        const changed = product.options.filter(({ attribute }) => from.options[attribute] !== to.options[attribute]);
        if (changed.length === 1 && told(from) !== told(to)) return { product, from, to };
      }
    }
  }
  return undefined;
}

export async function contentPage(request: APIRequestContext, locale: string): Promise<string> {
  const { delivery_link } = await read<{ delivery_link: { href: string } | null }>(request, `/api/navigation?locale=${locale}`);
  if (delivery_link === null) throw new Error("The shop has no page about delivery.");
  return delivery_link.href;
}

/** One address of every kind of page. */
export async function everyPage(request: APIRequestContext, locale: string): Promise<Record<string, string>> {
  const [category, product, content, home] = await Promise.all([
    largestCategory(request, locale),
    productWithOptions(request, locale),
    contentPage(request, locale),
    read<{ sections: { link?: { href: string } | null }[] }>(request, `/api/home?locale=${locale}`),
  ]);
  const collection = home.sections.map((section) => section.link?.href).find((href) => href?.startsWith("/l/"));
  const [word = product.name] = product.name.split(" ");
  const pages: Record<string, string> = {
    home: "/",
    category: `/c/${category.slug}`,
    product: `/p/${product.slug}`,
    search: `/search?q=${encodeURIComponent(word)}`,
    "empty search": "/search?q=zzzzzzzzzz",
    content,
    cart: "/cart",
    missing: "/nothing-here",
  };
  if (collection !== undefined) pages.collection = collection;
  return Object.fromEntries(Object.entries(pages).map(([kind, path]) => [kind, `/${locale}${path}`]));
}
