import type { QuoteDelivery } from "@ecom67/api-client/types";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { cartShop, quoted } from "../testing/cart-shop";
import { refusal } from "../testing/fake-server";
import { aCart, aLine, aQuote, aTotals } from "../testing/samples";
import { visit } from "../testing/visit";

const lines = [aLine("CUP", 3), aLine("POT", 1)];
const parcel: QuoteDelivery = { method: "parcel", name: "Parcel", is_pick_up: false, chosen: false, price: 490, full_price: 490, earliest: "2026-12-01", latest: "2026-12-02", missing_for_free: 910 };
const pickUp: QuoteDelivery = { ...parcel, method: "pick-up", name: "At our warehouse", is_pick_up: true, price: 0, full_price: 0, missing_for_free: null };
const threeForTwo = { promotion: "three-for-two", name: "Three cups for two", coupon: null, amount: 1490, delivery_amount: 0, decided_at_checkout: false };
const reduced = () =>
  aQuote(lines, {
    lines: aQuote(lines).lines.map((line) => (line.sku === "CUP" ? { ...line, discounts: [{ promotion: "three-for-two", amount: 1490 }], total: 2980 } : line)),
    discounts: [threeForTwo],
    gifts: [{ sku: "CUP", name: "The cup", quantity: 1, promotion: "three-for-two" }],
    taxes: [{ name: "VAT", rate: "19", base: 3756, amount: 714 }],
    delivery: [parcel, pickUp],
    missing_for_free_delivery: 910,
    totals: aTotals({ goods: 5960, discount: 1490, delivery: 0, relief: 0, tax: 714, total: 4470 }),
  });
const shopWith = (quote = reduced()) => cartShop(aCart(lines, { quote }));
const openCart = (shop: ReturnType<typeof cartShop>) => visit("/en-de/cart", shop.handlers);
const part = (name: string) => screen.getByText(name, { selector: "dt" }).closest("div");
const total = () => screen.getByText("Total").closest("p");

test("the sum shows every part of it by its name, and the total alone is read out", async () => {
  await openCart(shopWith());

  expect(await screen.findByText("Total")).toBeVisible();
  expect(part("Goods")).toHaveTextContent("€59.60");
  expect(part("Three cups for two")).toHaveTextContent("-€14.90");
  expect(part("Delivery")).toHaveTextContent("is chosen below");
  expect(screen.getByText("includes €7.14 VAT 19 %")).toBeVisible();
  expect(total()).toHaveTextContent("€44.70");
  expect(total()).toHaveAttribute("aria-live", "polite");
  expect(total()?.closest("section")?.querySelectorAll("[aria-live]")).toHaveLength(1);
});

test("a line shows what was taken off it and by what, and a gift stands by itself", async () => {
  await openCart(shopWith());

  const line = within((await screen.findByRole("link", { name: "The cup" })).closest("li") ?? document.body);
  expect(line.getByText("€44.70").closest("s")).toHaveTextContent("Before discounts €44.70");
  expect(line.getByText("€29.80")).toBeVisible();
  expect(line.getByText("Three cups for two").closest("li")).toHaveTextContent("-€14.90");
  expect(screen.getByText("Gift").closest("li")).toHaveTextContent("Gift 1 × The cup");
});

test("tax that prices do not contain is a part of its own, and told to be open where the address is", async () => {
  const base = { tax_included: false, totals: aTotals({ ...reduced().totals, tax: 397, total: 4867 }) };
  const { tab } = await openCart(shopWith({ ...reduced(), ...base, taxes: [{ name: "New York State", rate: "8.875", base: 4470, amount: 397 }] }));
  await tab.findByText("Total");
  expect(part("New York State 8,875 %")).toHaveTextContent("€3.97");

  const other = await openCart(shopWith({ ...reduced(), ...base, taxes: [], tax_treatment: "address_needed" }));

  expect(await other.tab.findByText("Tax is added once it is known where the goods go.")).toBeVisible();
});

test("a coupon is entered with the Enter key, told, and removed again", async () => {
  const shop = shopWith();
  const welcome = { code: "WELCOME10", applied: false, outcome: "promotion_needs_total", detail: "“Welcome” begins at €5.30 more." };
  shop.handlers["PUT /api/carts/{cart}/coupons/{coupon}"] = ({ slug }) => quoted(shop, { coupons: [{ ...welcome, code: slug.toUpperCase() }] });
  shop.handlers["DELETE /api/carts/{cart}/coupons/{coupon}"] = () => quoted(shop, { coupons: [] });
  const { user } = await openCart(shop);
  await user.click(await screen.findByText("I have a coupon"));

  await user.type(screen.getByRole("textbox", { name: "Coupon" }), " welcome10 {Enter}");

  const chips = within(await screen.findByRole("list", { name: "Your coupons" }));
  expect(chips.getByText("“Welcome” begins at €5.30 more.")).toBeVisible();
  await waitFor(() => expect(screen.getByRole("textbox", { name: "Coupon" })).toHaveValue(""));
  await user.click(chips.getByRole("button", { name: "Remove coupon WELCOME10" }));
  await waitFor(() => expect(screen.queryByRole("list", { name: "Your coupons" })).toBeNull());
  expect(document.activeElement).not.toBe(document.body);
});

test("a coupon that does not exist is refused beside the field, which keeps what was typed", async () => {
  const shop = shopWith();
  shop.handlers["PUT /api/carts/{cart}/coupons/{coupon}"] = () => refusal(404, "coupon_unknown");
  const { user } = await openCart(shop);
  await user.click(await screen.findByText("I have a coupon"));
  const field = screen.getByRole("textbox", { name: "Coupon" });
  await user.click(screen.getByRole("button", { name: "Use coupon" }));
  expect(screen.getByRole("alert")).toHaveTextContent("Type the coupon first.");

  await user.type(field, "NOPE{Enter}");

  await waitFor(() => expect(field).toHaveAccessibleDescription(/There is no such coupon\./));
  expect(field).toHaveValue("NOPE");
  expect(field).toHaveAttribute("aria-invalid", "true");
  expect(field).toHaveFocus();
});

test("a way of delivery is told with its days, shows as chosen at once, and goes into the sum", async () => {
  const shop = shopWith();
  const waiting: (() => void)[] = [];
  shop.handlers["PUT /api/carts/{cart}/delivery"] = async ({ body }) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    expect(body).toEqual({ method: "parcel" });
    return quoted(shop, { delivery: [{ ...parcel, chosen: true }, pickUp], totals: aTotals({ ...reduced().totals, delivery: 490, total: 4960 }) });
  };
  const { user } = await openCart(shop);
  const way = await screen.findByRole("radio", { name: /Parcel ?comes Tue 1.*Wed 2 Dec ?€4\.90/ });
  expect(screen.getByText("€9.10 more for free delivery")).toBeVisible();
  expect(screen.getByRole("radio", { name: /At our warehouse ?ready .*free/ })).not.toBeChecked();

  await user.click(way);

  expect(way).toBeChecked();
  expect(total()).toHaveTextContent("€44.70");
  waiting[0]?.();
  await waitFor(() => expect(part("Delivery: Parcel")).toHaveTextContent("€4.90"));
  expect(total()).toHaveTextContent("€49.60");
});

test("a way of delivery that is gone is not chosen any more, with the reason", async () => {
  const shop = shopWith();
  shop.handlers["PUT /api/carts/{cart}/delivery"] = () => refusal(404, "delivery_unknown");
  const { user } = await openCart(shop);

  await user.click(await screen.findByRole("radio", { name: /Parcel/ }));

  expect(await screen.findByRole("alert")).toHaveTextContent("This way of delivery is no longer offered.");
  expect(screen.getByRole("radio", { name: /Parcel/ })).not.toBeChecked();
});

test("delivery is asked for by country and postal code, and what is no postal code is told", async () => {
  const shop = shopWith();
  const bodies: unknown[] = [];
  shop.handlers["PUT /api/carts/{cart}/destination"] = ({ body }) => {
    bodies.push(body);
    if (bodies.length === 1) return refusal(400, "postal_code_invalid");
    shop.cart = { ...quoted(shop, { delivery: [], missing_for_free_delivery: null }), destination: { country: "DE", region: null, postal_code: "10115" } };
    return shop.cart;
  };
  const { user } = await openCart(shop);
  const field = await screen.findByRole("textbox", { name: "Postal code" });
  expect(screen.getByRole("combobox", { name: "Country" })).toHaveValue("DE");

  await user.type(field, "$$$");
  await user.click(screen.getByRole("button", { name: "Show delivery" }));
  await waitFor(() => expect(field).toHaveAccessibleDescription("That is no postal code."));
  await user.clear(field);
  await user.type(field, "10115{Enter}");

  expect(await screen.findByText("Nothing in this cart can be sent there.")).toBeVisible();
  expect(field).toHaveFocus();
  expect(field).toHaveValue("10115");
  expect(bodies.at(-1)).toEqual({ destination: { country: "DE", region: null, postal_code: "10115" } });
});

test("the drawer shows the sum in short", async () => {
  const shop = shopWith();
  const { user } = await visit("/en-de/cart", shop.handlers);
  await screen.findByText("Total");
  const { openCartDrawer, closeCartDrawer } = await import("../shop/cart/drawer");

  openCartDrawer({ sku: "CUP", from: new DOMRect() });

  const drawer = within(await screen.findByRole("dialog"));
  expect(drawer.getByText("Discounts", { selector: "dt" }).closest("div")).toHaveTextContent("-€14.90");
  expect(drawer.getByText("is chosen in the cart")).toBeVisible();
  expect(drawer.getByText("Total").closest("p")).toHaveTextContent("€44.70");
  expect(drawer.queryByRole("textbox", { name: "Coupon" })).toBeNull();
  closeCartDrawer();
  await user.keyboard("{Escape}");
});
