import type { Page } from "@playwright/test";
import { needed, productWithOptions, read } from "./catalog";
import { expect, open, test } from "./watched";

type Signal = { path: string; body: unknown; status: number };

/** What the page tells in the background, and what the shop says to it. */
function listen(page: Page): Signal[] {
  const signals: Signal[] = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (response.request().method() === "POST") signals.push({ path: pathname, body: response.request().postDataJSON(), status: response.status() });
  });
  return signals;
}

test("a result that is followed, and its page, are counted without a trace of who", async ({ page }) => {
  const { name } = await productWithOptions(page.request, "en-de");
  const q = needed(name.split(" ")[0], "word to search for").toLowerCase();
  const { products } = await read<{ products: { code: string; name: string }[] }>(page.request, `/api/search?locale=en-de&q=${encodeURIComponent(q)}`);
  const product = needed(products[0], "product that is found");
  await open(page, `/en-de/search?q=${encodeURIComponent(q)}`);
  const signals = listen(page);

  await page.locator(".card-grid").getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: product.name })).toBeVisible();

  await expect.poll(() => signals.length).toBe(2);
  expect(signals.toSorted((one, other) => one.path.localeCompare(other.path))).toEqual([
    { path: "/api/clicks", body: { locale: "en-de", product: product.code, q, position: 1 }, status: 204 },
    { path: "/api/views", body: { locale: "en-de", product: product.code }, status: 204 },
  ]);
  expect(await page.context().cookies()).toEqual([]);
});
