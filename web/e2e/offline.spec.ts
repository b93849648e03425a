import type { Page } from "@playwright/test";
import { ANSWERS_CACHE, BUILD_CACHE, OFFLINE_CACHE, PAGES_CACHE, PICTURES_CACHE, SCROLL_KEY } from "../apps/storefront/src/storage-keys";
import { violations } from "./axe";
import { largestCategory, productWithOptions } from "./catalog";
import { StoppableShop } from "./stoppable";
import { expect, open, test as watched } from "./watched";

/** Each test has the shop at an origin of its own, and so a browser without a worker. */
const test = watched.extend<{ shop: StoppableShop }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads from it which fixtures are needed.
  shop: async ({}, use) => {
    const shop = new StoppableShop(String(process.env.ECOM67_URL));
    await shop.start();
    await use(shop);
    await shop.stop();
  },
  baseURL: async ({ shop }, use) => use(shop.address),
});

test.use({ serviceWorkers: "allow", expects_lost_connection: true });

/** Opens the first page, and waits until it is kept on the device with what its language needs. */
async function openAndKeep(page: Page, path: string): Promise<void> {
  await open(page, path);
  const locale = path.slice(1, 6);
  await expect.poll(() => keptIn(page, OFFLINE_CACHE)).toEqual([`/${locale}/offline`]);
  await expect.poll(() => keptIn(page, PAGES_CACHE)).toContain(path);
  await page.waitForLoadState("networkidle");
}

/** The addresses in the caches whose names begin so. */
function keptIn(page: Page, prefix: string): Promise<string[]> {
  return page.evaluate(async (beginning) => {
    const names = (await caches.keys()).filter((name) => name.startsWith(beginning));
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys.flat().map(({ url }) => url.slice(location.origin.length));
  }, prefix);
}

/** Presses the button until it has gone: a page that hears of the connection by itself may take it away before it is pressed. */
async function pressUntilGone(page: Page, name: string): Promise<void> {
  const button = page.getByRole("button", { name });
  await expect(async () => {
    if (await button.isVisible()) await button.click({ timeout: 1000 });
    await expect(button).toBeHidden({ timeout: 1000 });
  }).toPass();
}

const pictures = (page: Page) =>
  page.locator(".gallery img").first().evaluate((picture) => picture instanceof HTMLImageElement && picture.complete && picture.naturalWidth > 0);

test("a product that was seen is read without a connection, and says that it may have changed", async ({ page, request, context }) => {
  const product = await productWithOptions(request, "en-de");
  await openAndKeep(page, `/en-de/p/${product.slug}`);

  await context.setOffline(true);
  await page.reload();

  await expect(page.getByRole("heading", { level: 1, name: product.name })).toBeVisible();
  await expect(page.locator(".product-price .price-amount")).toContainText("€");
  await expect.poll(() => pictures(page)).toBe(true);
  const notice = page.getByRole("status").filter({ hasText: "No connection to the shop." });
  await expect(notice).toContainText("prices and stock may have changed");
  await expect(notice).toContainText(String(new Date().getFullYear()));

  await context.setOffline(false);
  await expect(notice).toBeHidden();
  await expect(page.getByRole("heading", { level: 1, name: product.name })).toBeVisible();
});

test("where the shop itself has gone, what was seen stays, and it recovers when the shop is back", async ({ page, request, shop }) => {
  const product = await productWithOptions(request, "de-de");
  const category = await largestCategory(request, "de-de");
  await openAndKeep(page, "/de-de/");
  // Without loading a page from the server: what is kept of these are the answers of the API.
  await page.getByRole("main").getByRole("link", { name: category.name }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: category.name })).toBeFocused();
  await expect(page.locator(".card").first()).toBeVisible();
  const name = await page.locator(".card-name a").first().textContent();
  await page.locator(".card-name a").first().click();
  await expect(page.getByRole("heading", { level: 1, name: String(name) })).toBeFocused();
  const address = page.url();
  await page.waitForLoadState("networkidle");

  await shop.stop();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: String(name) })).toBeVisible();
  await expect(page.getByText("Keine Verbindung zum Laden.")).toBeVisible();

  await page.goto(`/de-de/p/${product.slug}`);
  await expect(page.getByRole("heading", { level: 1, name: "Keine Verbindung" })).toBeVisible();
  await page.getByRole("region").or(page.locator(".kept-products")).getByRole("link", { name: String(name) }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: String(name) })).toBeVisible();
  expect(page.url()).toBe(address);

  await shop.start();
  await pressUntilGone(page, "Noch einmal prüfen");
  await expect(page.getByText("Keine Verbindung zum Laden.")).toBeHidden();
  await page.goto(`/de-de/p/${product.slug}`);
  await expect(page.getByRole("heading", { level: 1, name: product.name })).toBeVisible();
});

for (const { locale, title, retry } of [
  { locale: "de-de", title: "Keine Verbindung", retry: "Noch einmal versuchen" },
  { locale: "en-de", title: "No connection", retry: "Try again" },
]) {
  for (const theme of ["light", "dark"] as const) {
    test.describe(`in ${theme}`, () => {
      test.use({ colorScheme: theme });

      test(`a page that was never seen is an offline page in ${locale}, passes axe, and comes with the connection`, async ({ page, request, context }) => {
        const product = await productWithOptions(request, locale);
        await openAndKeep(page, `/${locale}/`);

        await context.setOffline(true);
        await page.goto(`/${locale}/p/${product.slug}`);

        await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
        await expect(page.locator("html")).toHaveAttribute("lang", /^(de|en)-DE$/);
        await expect(page.locator(".connection-notice-inner"), "the page says so itself").toBeHidden();
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);

        await context.setOffline(false);
        await pressUntilGone(page, retry);
        await expect(page.getByRole("heading", { level: 1, name: product.name })).toBeVisible();
      });
    });
  }
}

test.describe("with pages that are missing", () => {
  test.use({ expects_missing_page: true });

  test("nothing but what the list allows is kept, and no search", async ({ page, request }) => {
    const product = await productWithOptions(request, "en-de");
    await openAndKeep(page, "/en-de/");
    await page.locator(".site-search .field").fill(product.name.slice(0, 4));
    await expect(page.getByRole("option").first()).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Results");
    await page.goto("/en-de/search?q=cup");
    await page.goto(`/en-de/p/${product.slug}?utm_source=letter`);
    await page.goto("/en-de/nothing-here");
    await page.waitForLoadState("networkidle");

    const names = await page.evaluate(() => caches.keys());
    const listed = [BUILD_CACHE, OFFLINE_CACHE, PAGES_CACHE, ANSWERS_CACHE].map((prefix) => names.find((name) => name.startsWith(prefix)));
    expect(names.toSorted()).toEqual([...listed, PICTURES_CACHE].map(String).toSorted());
    const allowed = /^\/(?:assets\/[^/?]+|favicon\.svg|media\/[0-9a-f]{40}\/\d+\.webp|en-de\/|en-de\/offline|en-de\/p\/[^/?]+|api\/(?:markets|home|navigation|categories|products)\b.*)$/;
    const addresses = await keptIn(page, "");
    expect(addresses.filter((address) => !allowed.test(address) || /[?&](?:q|utm_source)=/.test(address))).toEqual([]);
    expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])).toEqual([SCROLL_KEY]);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  });
});

test("a new release takes over as a whole: old caches go, and the next page comes from the server", async ({ page, request, shop }) => {
  const category = await largestCategory(request, "en-de");
  await openAndKeep(page, "/en-de/");
  const [before] = await page.evaluate(async (prefix) => (await caches.keys()).filter((name) => name.startsWith(prefix)), BUILD_CACHE);
  const id = String(before).slice(BUILD_CACHE.length);
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));

  shop.worker = (script) => script.replaceAll(id, "0123456789ab").replaceAll(/entry:`[^`]*`/g, "entry:`/assets/main-next.js`");
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());

  const names = () => page.evaluate(() => caches.keys());
  await expect.poll(names).toContain(`${BUILD_CACHE}0123456789ab`);
  await expect.poll(async () => (await names()).filter((name) => name.endsWith(id))).toEqual([]);
  await expect(page.locator("body[data-same-page]"), "nobody is thrown out of what they read").toBeAttached();
  await page.getByRole("main").getByRole("link", { name: category.name }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: category.name })).toBeVisible();
  await expect(page.locator("body[data-same-page]")).not.toBeAttached();
  await page.goBack();
  await expect(page).toHaveURL("/en-de/");
});

test("without a connection the cart says so, changes nothing, and nothing of it is on the device", async ({ page, request, context }) => {
  const product = await productWithOptions(request, "en-de");
  await openAndKeep(page, `/en-de/p/${product.slug}`);
  const add = page.getByRole("button", { name: "Add to cart", exact: true });
  await add.click();
  await page.getByRole("dialog").getByRole("button", { name: "Keep looking" }).click();
  await expect(page.getByRole("link", { name: "Cart, 1 item" })).toBeVisible();
  await page.getByRole("link", { name: "Cart, 1 item" }).click();
  await expect(page.locator(".cart-row")).toBeVisible();
  await page.waitForLoadState("networkidle");

  await context.setOffline(true);
  await page.getByRole("button", { name: /^One more/ }).click();

  await expect(page.getByRole("alert")).toHaveText("No connection to the shop. Nothing has changed; please try again.");
  await expect(page.locator(".stepper-field")).toHaveValue("1");
  const addresses = await keptIn(page, "");
  expect(addresses.filter((address) => address.includes("cart") && !address.startsWith("/assets/"))).toEqual([]);

  await context.setOffline(false);
  await page.getByRole("button", { name: /^One more/ }).click();
  await expect(page.getByRole("link", { name: "Cart, 2 items" })).toBeVisible();
});
