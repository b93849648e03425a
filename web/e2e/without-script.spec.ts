import { largestCategory, productWithOptions } from "./catalog";
import { expect, test } from "./watched";

test.use({ javaScriptEnabled: false });

test("a product can be read without a script", async ({ page, request }) => {
  const product = await productWithOptions(request, "en-de");
  await page.goto(`/en-de/p/${product.slug}`);

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(product.name);
  await expect(page.getByText(product.summary)).toBeVisible();
  await expect(page.locator(".product-price .price-amount")).toContainText("€");
});

test("options are chosen without a script", async ({ page, request }) => {
  const product = await productWithOptions(request, "en-de");
  const value = product.options[0]?.values.at(-1);
  await page.goto(`/en-de/p/${product.slug}`);

  await page.getByRole("button", { name: new RegExp(`^${value?.label}`) }).click();

  await expect(page).toHaveURL(/\?sku=/);
  await expect(page.getByRole("button", { name: new RegExp(`^${value?.label}`) })).toHaveAttribute("aria-pressed", "true");
});

test("lists are filtered and sorted without a script", async ({ page, request, viewport }) => {
  const category = await largestCategory(request, "en-de");
  const facet = category.list.facets.find(({ kind, values }) => kind === "values" && values.length > 1);
  const value = facet?.values.at(-1);
  await page.goto(`/en-de/c/${category.slug}`);
  await page.getByLabel("Sort by").selectOption("price");
  if ((viewport?.width ?? 0) < 1024) await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("checkbox", { name: `${value?.label} ${value?.count}` }).check();

  await page.getByRole("button", { name: "Apply" }).click();

  await expect(page).toHaveURL(/sort=price/);
  await expect(page.locator(".result-count")).toHaveText(new RegExp(`^${value?.count} product`));
  await expect(page.getByRole("link", { name: `Remove filter ${value?.label}` })).toBeVisible();
});

test("the search works without a script", async ({ page, request }) => {
  const product = await productWithOptions(request, "en-de");
  await page.goto("/en-de/");

  await page.getByRole("searchbox").fill(product.name);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("main").getByRole("link", { name: product.name })).toBeVisible();
});
