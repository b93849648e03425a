import type { Page } from "@playwright/test";
import { needed, productWithOptions, read } from "./catalog";
import { expect, open, test } from "./watched";

type Answered = { path: string; status: number };
type Told = { path: string; body: unknown };

/** What the shop says to what the page tells in the background. */
function listen(page: Page): Answered[] {
  const answered: Answered[] = [];
  page.on("response", (response) => {
    if (response.request().method() === "POST") answered.push({ path: new URL(response.url()).pathname, status: response.status() });
  });
  return answered;
}

/** Notes what the page tells, and lets it go: a browser does not show the bodies of such requests to others. */
async function note(page: Page): Promise<() => Promise<Told[]>> {
  await page.addInitScript(() => {
    const told: Promise<Told>[] = [];
    const send = navigator.sendBeacon.bind(navigator);
    navigator.sendBeacon = (path, body) => {
      told.push((body as Blob).text().then((text) => ({ path: String(path), body: JSON.parse(text) as unknown })));
      return send(path, body);
    };
    Object.assign(window, { told });
  });
  return () => page.evaluate(() => Promise.all((window as unknown as { told: Promise<Told>[] }).told));
}

test("a result that is followed, and its page, are counted without a trace of who", async ({ page }) => {
  const { name } = await productWithOptions(page.request, "en-de");
  const q = needed(name.split(" ")[0], "word to search for").toLowerCase();
  const { products } = await read<{ products: { code: string; name: string }[] }>(page.request, `/api/search?locale=en-de&q=${encodeURIComponent(q)}`);
  const product = needed(products[0], "product that is found");
  const told = await note(page);
  const answered = listen(page);
  await open(page, `/en-de/search?q=${encodeURIComponent(q)}`);

  await page.locator(".card-grid").getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: product.name })).toBeVisible();

  await expect.poll(() => answered.map(({ path, status }) => `${status} ${path}`).toSorted()).toEqual(["204 /api/clicks", "204 /api/views"]);
  expect(await told()).toEqual([
    { path: "/api/clicks", body: { locale: "en-de", product: product.code, q, position: 1 } },
    { path: "/api/views", body: { locale: "en-de", product: product.code } },
  ]);
  expect(await page.context().cookies()).toEqual([]);
});
