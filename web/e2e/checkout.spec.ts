import type { Locator, Page } from "@playwright/test";
import { CHECKOUT_KEY } from "../apps/storefront/src/storage-keys";
import { violations } from "./axe";
import { add, products, type Card } from "./cart-steps";
import { english, german, type Words } from "./cart-words";
import { EMAIL, field, fillForm } from "./checkout-steps";
import { expect, open, test } from "./watched";

// Each test orders with a cart of its own; the cards are those of the simulator, which charges nothing.

type CheckoutWords = { cart: Words; checkout: string; buy: string; pay: RegExp; thanks: string; good: string; declined: string; secure: string; refused: string };

const checkoutEnglish: CheckoutWords = {
  cart: english,
  checkout: "Checkout",
  buy: "Buy now and pay",
  pay: /^Pay €/,
  thanks: "Thank you, your order is in.",
  good: "Good card",
  declined: "Declined",
  secure: "Asks the bank (3-D Secure)",
  refused: "The payment was declined. Nothing was charged.",
};
const checkoutGerman: CheckoutWords = {
  cart: german,
  checkout: "Zur Kasse",
  buy: "Zahlungspflichtig bestellen",
  pay: /€ bezahlen$/,
  thanks: "Danke, deine Bestellung ist da.",
  good: "Gute Karte",
  declined: "Abgelehnt",
  secure: "Fragt die Bank (3-D Secure)",
  refused: "Die Zahlung wurde abgelehnt. Es wurde nichts abgebucht.",
};

const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true });

/** From a product to the form, with everything in it but the card. */
async function toForm(page: Page, words: CheckoutWords, article: Card): Promise<Locator> {
  const dialog = await add(page, words.cart, article);
  await dialog.getByRole("link", { name: words.checkout, exact: true }).click();
  await fillForm(page);
  return page.getByRole("button", { name: words.buy, exact: true });
}

for (const words of [checkoutEnglish, checkoutGerman]) {
  test(`a cart is bought with a good card (${words.cart.locale})`, async ({ page, request }) => {
    const [first] = await products(request, words.cart.locale);
    const button = await toForm(page, words, first);
    await expect(page.locator(".checkout-before")).toContainText(first.name);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: words.good, exact: true }).click();

    await button.click();

    await expect(heading(page, words.thanks)).toBeVisible();
    await expect(page).toHaveURL(/\/orders\/order_[0-9a-f]+$/);
    await expect(page.locator(".cart-count")).toBeHidden();
    expect(await page.evaluate((key) => sessionStorage.getItem(key), CHECKOUT_KEY)).toBeNull();
    await page.locator(".order-legal summary").first().click();
    await expect(page.locator(".order-legal .prose").first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}

test("an order is made by keyboard alone, and twice Enter is one order", async ({ page, request }) => {
  const [first] = await products(request, "en-de");
  const button = await toForm(page, checkoutEnglish, first);
  const asked: string[] = [];
  page.on("request", (sent) => {
    if (sent.url().includes("/api/checkouts")) asked.push(sent.headers()["idempotency-key"] ?? "");
  });
  await field(page, "card-number").focus();
  await page.keyboard.type("4242424242424242");
  await page.keyboard.press("Tab");
  await page.keyboard.type("1230");
  await page.keyboard.press("Tab");
  await page.keyboard.type("123");
  await expect(field(page, "card-expiry")).toHaveValue("12 / 30");
  await button.focus();

  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");

  await expect(heading(page, checkoutEnglish.thanks)).toBeVisible();
  expect(asked).toHaveLength(1);
});

test("what is missing is told by keyboard's focus, and what was typed survives a reload without the card", async ({ page, request }) => {
  const [first] = await products(request, "en-de");
  const button = await toForm(page, checkoutEnglish, first);
  await page.getByRole("button", { name: "Good card", exact: true }).click();
  await field(page, "email").fill("ann");
  await button.click();
  await expect(field(page, "email")).toBeFocused();
  await expect(field(page, "email")).toHaveAccessibleDescription(/Type your e-mail address/);
  expect(await violations(page)).toEqual([]);

  await page.reload();

  await expect(field(page, "delivery-address-city")).toHaveValue("Berlin");
  await expect(field(page, "card-number")).toHaveValue("");
});

test.describe("where the bank declines", () => {
  test.use({ expects_decline: true });

  test("another card pays the same order, also after a reload", async ({ page, request }) => {
    const [first] = await products(request, "de-de");
    const button = await toForm(page, checkoutGerman, first);
    await page.getByRole("button", { name: checkoutGerman.declined, exact: true }).click();
    await button.click();
    await expect(page.getByText(checkoutGerman.refused)).toBeVisible();
    await expect(heading(page, "Kasse")).toBeFocused();
    expect(await violations(page)).toEqual([]);
    const number = await page.locator(".checkout-summary h2").textContent();

    await page.reload();
    await expect(page.getByText(checkoutGerman.refused)).toBeVisible();
    await page.getByRole("button", { name: checkoutGerman.good, exact: true }).click();
    await page.getByRole("button", { name: checkoutGerman.pay }).click();

    await expect(heading(page, checkoutGerman.thanks)).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(String(number));
  });

  test("a tab that shows the order hears at once that it was paid in another", async ({ page, request }) => {
    const [first] = await products(request, "en-de");
    const button = await toForm(page, checkoutEnglish, first);
    await page.getByRole("button", { name: checkoutEnglish.declined, exact: true }).click();
    await button.click();
    await expect(page.getByText(checkoutEnglish.refused)).toBeVisible();
    const order = await page.evaluate((key) => /order_[0-9a-f]+/.exec(sessionStorage.getItem(key) ?? "")?.[0], CHECKOUT_KEY);
    const other = await page.context().newPage();
    const opening = other.waitForEvent("websocket");
    await other.goto(`/en-de/orders/${String(order)}`);
    const socket = await opening;
    const told = socket.waitForEvent("framereceived", ({ payload }) => String(payload).includes('"state":"paid"'));

    await page.getByRole("button", { name: checkoutEnglish.good, exact: true }).click();
    await page.getByRole("button", { name: checkoutEnglish.pay }).click();

    await told;
    await expect(heading(other, checkoutEnglish.thanks)).toBeVisible();
    expect(socket.url(), "no secret in the address").toMatch(/\/ws$/);
  });

  test("details are changed by taking the order back, with everything filled in", async ({ page, request }) => {
    const [first] = await products(request, "en-de");
    const button = await toForm(page, checkoutEnglish, first);
    await page.getByRole("button", { name: checkoutEnglish.declined, exact: true }).click();
    await button.click();
    await page.getByRole("button", { name: "Change details" }).click();
    await expect(field(page, "delivery-address-city")).toHaveValue("Berlin");
    await field(page, "delivery-address-city").fill("Potsdam");
    await page.getByRole("button", { name: "Good card", exact: true }).click();

    await button.click();

    await expect(heading(page, checkoutEnglish.thanks)).toBeVisible();
    await expect(page.locator(".order-facts")).toContainText("10115 Potsdam");
  });
});

test.describe("where the bank asks", () => {
  // Its page has no picture for the browser's tab, and the browser asks for one.
  test.use({ expects_missing_page: true });

  test("it is left, asks again, and agrees", async ({ page, request }) => {
    const [first] = await products(request, "en-de");
    const button = await toForm(page, checkoutEnglish, first);
    await page.getByRole("button", { name: checkoutEnglish.secure, exact: true }).click();
    await button.click();
    await expect(page.getByRole("heading", { name: "Simulated 3-D Secure" })).toBeVisible();
    await page.goBack();
    await expect(page.getByText(/The confirmation at your bank was not finished\./)).toBeVisible();

    await page.getByRole("button", { name: checkoutEnglish.secure, exact: true }).click();
    await page.getByRole("button", { name: checkoutEnglish.pay }).click();
    await page.getByRole("button", { name: "Complete" }).click();

    await expect(heading(page, checkoutEnglish.thanks)).toBeVisible();
    await expect(page).toHaveURL(/\/orders\/order_[0-9a-f]+$/);
  });

  test("the bank does not recognise the shopper, who pays with another card", async ({ page, request }) => {
    const [first] = await products(request, "en-de");
    const button = await toForm(page, checkoutEnglish, first);
    await page.getByRole("button", { name: checkoutEnglish.secure, exact: true }).click();
    await button.click();
    await page.getByRole("button", { name: "Fail" }).click();
    await expect(page.getByText("Your bank could not confirm that it is you.")).toBeVisible();

    await page.getByRole("button", { name: checkoutEnglish.good, exact: true }).click();
    await page.getByRole("button", { name: checkoutEnglish.pay }).click();

    await expect(heading(page, checkoutEnglish.thanks)).toBeVisible();
  });
});

test.describe("where an order is not known", () => {
  test.use({ expects_missing_page: true });

  test("it is found by its number and address, in a browser that never had it", async ({ page, request, browser, baseURL }) => {
    const [first] = await products(request, "en-de");
    const button = await toForm(page, checkoutEnglish, first);
    await page.getByRole("button", { name: checkoutEnglish.good, exact: true }).click();
    await button.click();
    await expect(heading(page, checkoutEnglish.thanks)).toBeVisible();
    const number = String(await page.getByRole("heading", { level: 1 }).textContent());
    const address = page.url();
    const stranger = await browser.newContext({ baseURL });
    const other = await stranger.newPage();
    await open(other, new URL(address).pathname);
    await other.getByRole("main").getByRole("link", { name: "Find an order" }).click();
    await field(other, "look-up-number").fill("AAAA-AAAA");
    await field(other, "look-up-email").fill(EMAIL);
    await other.keyboard.press("Enter");
    await expect(other.getByRole("alert")).toBeVisible();

    await field(other, "look-up-number").fill(number.replace("Order ", "").toLowerCase());
    await other.keyboard.press("Enter");

    await expect(other.getByRole("heading", { name: number })).toBeFocused();
    expect(await violations(other)).toEqual([]);
    await stranger.close();
  });
});

test.describe("where somebody else was faster", () => {
  test.use({ expects_refusal: true });

  test("the line says how many there are, and can be taken as far", async ({ page, request }) => {
    const [first] = await products(request, "en-de");
    const button = await toForm(page, checkoutEnglish, first);
    await page.getByRole("button", { name: checkoutEnglish.good, exact: true }).click();
    // Nobody can buy the shop's last one without taking it from the other tests: the shop's answer is written here.
    const lines = [{ sku: first.sku, asked: 1, available: 0 }];
    const problem = { type: "about:blank", title: "Conflict", status: 409, code: "out_of_stock", detail: "not everything is in stock.", lines };
    await page.route("**/api/checkouts?*", (route) => route.fulfill({ status: 409, contentType: "application/problem+json", json: problem }));

    await button.click();

    await expect(page.getByText(`${first.name} is sold out just now.`)).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: `Take out: ${first.name}` }).click();
    await expect(page.getByText("There is nothing to order in your cart.")).toBeVisible();
  });
});
