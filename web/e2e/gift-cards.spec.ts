import { execFileSync } from "node:child_process";
import type { Locator, Page } from "@playwright/test";
import { violations } from "./axe";
import { add, products, type Card } from "./cart-steps";
import { english, german, type Words } from "./cart-words";
import { fillForm } from "./checkout-steps";
import { expect, open, test } from "./watched";

// Each test has gift cards of its own, which are issued at the shell while the shop serves, as staff do it.

type GiftWords = {
  cart: Words;
  fold: string;
  label: string;
  enter: string;
  remove: RegExp;
  due: string;
  checkout: string;
  buy: string;
  good: string;
  nothing: string;
  thanks: string;
  mistyped: string;
};

const giftEnglish: GiftWords = {
  cart: english,
  fold: "I have a gift card",
  label: "Code of the gift card",
  enter: "Use gift card",
  remove: /^Remove: Gift card/,
  due: "To pay",
  checkout: "Checkout",
  buy: "Buy now and pay",
  good: "Good card",
  nothing: "There is nothing left to pay.",
  thanks: "Thank you, your order is in.",
  mistyped: "One of the characters is not right.",
};
const giftGerman: GiftWords = {
  cart: german,
  fold: "Ich habe eine Geschenkkarte",
  label: "Code der Geschenkkarte",
  enter: "Geschenkkarte einlösen",
  remove: /^Entfernen: Geschenkkarte/,
  due: "Zu zahlen",
  checkout: "Zur Kasse",
  buy: "Zahlungspflichtig bestellen",
  good: "Gute Karte",
  nothing: "Es bleibt nichts zu zahlen.",
  thanks: "Danke, deine Bestellung ist da.",
  mistyped: "Eines der Zeichen stimmt nicht.",
};

/** The code of a new gift card. */
function issued(amount: string): string {
  const { ECOM67_BINARY: binary, ECOM67_DATA: data } = process.env;
  if (binary === undefined || data === undefined) throw new Error("ECOM67_BINARY and ECOM67_DATA name the shop's program and its data folder");
  const told = execFileSync(binary, ["gift-card", "issue", "--amount", amount, "--currency", "EUR", "--json", "--data", data], { encoding: "utf8", timeout: 30_000 });
  const { code } = JSON.parse(told) as { code: string };
  return code;
}

/** The cart's page with one article in it, and the field for a gift card. */
async function atField(page: Page, words: GiftWords, article: Card): Promise<Locator> {
  await add(page, words.cart, article);
  await open(page, `/${words.cart.locale}/cart`);
  await page.getByText(words.fold, { exact: true }).click();
  return page.getByLabel(words.label, { exact: true });
}

/** From the cart to the form, with everything in it but a card. */
async function toForm(page: Page, words: GiftWords): Promise<Locator> {
  await page.getByRole("link", { name: words.checkout, exact: true }).click();
  await fillForm(page);
  return page.getByRole("button", { name: words.buy, exact: true });
}

for (const words of [giftEnglish, giftGerman]) {
  test(`a gift card pays its part and a card the rest (${words.cart.locale})`, async ({ page, request }) => {
    const [article] = await products(request, words.cart.locale);
    const code = issued("2.00");
    const field = await atField(page, words, article);

    await field.fill(code.toLowerCase().replaceAll("-", " "));
    await page.getByRole("button", { name: words.enter, exact: true }).click();

    await expect(page.getByRole("button", { name: words.remove })).toBeVisible();
    await expect(field).toHaveValue("");
    await expect(page.locator(".cart-side")).toContainText(`•••• ${code.slice(-4)}`);
    await expect(page.locator(".cart-side")).toContainText(words.due);
    expect(await violations(page)).toEqual([]);
    const button = await toForm(page, words);
    await expect(page.locator(".checkout-before")).toContainText(words.due);
    await page.getByRole("button", { name: words.good, exact: true }).click();
    await button.click();

    await expect(page.getByRole("heading", { name: words.thanks, exact: true })).toBeVisible();
    await expect(page.locator("main")).toContainText(`•••• ${code.slice(-4)}`);
    expect(await page.content()).not.toContain(code);
    expect(await violations(page)).toEqual([]);
  });

  test(`a gift card that pays for all of it asks for no card (${words.cart.locale})`, async ({ page, request }) => {
    const [article] = await products(request, words.cart.locale);
    const field = await atField(page, words, article);
    await field.fill(issued("5000.00"));
    await page.getByRole("button", { name: words.enter, exact: true }).click();
    await expect(page.getByRole("button", { name: words.remove })).toBeVisible();

    const button = await toForm(page, words);
    await expect(page.getByText(words.nothing, { exact: true })).toBeVisible();
    await expect(page.locator("#checkout-card-number")).toHaveCount(0);
    expect(await violations(page)).toEqual([]);
    await button.click();

    await expect(page.getByRole("heading", { name: words.thanks, exact: true })).toBeVisible();
  });
}

test.describe("with a slip", () => {
  test.use({ expects_slip: true });

  test("a gift card is entered, mended and taken back by keyboard alone", async ({ page, request }) => {
    const [article] = await products(request, "en-de");
    const code = issued("2.00");
    const field = await atField(page, giftEnglish, article);
    await field.focus();
    await page.keyboard.type(`${code.slice(0, -1)}${code.endsWith("A") ? "C" : "A"}`);
    await page.keyboard.press("Enter");

    await expect(page.getByRole("alert").filter({ hasText: giftEnglish.mistyped })).toBeVisible();
    await expect(field).toBeFocused();
    await page.keyboard.press("Backspace");
    await page.keyboard.type(code.slice(-1));
    await page.keyboard.press("Enter");
    const chip = page.getByRole("button", { name: giftEnglish.remove });
    await expect(chip).toBeVisible();
    await chip.focus();
    await page.keyboard.press("Enter");

    await expect(chip).toHaveCount(0);
    await expect(page.locator(".cart-side")).not.toContainText(giftEnglish.due);
  });
});
