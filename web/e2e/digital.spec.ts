import { violations } from "./axe";
import { add, type Card } from "./cart-steps";
import { english } from "./cart-words";
import { needed, read } from "./catalog";
import { EMAIL, field } from "./checkout-steps";
import { expect, open, test } from "./watched";

// Of what is downloaded nothing is sent: it is bought without a way of delivery.

type Product = { variants: { digital: boolean }[] };

test("a download is bought without a way of delivery", async ({ page, request }) => {
  const { products } = await read<{ products: Card[] }>(request, "/api/search?locale=en-de&q=print");
  const isDigital = async ({ slug }: Card) => {
    const { variants } = await read<Product>(request, `/api/products/${slug}?locale=en-de`);
    return variants.length === 1 && variants[0]?.digital === true;
  };
  const found = await Promise.all(products.map(async (card) => ((await isDigital(card)) ? card : undefined)));
  const pattern = needed(found.find((card) => card !== undefined), "product to download");

  await open(page, `/en-de/p/${pattern.slug}`);
  await expect(page.locator(".availability")).toHaveText("Digital: nothing comes by post");
  await add(page, english, pattern);
  await open(page, "/en-de/cart");
  await expect(page.getByText("Nothing in this cart comes by post.")).toBeVisible();
  expect(await violations(page)).toEqual([]);

  await open(page, "/en-de/checkout");
  await expect(page.getByRole("heading", { name: "Address", exact: true })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Delivery", exact: true })).toHaveCount(0);
  await field(page, "email").fill(EMAIL);
  await field(page, "delivery-address-name").fill("Ann Lee");
  await field(page, "delivery-address-line1").fill("Beispielweg 7");
  await field(page, "delivery-address-postal-code").fill("10115");
  const followed = page.waitForResponse((response) => response.url().includes("/destination"));
  await field(page, "delivery-address-city").fill("Berlin");
  await followed;
  await page.getByRole("button", { name: "Good card", exact: true }).click();
  const consent = page.getByRole("checkbox", { name: /^I agree that I get the following at once/ });
  await expect(consent).not.toBeChecked();
  await page.getByRole("button", { name: "Buy now and pay", exact: true }).click();
  await expect(consent).toBeFocused();
  await expect(consent).toHaveAccessibleDescription(/^Tick the box above the button/);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Space");
  await expect(consent).toBeChecked();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Buy now and pay", exact: true }).click();

  await expect(page.getByRole("heading", { name: "Thank you, your order is in.", exact: true })).toBeVisible();
  await expect(page.locator(".order-facts")).toContainText("Beispielweg 7");
  await expect(page.locator(".order-facts")).not.toContainText("Delivery");
  await expect(page.getByText(/^On .+ you agreed that you get the following at once/)).toContainText(pattern.name);
  expect(await violations(page)).toEqual([]);
});
