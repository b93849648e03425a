import type { Locator, Page } from "@playwright/test";
import { settled, violations } from "./axe";
import { add, type Card } from "./cart-steps";
import { english, german, type Words } from "./cart-words";
import { needed, read } from "./catalog";
import { expect, open, test } from "./watched";

type Question = { words: Words; why: RegExp; together: string; applied: string; others: string; close: string };

const questions: Question[] = [
  { words: english, why: /^Why /, together: "Together", applied: "What applies", others: "What does not apply, and why", close: "Close" },
  { words: german, why: /^Warum /, together: "Zusammen", applied: "Was gilt", others: "Was nicht gilt, und warum", close: "Schließen" },
];
const [asked] = questions as [Question];

/** Puts so many of a tea into the cart, and opens its page. */
async function cartOfTea(page: Page, words: Words, quantity: number): Promise<Card> {
  const { products } = await read<{ products: Card[] }>(page.request, `/api/products?locale=${words.locale}&limit=100&category=${words === english ? "tea" : "tee"}`);
  const tea = needed(products.find(({ sku, availability }) => sku !== null && availability === "in_stock"), "tea of one variant");
  const dialog = await add(page, words, tea);
  await dialog.getByRole("link", { name: words.toCart }).click();
  await expect(page.getByRole("heading", { level: 1, name: words.title })).toBeFocused();
  if (quantity > 1) await setQuantity(page, words, tea, quantity);
  return tea;
}

async function setQuantity(page: Page, words: Words, { name }: Card, quantity: number): Promise<void> {
  const field = page.getByRole("textbox", { name: words.quantity(name) });
  await field.fill(String(quantity));
  await field.press("Enter");
}

const panelOf = (page: Page, why: RegExp) => page.getByRole("dialog", { name: why });

/** An amount as it is written, in its minor unit. */
function minorOf(text: string): number {
  const digits = Number(text.replaceAll(/\D/g, ""));
  return text.includes("-") ? -digits : digits;
}

async function minorsOf(amounts: Locator): Promise<number[]> {
  return (await amounts.allTextContents()).map(minorOf);
}

for (const { words, why, together, close } of questions) {
  test(`every amount of the cart tells by keyboard why, and its parts add up to it: ${words.locale}`, async ({ page }) => {
    await cartOfTea(page, words, 3);
    const express = page.getByRole("radio", { name: /Express/ });
    await express.check();
    await expect(page.locator(".cart-sum-part", { hasText: "Express" })).toContainText("9");
    const buttons = page.getByRole("button", { name: why });
    // The line, goods, discount, delivery, total, and the taxes of the goods and of their delivery.
    await expect(buttons).toHaveCount(6);

    for (const button of await buttons.all()) {
      const question = String(await button.getAttribute("aria-label"));
      await button.focus();
      await page.keyboard.press("Enter");

      const panel = panelOf(page, why);
      await expect(panel.locator(".why-rules")).not.toBeEmpty();
      const sum = minorOf(String(await panel.locator(".why-sum strong").textContent()));
      expect([question, minorOf(question.replace(/\?.*/, ""))]).toEqual([question, sum]);
      await expect(panel.getByText(together, { exact: true })).toBeVisible();
      const parts = await minorsOf(panel.getByRole("definition"));
      expect([question, parts.reduce((all, part) => all + part, 0)]).toEqual([question, sum]);
      await expect(panel.getByRole("button", { name: close })).toBeFocused();

      await page.keyboard.press("Escape");
      await expect(panel).toBeHidden();
      await expect(button).toBeFocused();
    }
  });

  test(`the open panel passes axe in the light and in the dark: ${words.locale}`, async ({ page }) => {
    await cartOfTea(page, words, 2);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await violations(page)).toEqual([]);
      await page.locator(".cart-sum").getByRole("button", { name: why }).last().click();
      await expect(panelOf(page, why).locator(".why-rules, .why-failed")).toBeVisible();

      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
    }
  });
}

test("what does not apply is told with what is missing, and follows the cart that another tab changes", async ({ page, context }) => {
  const { words, why, applied, others } = asked;
  const tea = await cartOfTea(page, words, 2);
  await expect(page.locator(".cart-row")).toContainText("€");
  await page.locator(".cart-row").getByRole("button", { name: why }).click();
  const panel = panelOf(page, why);
  await expect(panel.getByRole("region", { name: others })).toContainText(/“Three teas for two” needs 3 of .+; there are 2\./);
  const before = String(await panel.getByRole("heading", { level: 2 }).textContent());

  const tab = await context.newPage();
  await open(tab, `/${words.locale}/cart`);
  await setQuantity(tab, words, tea, 4);

  await expect(panel.getByRole("region", { name: applied })).toContainText(/“Three teas for two” takes €[\d.]+ off\./);
  await expect(panel.getByRole("region", { name: others })).toBeHidden();
  await expect(panel.getByRole("heading", { level: 2 })).not.toHaveText(before);
  await tab.getByRole("button", { name: words.remove(tea.name) }).click();
  await expect(page.getByRole("dialog", { name: "This amount is no longer part of the cart." })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

test("in the drawer the panel closes alone, and a tap beside it is enough", async ({ page }) => {
  const { words, why } = asked;
  const tea = await cartOfTea(page, words, 1);
  const drawer = await add(page, words, tea);
  const button = drawer.locator(".cart-row").getByRole("button", { name: why });

  await button.click();
  await expect(panelOf(page, why)).toBeVisible();
  await page.keyboard.press("Escape");

  await expect(panelOf(page, why)).toBeHidden();
  await expect(drawer).toBeVisible();
  await expect(button).toBeFocused();
  await button.click();
  await expect(panelOf(page, why)).toBeVisible();
  await page.mouse.click(5, 5);
  await expect(panelOf(page, why)).toBeHidden();
  await expect(drawer).toBeVisible();
});

test("the panel comes from below on a phone, and stands beside its amount where there is room", async ({ page }) => {
  const { words, why } = asked;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await cartOfTea(page, words, 3);
  const row = page.locator(".cart-sum-part", { hasText: "Goods" });
  const around = needed((await page.locator(".cart-side").boundingBox()) ?? undefined, "sum");

  await row.getByRole("button", { name: why }).click();

  await expect(panelOf(page, why)).toBeVisible();
  await settled(page);
  const { width, height } = needed(page.viewportSize() ?? undefined, "viewport");
  const box = needed((await panelOf(page, why).boundingBox()) ?? undefined, "panel");
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.y + box.height).toBeLessThanOrEqual(height);
  if (width < 500) {
    expect([box.x, box.width, box.y + box.height]).toEqual([0, width, height]);
    expect((await row.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  } else {
    expect(box.x + box.width).toBeLessThanOrEqual(around.x);
  }
});

test.describe("where something is lost on the way", () => {
  test.use({ expects_lost_connection: true });

  test("reasons that do not arrive leave the parts, and are asked for again", async ({ page }) => {
    const { words, why, applied } = asked;
    await cartOfTea(page, words, 3);
    await page.route(/explain=true/, (route) => route.abort());
    await page.locator(".cart-sum-part").getByRole("button", { name: why }).first().click();
    const panel = panelOf(page, why);
    await expect(panel.getByRole("status")).toHaveText(/Loading/);
    await expect(panel.getByRole("alert")).toContainText("The reasons did not arrive.", { timeout: 15_000 });
    await expect(panel.getByRole("definition")).not.toHaveCount(0);
    expect(await violations(page)).toEqual([]);

    await page.unroute(/explain=true/);
    await panel.getByRole("button", { name: "Try again" }).click();

    await expect(panel.getByText("Neither a price list nor a promotion has to do with this amount.").or(panel.getByRole("region", { name: applied }))).toBeVisible();
  });

  test("a panel that does not arrive is told beside its amount", async ({ page }) => {
    const { words, why } = asked;
    await cartOfTea(page, words, 3);
    await page.route(/why-panel/, (route) => route.abort());
    const goods = page.locator(".cart-sum-part", { hasText: "Goods" });

    await goods.getByRole("button", { name: why }).click();

    await expect(goods.getByRole("alert")).toHaveText("The reasons did not arrive. Please try again.");
    await page.unroute(/why-panel/);
    await goods.getByRole("button", { name: why }).click();
    await expect(panelOf(page, why)).toBeVisible();
    await expect(goods.getByRole("alert")).toBeHidden();
  });
});
