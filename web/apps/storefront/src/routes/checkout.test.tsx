import type { LegalLink } from "@ecom67/api-client/types";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { CHECKOUT_KEY } from "../storage-keys";
import { quoted } from "../testing/cart-shop";
import { buy, check, fill, open } from "../testing/checkout-steps";
import { LOST, refusal } from "../testing/fake-server";
import { orderable, orderShop, parcel } from "../testing/order-shop";
import { aQuote, aTotals } from "../testing/samples";

const kept = () => JSON.parse(sessionStorage.getItem(CHECKOUT_KEY) ?? "null") as Record<string, unknown> | null;

test("a cart is ordered and paid on one page, and the order thanks for it", async () => {
  const shop = orderShop();
  const { user, router } = await open(shop);
  await fill(user);
  expect(screen.getByRole("textbox", { name: "Expires" })).toHaveValue("12 / 28");

  await user.click(buy());

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  expect(router.state.location.pathname).toBe("/en-de/orders/order_1");
  expect(screen.getByRole("heading", { level: 1, name: "Order K7QM-2XRT" })).toBeVisible();
  expect(shop.placed).toEqual([
    {
      key: expect.stringMatching(/^[0-9a-f]{32}$/),
      body: {
        quote_id: "quote_1",
        contact: {
          email: "ann@example.org",
          phone: null,
          delivery_address: { name: "Ann Lee", company: null, line1: "Street 7", line2: null, postal_code: "10115", city: "Berlin", region: null, country: "DE" },
          billing_address: null,
        },
        legal_texts: [{ kind: "terms", digest: "a1".repeat(32) }],
      },
    },
  ]);
  expect(shop.cards).toEqual(["4242424242424242"]);
  expect(kept()).toBeNull();
  expect(await screen.findByRole("link", { name: "Cart" })).toBeVisible();
});

test("right above the button stand the goods, what they cost in all, and when they come", async () => {
  await open(orderShop());

  const before = within((await screen.findByRole("button", { name: "Buy now and pay" })).closest("form")?.querySelector<HTMLElement>(".checkout-before") ?? document.body);

  expect(before.getByText("2 × The cup")).toBeVisible();
  expect(before.getByText(/^Parcel, comes Tue 1.*Wed 2 Dec: €4\.90$/)).toBeVisible();
  expect(before.getByText("€34.70")).toBeVisible();
});

test("German law has words of its own for the button", async () => {
  await open(orderShop(), "de-de");

  expect(await screen.findByRole("button", { name: "Zahlungspflichtig bestellen" })).toBeVisible();
});

test("what is missing is told at each field and above them, and the first takes the focus", async () => {
  const shop = orderShop({ ...orderable(), quote: aQuote(orderable().lines, { delivery: [{ ...parcel, chosen: false }] }) });
  const { user } = await open(shop);
  await screen.findByRole("textbox", { name: "Card number" });

  await user.click(buy());

  expect(screen.getByRole("textbox", { name: "E-mail" })).toHaveFocus();
  expect(screen.getByRole("textbox", { name: "E-mail" })).toHaveAccessibleDescription(/Type your e-mail address/);
  expect(screen.getByRole("textbox", { name: "Postal code" })).toHaveAccessibleDescription("Type the postal code, such as 10115.");
  expect(screen.getByRole("group", { name: "Ways of delivery" })).toHaveAccessibleDescription("Choose how your order is to come.");
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent("9 things are missing or not right:");
  await user.click(within(alert).getByRole("button", { name: "Type the town." }));
  expect(screen.getByRole("textbox", { name: "Town" })).toHaveFocus();
  expect(shop.placed).toEqual([]);
});

test("a field is looked at when it is left, and not while somebody types", async () => {
  const { user } = await open(orderShop());
  const field = await screen.findByRole("textbox", { name: "E-mail" });

  await user.type(field, "ann@");
  expect(field).not.toHaveAttribute("aria-invalid");
  await user.tab();
  expect(field).toHaveAttribute("aria-invalid", "true");
  await user.type(field, "example.org");

  expect(field).not.toHaveAttribute("aria-invalid");
});

test("what the shop finds wrong stands at its field", async () => {
  const shop = orderShop();
  shop.handlers["POST /api/checkouts"] = () => refusal(400, "text_invalid", { field: "contact.delivery_address.city" });
  const { user } = await open(shop);
  await fill(user);

  await user.click(buy());

  await waitFor(() => expect(screen.getByRole("textbox", { name: "Town" })).toHaveFocus());
  expect(screen.getByRole("textbox", { name: "Town" })).toHaveAccessibleDescription("Type the town.");
});

test("delivery follows the address, and a price that it changes is shown before anything is ordered", async () => {
  const shop = orderShop();
  shop.handlers["PUT /api/carts/{cart}/destination"] = ({ body }) => {
    const totals = aTotals({ goods: 2980, discount: 0, delivery: 990, relief: 0, tax: 0, total: 3970 });
    shop.cart = { ...quoted(shop, { delivery: [{ ...parcel, price: 990 }], totals }), destination: (body as { destination: { country: string } }).destination };
    return shop.cart;
  };
  const { user } = await open(shop);
  await user.type(await screen.findByRole("textbox", { name: "Postal code" }), "27498");

  await user.tab();

  expect(await screen.findByRole("radio", { name: /Parcel.*€9\.90/ })).toBeVisible();
  expect(shop.cart?.destination).toEqual({ country: "DE", region: null, postal_code: "27498" });
});

test("a price that the address changes only as the button is pressed is shown before anything is ordered", async () => {
  const shop = orderShop();
  const near = shop.handlers["PUT /api/carts/{cart}/destination"];
  const totals = aTotals({ goods: 2980, discount: 0, delivery: 990, relief: 0, tax: 0, total: 3970 });
  shop.handlers["PUT /api/carts/{cart}/destination"] = async (asked) => {
    await near?.(asked);
    const isFar = shop.cart?.destination?.postal_code === "27498";
    return quoted(shop, isFar ? { delivery: [{ ...parcel, price: 990 }], totals } : {});
  };
  const { user } = await open(shop);
  await fill(user);
  const postal_code = screen.getByRole("textbox", { name: "Postal code" });
  await user.clear(postal_code);

  await user.type(postal_code, "27498{Enter}");

  expect(await screen.findByText("Delivery: €9.90 instead of €4.90")).toBeVisible();
  expect(shop.placed).toEqual([]);
  await user.click(buy());
  await waitFor(() => expect(shop.placed).toHaveLength(1));
});

test("a price that has changed meanwhile is shown, and asked for again", async () => {
  const shop = orderShop();
  const dearer = { ...orderable(), version: 9, destination: { country: "DE", region: null, postal_code: "10115" } };
  const quote = aQuote(dearer.lines, { id: "quote_2", delivery: [parcel], totals: aTotals({ goods: 3980, discount: 0, delivery: 490, relief: 0, tax: 0, total: 4470 }) });
  const cart = { ...dearer, quote: { ...quote, lines: quote.lines.map((line) => ({ ...line, base: 3980 })) } };
  shop.handlers["POST /api/checkouts"] = () => {
    shop.cart = cart;
    return refusal(409, "quote_changed", { cart });
  };
  const { user } = await open(shop);
  await fill(user);
  await user.click(buy());

  expect(await screen.findByText("The cup: €39.80 instead of €29.80")).toBeVisible();
  expect(shop.cards).toEqual([]);
});

test("terms that have changed meanwhile are shown, and agreed to by the next press", async () => {
  const shop = orderShop();
  const place = shop.handlers["POST /api/checkouts"];
  if (place === undefined) throw new Error("The shop takes orders.");
  const links: LegalLink[] = [
    { label: "New terms", href: "/pages/new-terms", kind: "terms", digest: "b2".repeat(32) },
    { label: "Returns", href: "/pages/returns", kind: "withdrawal", digest: "c3".repeat(32) },
  ];
  let isChanged = true;
  shop.handlers["POST /api/checkouts"] = (asked) => (isChanged ? refusal(409, "terms_changed", { legal_links: links }) : place(asked));
  const { user } = await open(shop);
  await fill(user);
  await user.click(buy());
  const alert = await screen.findByRole("alert");
  expect(alert).toHaveTextContent(/^Our terms have changed while you were here\. Nothing has been ordered yet\..*press the button once more\.$/);
  expect(within(alert).getByRole("link", { name: /New terms/ })).toHaveAttribute("href", "/en-de/pages/new-terms");
  await check();
  expect(screen.getAllByRole("link", { name: /New terms/ })).toHaveLength(2);
  expect(screen.queryByRole("link", { name: /Terms of sale/ })).toBeNull();
  isChanged = false;

  await user.click(buy());

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  expect(shop.placed).toMatchObject([{ body: { legal_texts: links.map(({ kind, digest }) => ({ kind, digest })) } }]);
});

test("what is not there any more is told by its line, and can be taken as far as there is", async () => {
  const shop = orderShop();
  shop.handlers["POST /api/checkouts"] = () => refusal(409, "out_of_stock", { lines: [{ sku: "CUP", asked: 2, available: 1 }] });
  const { user } = await open(shop);
  await fill(user);
  await user.click(buy());

  expect(await screen.findByText("The cup: you want 2, and 1 can be had.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Take 1: The cup" }));

  await waitFor(() => expect(shop.cart?.lines[0]?.quantity).toBe(1));
  await waitFor(() => expect(screen.queryByText("Not everything is there any more. Nothing has been ordered yet.")).toBeNull());
});

test("what cannot be ordered in that number is told by its line, and one press mends it", async () => {
  const shop = orderShop();
  shop.handlers["POST /api/checkouts"] = () => refusal(409, "quantity_not_allowed", { lines: [{ sku: "CUP", asked: 2, available: 1 }] });
  const { user } = await open(shop);
  await fill(user);
  await user.click(buy());

  expect(await screen.findByText("The cup: you want 2, and 1 can be ordered at once.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Take 1: The cup" }));

  await waitFor(() => expect(shop.cart?.lines[0]?.quantity).toBe(1));
});

test("two presses and a lost answer are one order under one name", async () => {
  const shop = orderShop();
  const place = shop.handlers["POST /api/checkouts"];
  let isLost = true;
  shop.handlers["POST /api/checkouts"] = async (asked) => {
    const made = await place?.(asked);
    if (!isLost) return made ?? LOST;
    isLost = false;
    return LOST;
  };
  const { user } = await open(shop);
  await fill(user);

  await user.dblClick(buy());

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  expect(new Set(shop.placed.map(({ key }) => key)).size).toBe(1);
  expect(shop.placed).toHaveLength(2);
  expect(shop.cards).toHaveLength(1);
});
