import { cleanup, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { CHECKOUT_KEY } from "../storage-keys";
import { buy, check, fill, open } from "../testing/checkout-steps";
import { anOrder, declined, orderShop } from "../testing/order-shop";

test.each([
  [declined("card_declined", "insufficient_funds"), "There is not enough money on this card."],
  [declined("expired_card"), "This card has expired."],
  [declined("incorrect_cvc"), "The number, date or security code is not right."],
  [declined("processing_error"), "Your bank could not do it at this moment."],
  [declined("card_declined", "lost_card"), "Your bank does not say why."],
  [new Response("", { status: 503 }), "Your items are held. Nothing is charged twice: please pay again in a minute."],
])("a payment that fails says why, keeps the order, and is tried again with what was typed", async (answer, words) => {
  const shop = orderShop();
  const { charge } = shop;
  shop.charge = () => answer.clone();
  const { user } = await open(shop);
  await fill(user);
  await user.click(buy());

  expect(await screen.findByRole("alert")).toHaveTextContent(words);
  expect(screen.getByRole("textbox", { name: "Card number" })).toHaveValue("4242 4242 4242 4242");
  expect(screen.getByText("Ann Lee, Street 7, 10115 Berlin, Germany")).toBeVisible();
  shop.charge = charge;
  await user.click(screen.getByRole("button", { name: "Pay €34.70" }));

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  expect(shop.placed).toHaveLength(1);
});

test("details are changed by taking the order back, with everything filled in, and ordered under another name", async () => {
  const shop = orderShop();
  shop.charge = () => declined("card_declined");
  const { user } = await open(shop);
  await fill(user);
  await user.click(buy());
  await user.click(await screen.findByRole("button", { name: "Change details" }));

  const town = await screen.findByRole("textbox", { name: "Town" });
  expect(town).toHaveValue("Berlin");
  await user.clear(town);
  await user.type(town, "Potsdam");
  await user.click(buy());

  await waitFor(() => expect(shop.placed).toHaveLength(2));
  expect(shop.placed[0]?.key).not.toBe(shop.placed[1]?.key);
});

test("what was typed is there after a reload, without the card; and so is an order that waits", async () => {
  const shop = orderShop();
  shop.charge = () => declined("card_declined");
  const first = await open(shop);
  await first.user.type(await first.tab.findByRole("textbox", { name: "Town" }), "Berlin");
  cleanup();
  const second = await open(shop);
  expect(await second.tab.findByRole("textbox", { name: "Town" })).toHaveValue("Berlin");
  expect(sessionStorage.getItem(CHECKOUT_KEY)).not.toMatch(/4242|card/);

  shop.order = anOrder({ payment: { status: "awaits_action", client_secret: "pi_1_secret_2" } });
  sessionStorage.setItem(CHECKOUT_KEY, JSON.stringify({ market: "de", order: "order_1" }));
  cleanup();
  const third = await open(shop);

  expect(await third.tab.findByRole("alert")).toHaveTextContent("The confirmation at your bank was not finished.");
  expect(third.tab.getByText(/^We hold your items until .*: 15 more minutes\.$/)).toBeVisible();
  await third.user.click(third.tab.getByRole("button", { name: "I need more time" }));
  expect(await third.tab.findByText(/25 more minutes/)).toBeVisible();
  expect(third.tab.queryByRole("button", { name: "I need more time" })).toBeNull();
});

test("a provider that does not answer leaves the order held, and is tried again", async () => {
  const shop = orderShop();
  shop.handlers["POST /api/checkouts"] = () => (shop.order = anOrder({ payment: { status: "unavailable" } }));
  const { user } = await open(shop);
  await fill(user);
  await user.click(buy());
  expect(await screen.findByRole("alert")).toHaveTextContent("Your items are held. Nothing is charged twice: please pay again in a minute.");
  expect(shop.cards).toEqual([]);

  shop.order = anOrder();
  await user.click(screen.getByRole("button", { name: "Pay €34.70" }));

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
});

test("the end of the hold is told to a screen reader in minutes, and in between it is silent", async () => {
  const shop = orderShop();
  shop.order = anOrder({ hold_until: new Date(Date.now() + 4.5 * 60_000).toISOString() });
  sessionStorage.setItem(CHECKOUT_KEY, JSON.stringify({ market: "de", order: "order_1" }));

  await open(shop);

  expect(await screen.findByText("Your items are held for 5 more minutes.")).toHaveAttribute("role", "status");
  expect(screen.getByText(/^We hold your items until/).closest("[aria-live], [role=status]")).toBeNull();
});

test("an order that was not paid in time gives the form back, and says so", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "cancelled", cancel_reason: "expired", payment: undefined });
  sessionStorage.setItem(CHECKOUT_KEY, JSON.stringify({ market: "de", order: "order_1" }));

  await open(shop);

  expect(await screen.findByRole("alert")).toHaveTextContent("The time for paying is over");
  expect(buy()).toBeVisible();
});

test("the form, its mistakes and an order that waits pass axe", async () => {
  const shop = orderShop();
  shop.charge = () => declined("card_declined");
  const { user } = await open(shop);
  await screen.findByRole("textbox", { name: "Card number" });
  await user.click(buy());
  await screen.findByRole("alert");
  await check();
  await fill(user);
  await user.click(buy());
  await screen.findByRole("button", { name: "Pay €34.70" });
  await check();
});
