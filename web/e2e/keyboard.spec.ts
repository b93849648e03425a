import type { Page } from "@playwright/test";
import { largestCategory, needed, productWithOptions } from "./catalog";
import { expect, open, test } from "./watched";

test("the first stop leads past the header", async ({ page }) => {
  await open(page, "/en-de/");

  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");

  expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
});

test("a sheet opens and closes by keyboard and gives the focus back", async ({ page }) => {
  await open(page, "/en-de/");
  const button = page.getByRole("button", { name: /^Country, language/ }).filter({ visible: true }).first();
  await button.focus();

  await page.keyboard.press("Enter");
  await expect(page.locator("#settings")).toBeVisible();
  await page.keyboard.press("Escape");

  await expect(page.locator("#settings")).toBeHidden();
  await expect(button).toBeFocused();
});

test("pictures are chosen with the arrow keys", async ({ page, request }) => {
  const product = await productWithOptions(request, "en-de");
  await open(page, `/en-de/p/${product.slug}`);
  const pictures = page.getByRole("radio", { name: /^Picture/ });
  needed((await pictures.count()) > 1, "second picture of the product");

  await pictures.first().focus();
  await page.keyboard.press("ArrowRight");

  await expect(pictures.nth(1)).toBeChecked();
});

test("every stop on a list can be seen, and none is covered", async ({ page, request }) => {
  const category = await largestCategory(request, "en-de");
  await open(page, `/en-de/c/${category.slug}`);

  for (let stop = 0; stop < 30; stop += 1) {
    await page.keyboard.press("Tab");
    const { label, is_ringed, is_in_view } = await focused(page);
    expect(is_ringed, `${label} shows its focus`).toBe(true);
    expect(is_in_view, `${label} is in view`).toBe(true);
  }
});

/** What has the focus, and whether a ring shows it: on itself, on its `::after` (cards) or on its label (radio buttons). */
function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null) return { label: "nothing", is_ringed: false, is_in_view: false };
    const rings = [getComputedStyle(element), getComputedStyle(element, "::after"), getComputedStyle(element.closest("label") ?? element)];
    const { top, bottom } = element.getBoundingClientRect();
    return {
      label: element.textContent || element.getAttribute("aria-label") || element.tagName,
      is_ringed: rings.some((style) => style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2),
      is_in_view: bottom > 0 && top < window.innerHeight,
    };
  });
}
