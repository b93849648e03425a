import type { Page } from "@playwright/test";
import { largestCategory, needed, productWithOptions, read, variantsThatDiffer, type Variant } from "./catalog";
import { expect, open, test } from "./watched";

test("a shopper goes from the home page over a category to a product and back to where they were", async ({ page, request }) => {
  const category = await largestCategory(request, "en-de");
  await open(page, "/en-de/");
  await page.getByRole("main").getByRole("link", { name: category.name }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: category.name })).toBeFocused();

  const last = category.list.products.at(-1);
  const link = page.getByRole("link", { name: last?.name, exact: true });
  await link.scrollIntoViewIfNeeded();
  const scrolled = await page.evaluate(() => window.scrollY);
  await link.click();
  await expect(page.getByRole("heading", { level: 1, name: last?.name })).toBeFocused();
  await expect(page).toHaveURL(`/en-de/p/${last?.slug}`);
  expect(await page.evaluate(() => window.scrollY)).toBe(0);

  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: category.name })).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(scrolled);

  await scrollTo(page, 0);
  await page.goForward();
  await expect(page.getByRole("heading", { level: 1, name: last?.name })).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(0);
  await scrollTo(page, 300);
  await page.goBack();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(0);
  await page.goForward();
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(300);
});

/** Scrolls, and lets the router take note of it: it does so now and then, not with every pixel. */
async function scrollTo(page: Page, top: number): Promise<void> {
  await page.evaluate((position) => window.scrollTo(0, position), top);
  await page.waitForTimeout(300);
}

test("a slow page shows its shape at once, and starts at its heading when it comes", async ({ page, request }) => {
  const category = await largestCategory(request, "en-de");
  await open(page, "/en-de/");
  await page.route("**/api/**", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await route.continue();
  });

  await page.getByRole("main").getByRole("link", { name: category.name }).first().click();

  await expect(page.getByText("Loading …")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: category.name })).toBeFocused();
  await page.unrouteAll({ behavior: "wait" });
});

test("a filter narrows the list, stands in the address, and back takes it away", async ({ page, request, viewport }) => {
  const category = await largestCategory(request, "en-de");
  const facet = category.list.facets.find(({ kind, values }) => kind === "values" && values.length > 1);
  const value = facet?.values.at(-1);
  await open(page, `/en-de/c/${category.slug}`);
  const isPhone = (viewport?.width ?? 0) < 1024;
  if (isPhone) await page.getByRole("button", { name: "Filter", exact: true }).click();

  await page.getByRole("checkbox", { name: `${value?.label} ${value?.count}` }).check();

  await expect(page).toHaveURL(new RegExp(`filter=${facet?.key}:${value?.value}`));
  if (isPhone) await page.getByRole("button", { name: /^Show \d/ }).click();
  await expect(page.locator(".result-count")).toHaveText(new RegExp(`^${value?.count} product`));
  await expect(page.getByRole("link", { name: `Remove filter ${value?.label}` })).toBeVisible();

  await page.goBack();
  await expect(page.getByRole("link", { name: `Remove filter ${value?.label}` })).toBeHidden();
});

test("sorting by price begins with the cheapest", async ({ page, request }) => {
  const category = await largestCategory(request, "en-de");
  await open(page, `/en-de/c/${category.slug}`);

  await page.getByLabel("Sort by").selectOption("price");

  await expect(page).toHaveURL(/sort=price/);
  const { products } = await read<{ products: { name: string }[] }>(request, `/api/products?locale=en-de&category=${category.slug}&sort=price`);
  await expect(page.locator(".card-name").first()).toHaveText(products[0]?.name ?? "");
});

test("show more loads the next page below, and the address remembers it", async ({ page, request }) => {
  const { next_cursor } = await read<{ next_cursor: string | null }>(request, "/api/search?locale=en-de&q=the");
  needed(next_cursor, "list longer than a page for the word “the”");
  await open(page, "/en-de/search?q=the");
  await expect(page.locator(".card")).toHaveCount(24);

  await page.getByRole("link", { name: "Show more" }).click();

  await expect.poll(() => page.locator(".card").count()).toBeGreaterThan(24);
  await expect(page).toHaveURL(/page=2/);
  const shown_count = await page.locator(".card").count();
  await page.reload();
  await expect.poll(() => page.locator(".card").count()).toBeGreaterThanOrEqual(shown_count);
});

test("a search from the header finds a product by its name", async ({ page, request }) => {
  const product = await productWithOptions(request, "en-de");
  await open(page, "/en-de/");

  await page.getByRole("searchbox", { name: "Search the shop" }).fill(product.name);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page.getByRole("main").getByRole("link", { name: product.name })).toBeVisible();
});

const changes = [
  { what: "picture", told: ({ picture }: Variant) => picture, shown: ".gallery img" },
  { what: "price", told: ({ price }: Variant) => price?.amount, shown: ".product-price .price-amount" },
  { what: "availability", told: ({ availability }: Variant) => availability, shown: ".availability" },
];

for (const { what, told, shown } of changes) {
  test(`an option changes the ${what} with no reload`, async ({ page, request }) => {
    const { product, from, to } = needed(await variantsThatDiffer(request, "en-de", told), `option that changes the ${what}`);
    const look = () => page.locator(shown).first().evaluate((element) => element.getAttribute("src") ?? element.textContent);
    await open(page, `/en-de/p/${product.slug}?sku=${to.sku}`);
    const expected = await look();
    await open(page, `/en-de/p/${product.slug}?sku=${from.sku}`);
    const before = await look();
    await page.evaluate(() => document.body.setAttribute("data-same-page", ""));

    await page.locator(`button[name="sku"][value="${to.sku}"]`).click();

    await expect(page).toHaveURL(new RegExp(`\\?sku=${to.sku}$`));
    await expect.poll(look).toBe(expected);
    expect(before).not.toBe(expected);
    await expect(page.locator("body[data-same-page]")).toBeAttached();
  });
}

test.describe("where there is nothing", () => {
  test.use({ expects_missing_page: true });

  test("an address that does not exist answers 404 and shows a way on", async ({ page }) => {
    const response = await page.goto("/en-de/p/never-made");

    expect(response?.status()).toBe(404);
    await page.getByRole("main").getByRole("link", { name: "To the home page" }).click();
    await expect(page).toHaveURL("/en-de/");
  });
});
