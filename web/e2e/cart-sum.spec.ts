import { violations } from "./axe";
import { add, products, type Card } from "./cart-steps";
import { english } from "./cart-words";
import { needed, read } from "./catalog";
import { expect, test } from "./watched";

test("the sum names each discount, and delivery is chosen with its days", async ({ page, request }) => {
  const { products: teas } = await read<{ products: Card[] }>(request, "/api/products?locale=en-de&limit=100&category=tea");
  const tea = needed(teas.find(({ sku, availability }) => sku !== null && availability === "in_stock"), "tea of one variant");
  const dialog = await add(page, english, tea);
  await dialog.getByRole("link", { name: english.toCart }).click();
  const field = page.getByRole("textbox", { name: english.quantity(tea.name) });
  await expect(page.getByRole("heading", { level: 1, name: english.title })).toBeFocused();
  await field.fill("3");
  await field.press("Enter");
  const part = (name: string | RegExp) => page.locator(".cart-sum-part", { hasText: name });
  const total = page.locator(".cart-sum-total strong");

  await expect(part("Three teas for two")).toContainText(/-€\d/);
  await expect(page.locator(".cart-row-discounts")).toContainText("Three teas for two");
  await expect(page.getByText(/^includes €[\d.,]+ VAT 7 %$/)).toBeVisible();
  const before = String(await total.textContent());

  const express = page.getByRole("radio", { name: /Express/ });
  await expect(express).toHaveAccessibleName(/comes .*\d/);
  await express.focus();
  await page.keyboard.press("Space");
  await expect(express).toBeChecked();
  await expect(part("Delivery: Express")).toContainText("€9.90");
  await expect(total).not.toHaveText(before);
  await page.reload();
  await expect(express).toBeChecked();
  expect(await violations(page)).toEqual([]);
});

test.describe("where a coupon is refused", () => {
  test.use({ expects_missing_page: true });

  test("the reason stands beside the field, and a coupon that is known is entered by keyboard", async ({ page, request }) => {
    const [first] = await products(request, "en-de");
    const dialog = await add(page, english, first);
    await dialog.getByRole("link", { name: english.toCart }).click();
    await page.getByText("I have a coupon").focus();
    await page.keyboard.press("Enter");
    const field = page.getByRole("textbox", { name: "Coupon", exact: true });

    await field.fill("NOPE");
    await field.press("Enter");
    await expect(field).toHaveAccessibleDescription(/There is no such coupon\./);
    await expect(field).toBeFocused();
    expect(await violations(page)).toEqual([]);
    await field.fill("welcome10");
    await field.press("Enter");

    await expect(page.locator(".cart-sum-part", { hasText: "Welcome: a tenth off your first order (WELCOME10)" })).toContainText("-€");
    await page.getByRole("button", { name: "Remove coupon WELCOME10" }).focus();
    await page.keyboard.press("Enter");
    await expect(page.locator(".cart-sum-part", { hasText: "WELCOME10" })).toBeHidden();
  });
});
