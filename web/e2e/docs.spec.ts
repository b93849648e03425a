import { THEME_KEY } from "../apps/storefront/src/storage-keys";
import { violations } from "./axe";
import { expect, test } from "./watched";

// `watched` also fails on anything the security policy refuses: the browser logs that as an error.

test("the page of the API lists every operation", async ({ page, request }) => {
  const { paths } = (await (await request.get("/openapi.json")).json()) as { paths: Record<string, object> };
  await page.goto("/docs");

  await expect(page.locator(".opblock").first()).toBeVisible();

  const listed = await page.locator(".opblock-summary-path").evaluateAll((elements) => elements.map((element) => element.getAttribute("data-path")));
  // An address stands there once for each of its verbs.
  const operations = Object.entries(paths).flatMap(([path, verbs]) => Object.keys(verbs).map(() => path));
  expect(listed.toSorted()).toEqual(operations.toSorted());
  await expect(page).toHaveTitle("The shop's API");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test("a read is tried against this shop, and nothing is kept in the browser", async ({ page }) => {
  await page.goto("/docs");
  const operation = page.locator(".opblock", { has: page.locator("[data-path='/api/markets']") });

  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  await operation.getByRole("button", { name: "Execute" }).click();

  await expect(operation.locator(".live-responses-table .response-col_status").filter({ hasText: "200" })).toBeVisible();
  await expect(operation.locator(".live-responses-table")).toContainText("default_locale");
  expect(await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)])).toEqual([]);
});

for (const theme of ["light", "dark"] as const) {
  test(`the page of the API can be read in ${theme}`, async ({ page }) => {
    await page.addInitScript(([key, value]) => localStorage.setItem(key, value), [THEME_KEY, theme] as const);
    await page.goto("/docs");
    await expect(page.locator(".opblock").first()).toBeVisible();

    // How Swagger UI nests its buttons and headings is not ours to mend.
    expect(await violations(page, { rules: ["color-contrast", "document-title", "html-has-lang", "link-name", "button-name", "target-size"] })).toEqual([]);
  });
}
