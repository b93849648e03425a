import type { Page } from "@playwright/test";
import { SCROLL_KEY, SEARCHES_KEY } from "../apps/storefront/src/storage-keys";
import { violations } from "./axe";
import { needed, productWithOptions, read } from "./catalog";
import { expect, open, test } from "./watched";

type Suggestions = { queries: string[]; categories: { name: string }[]; products: { slug: string; name: string }[] };

const field = (page: Page) => page.locator(".site-search .field");

/** Types the first letters of a product's name, and waits for what is offered. */
async function typeBeginning(page: Page, locale: string) {
  const { name } = await productWithOptions(page.request, locale);
  const beginning = name.slice(0, 3);
  await open(page, `/${locale}/`);
  await field(page).click();
  await field(page).pressSequentially(beginning);
  await expect(page.getByRole("option").first()).toBeVisible();
  const offered = await read<Suggestions>(page.request, `/api/suggest?locale=${locale}&q=${encodeURIComponent(beginning)}`);
  await expect(page.getByRole("option")).toHaveCount(offered.queries.length + offered.categories.length + offered.products.length);
  return { beginning, offered };
}

test("a product is reached with the arrow keys and opened with Enter", async ({ page }) => {
  const { offered } = await typeBeginning(page, "en-de");
  const product = needed(offered.products[0], "product that is suggested");
  for (let step = 0; step <= offered.queries.length + offered.categories.length; step += 1) await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option", { selected: true })).toContainText(product.name);
  await expect(field(page)).toBeFocused();

  await page.keyboard.press("Enter");

  await expect(page).toHaveURL(`/en-de/p/${product.slug}`);
  await expect(page.getByRole("heading", { level: 1, name: product.name })).toBeFocused();
  await expect(page.getByRole("listbox")).toBeHidden();
});

test("the arrow keys go round, Home and End go back to the text, and the number is told to a screen reader", async ({ page }) => {
  const { offered } = await typeBeginning(page, "en-de");
  const count = offered.queries.length + offered.categories.length + offered.products.length;
  await expect(page.locator(".site-search").getByRole("status")).toHaveText(`${count} suggestion${count === 1 ? "" : "s"}`);
  const active = page.getByRole("option", { selected: true });

  await page.keyboard.press("ArrowUp");
  await expect(active).toHaveAttribute("id", `suggestion-${count - 1}`);
  await expect(field(page)).toHaveAttribute("aria-activedescendant", `suggestion-${count - 1}`);
  await page.keyboard.press("ArrowDown");
  await expect(active).toHaveCount(0);
  for (const key of ["Home", "End"]) {
    await page.keyboard.press("ArrowDown");
    await expect(active).toHaveCount(1);
    await page.keyboard.press(key);
    await expect(active).toHaveCount(0);
    await expect(field(page)).toBeFocused();
  }
});

test("a suggested search is a tap away", async ({ page }) => {
  const { offered } = await typeBeginning(page, "en-de");
  const search = needed(offered.queries[0], "search that is suggested");

  await page.getByRole("group", { name: "Searches" }).getByRole("option").first().click();

  await expect(page.getByRole("heading", { level: 1, name: `Results for “${search}”` })).toBeVisible();
  await expect(field(page)).toHaveValue(search);
});

test("Escape closes what is offered, and then clears the field", async ({ page }) => {
  const { beginning } = await typeBeginning(page, "en-de");

  await page.keyboard.press("Escape");
  await expect(page.getByRole("listbox")).toBeHidden();
  await expect(field(page)).toHaveValue(beginning);

  await page.keyboard.press("Escape");
  await expect(field(page)).toHaveValue("");
  await expect(field(page)).toBeFocused();
});

type Shift = { value: number; nodes: string[] };

test("what is offered moves nothing else, and is no wider than the screen", async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: Shift[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources } = entry as unknown as { value: number; sources: { node: Node | null }[] };
        const elements = sources.map(({ node }) => (node instanceof Element ? node : node?.parentElement)).filter((element) => element != null);
        // Within what is offered, later answers take the place of earlier ones.
        const outside = elements.filter((element) => element.closest(".suggestions") === null);
        if (outside.length > 0) shifts.push({ value, nodes: outside.map((element) => `${element.tagName}.${element.className}`) });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });

  await typeBeginning(page, "de-de");
  await page.waitForLoadState("networkidle");

  const shifts = await page.evaluate(() => (window as unknown as { shifts: Shift[] }).shifts);
  expect(shifts.reduce((sum, { value }) => sum + value, 0), JSON.stringify(shifts)).toBeLessThan(0.01);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
});

test("options are large enough for a finger", async ({ page }) => {
  await typeBeginning(page, "en-de");

  const heights = await page.getByRole("option").evaluateAll((options) => options.map((option) => option.getBoundingClientRect().height));

  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
});

for (const theme of ["light", "dark"] as const) {
  test.describe(`in ${theme}`, () => {
    test.use({ colorScheme: theme });

    test("the open panel passes axe", async ({ page }) => {
      await typeBeginning(page, "de-de");
      await page.keyboard.press("ArrowDown");
      expect(await violations(page, { within: ".site-search" })).toEqual([]);

      await field(page).fill("");
      await expect(page.getByRole("switch")).toBeVisible();
      expect(await violations(page, { within: ".site-search" })).toEqual([]);
    });
  });
}

test("searches are remembered on request alone", async ({ page }) => {
  const keys = () => page.evaluate((scroll) => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((key) => key !== scroll), SCROLL_KEY);
  const searchFor = async (q: string) => {
    await field(page).fill(q);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: `Results for “${q}”` })).toBeVisible();
  };
  await open(page, "/en-de/");
  await searchFor("cup");
  expect(await keys()).toEqual([]);

  await field(page).fill("");
  await page.getByRole("switch", { name: "Remember my searches on this device" }).check();
  await searchFor("kite");
  await open(page, "/en-de/");
  await field(page).click();
  await expect(page.getByRole("group", { name: "Your last searches" }).getByRole("option")).toHaveText(["kite"]);
  expect(await keys()).toEqual([SEARCHES_KEY]);

  await page.getByRole("switch").uncheck();
  await expect(page.getByRole("listbox")).toBeHidden();
  expect(await keys()).toEqual([]);
});
