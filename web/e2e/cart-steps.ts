// What the tests of the cart do again and again.

import type { APIRequestContext, Locator, Page } from "@playwright/test";
import type { Words } from "./cart-words";
import { needed, read } from "./catalog";
import { expect, open } from "./watched";

/** A product as a list shows it. */
export type Card = { code: string; sku: string | null; slug: string; name: string; availability: string };

/** Products of one variant that are there, so that they need no choice. */
export async function products(request: APIRequestContext, locale: string): Promise<[Card, Card]> {
  const list = await read<{ products: Card[] }>(request, `/api/products?locale=${locale}&limit=100`);
  const [first, second] = list.products.filter(({ sku, availability }) => sku !== null && availability === "in_stock");
  return [needed(first, "product of one variant"), needed(second, "second product of one variant")];
}

/** Puts something into the cart as a shopper does, and leaves the drawer open. */
export async function add(page: Page, { locale, add: label, drawer }: Words, { slug }: Card): Promise<Locator> {
  await open(page, `/${locale}/p/${slug}`);
  await page.getByRole("button", { name: label, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: drawer });
  await expect(dialog).toBeVisible();
  return dialog;
}
