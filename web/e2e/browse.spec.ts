import { largestCategory, productWithOptions } from "./catalog";
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
});

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
  const response = await request.get(`/api/products?locale=en-de&category=${category.slug}&sort=price`);
  const { products } = (await response.json()) as { products: { name: string }[] };
  await expect(page.locator(".card-name").first()).toHaveText(products[0]?.name ?? "");
});

test("show more loads the next page below, and the address remembers it", async ({ page, request }) => {
  const response = await request.get("/api/search?locale=en-de&q=the");
  const { next_cursor } = (await response.json()) as { next_cursor: string | null };
  test.skip(next_cursor === null, "The catalog has no list longer than a page for this word.");
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

test("options change picture, price and availability with no reload", async ({ page, request }) => {
  const product = await productWithOptions(request, "en-de");
  const value = product.options[0]?.values.at(-1);
  await open(page, `/en-de/p/${product.slug}`);
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));

  await page.getByRole("button", { name: new RegExp(`^${value?.label}`) }).click();

  await expect(page).toHaveURL(/\?sku=/);
  await expect(page.getByRole("button", { name: new RegExp(`^${value?.label}`) })).toHaveAttribute("aria-pressed", "true");
  await expect(page.locator("body[data-same-page]")).toBeAttached();
});

test.describe("where there is nothing", () => {
  test.use({ expects_missing_page: true });

  test("an address that does not exist answers 404 and shows a way on", async ({ page }) => {
    const response = await page.goto("/en-de/p/never-made");

    expect(response?.status()).toBe(404);
    await page.getByRole("main").getByRole("link", { name: "To the home page" }).click();
    await expect(page).toHaveURL("/en-de/");
  });
});
