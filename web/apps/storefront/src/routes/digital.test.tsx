import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { cartShop } from "../testing/cart-shop";
import { buy, check, fill, open } from "../testing/checkout-steps";
import { refusal } from "../testing/fake-server";
import { anOrder, orderShop } from "../testing/order-shop";
import { aCart, aLine, aList, aNavigation, aQuote, aTeapot, aTotals, aVariant } from "../testing/samples";
import { visit } from "../testing/visit";

// What is downloaded is not sent: nobody is asked how, and nobody is told when.

const lines = [aLine("PATTERN", 1, { digital: true })];
const quote = () => aQuote(lines, { delivery_needed: false, delivery: [] });
const downloads = () => aCart(lines, { quote: quote() });

test("a cart of downloads says that nothing is sent, and asks for no place", async () => {
  await visit("/en-de/cart", cartShop(downloads()).handlers);

  const delivery = within(await screen.findByRole("region", { name: "Delivery" }));
  expect(delivery.getByText("Nothing in this cart comes by post.")).toBeVisible();
  expect(delivery.queryByRole("radio")).toBeNull();
  expect(delivery.queryByRole("textbox")).toBeNull();
  expect(screen.queryByText("Delivery", { selector: "dt" })).toBeNull();
});

test("how far it is to free delivery is told by what is sent alone", async () => {
  const both = [aLine("PATTERN", 1, { digital: true }), aLine("CUP", 2)];
  const missing = { missing_for_free_delivery: 2020 };
  await visit("/en-de/cart", cartShop(aCart(both, { quote: aQuote(both, missing) })).handlers);

  const bar = (await screen.findByText("€20.20 more for free delivery")).parentElement?.querySelector("progress");
  expect([bar?.value, bar?.max]).toEqual([2980, 5000]);
});

test("downloads are ordered without a way of delivery, and the order names none", async () => {
  const shop = orderShop(downloads());
  const placed = anOrder({ delivery: undefined, totals: aTotals({ goods: 1490, discount: 0, delivery: 0, relief: 0, tax: 0, total: 1490 }) });
  shop.order = undefined;
  shop.handlers["POST /api/checkouts"] = ({ headers, body }) => {
    shop.placed.push({ key: headers.get("idempotency-key"), body });
    shop.order = placed;
    return placed;
  };
  const { user } = await open(shop);
  expect(await screen.findByRole("heading", { name: "Address" })).toBeVisible();
  expect(screen.queryByRole("heading", { name: "Delivery" })).toBeNull();
  expect(screen.queryByText("is chosen in the form")).toBeNull();
  await fill(user);
  await check();

  await user.click(buy());

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  expect(shop.placed).toHaveLength(1);
  expect(screen.getByText("Address", { selector: "dt" })).toBeVisible();
  expect(screen.queryByText(/^Delivery/)).toBeNull();
});

/** A shop of downloads that may be withdrawn from. */
function withdrawableShop() {
  const shop = orderShop(downloads());
  const withdrawal = { label: "Withdrawal", href: "/pages/withdrawal", kind: "withdrawal", digest: "c3".repeat(32) } as const;
  shop.handlers["/api/navigation"] = () => ({ ...aNavigation, legal_links: [...aNavigation.legal_links, withdrawal] });
  return shop;
}

const consent = () => screen.findByRole("checkbox", { name: /^I agree that I get the following at once, .*right of withdrawal for it: The pattern\.$/ });

test("a download is ordered once it was agreed to have it at once, by a box that nobody has ticked", async () => {
  const shop = withdrawableShop();
  const { user } = await open(shop);
  await fill(user);
  const box = await consent();
  expect(box).not.toBeChecked();

  await user.click(buy());

  await waitFor(() => expect(box).toHaveFocus());
  expect(box).toBeInvalid();
  expect(box).toHaveAccessibleDescription("Tick the box above the button if you agree: without that, what is digital cannot be ordered.");
  expect(await screen.findByText("One thing is missing or not right:")).toBeVisible();
  expect(shop.placed).toEqual([]);
  await check();

  await user.keyboard(" ");
  expect(box).toBeChecked();
  expect(box).toBeValid();
  await user.click(buy());

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  expect(shop.placed).toMatchObject([{ body: { consents_to_immediate_digital_delivery: true } }]);
});

test("nothing is to be agreed to where nothing is digital, or where there is no right to lose", async () => {
  const sent = withdrawableShop();
  const cups = [aLine("CUP", 2)];
  sent.cart = aCart(cups, { quote: aQuote(cups, {}) });
  for (const shop of [sent, orderShop(downloads())]) {
    const { tab } = await open(shop);
    expect(await tab.findByRole("link", { name: /Terms of sale/ })).toBeVisible();
    expect(tab.queryByRole("checkbox", { name: /I agree/ })).toBeNull();
  }
});

test("where the shop asks for the consent first, the box is pointed at", async () => {
  const shop = withdrawableShop();
  shop.handlers["POST /api/checkouts"] = () => refusal(409, "digital_consent_missing", { field: "consents_to_immediate_digital_delivery" });
  const { user } = await open(shop);
  await fill(user);
  await user.click(await consent());

  await user.click(buy());

  await waitFor(async () => expect(await consent()).toBeInvalid());
  expect(shop.cards).toEqual([]);
});

test("an order tells what of it was agreed to be had at once, and when", async () => {
  const shop = orderShop(downloads());
  const [line] = anOrder().lines;
  if (line === undefined) throw new Error("An order has lines.");
  const both = [line, { ...line, sku: "PATTERN", name: "The pattern", digital: true }];
  shop.order = anOrder({ state: "paid", lines: both, digital_consent_at: "2026-11-27T12:00:00Z" });
  await visit(`/en-de/orders/${shop.order.id}`, shop.handlers);

  expect(await screen.findByText(/^On 27 November 2026 at .* you agreed .* right of withdrawal for it: The pattern\.$/)).toBeVisible();
  await check();
});

test("a product to download says so, and names no delivery on top of its price", async () => {
  const pattern = { ...aTeapot, name: "Pattern", options: [], variants: [aVariant("PATTERN", {}, { digital: true, weight_grams: null })] };
  await visit("/en-de/p/round-teapot", { "/api/products/{slug}": () => pattern, "/api/products": () => aList([]) });

  expect(screen.getByText("Digital: nothing comes by post")).toBeVisible();
  expect(screen.queryByText("In stock")).toBeNull();
  expect(screen.queryByRole("link", { name: "plus delivery" })).toBeNull();
  expect(screen.getByText("incl. VAT")).toBeVisible();
});

test.each(["capturing", "paid"] as const)("an order of downloads that is %s does not say that it is packed", async (state) => {
  const shop = orderShop(downloads());
  shop.order = anOrder({ state, delivery: undefined });
  await visit(`/en-de/orders/${shop.order.id}`, shop.handlers);

  expect(await screen.findByText(/Nothing comes by post\.$/)).toBeVisible();
  expect(screen.queryByText(/packing/)).toBeNull();
});
