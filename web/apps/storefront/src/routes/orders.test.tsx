import { act, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { expect, onTestFinished, test, vi } from "vitest";
import { cartShop } from "../testing/cart-shop";
import { fakeSockets } from "../testing/fake-sockets";
import { anOrder, orderShop, simulated } from "../testing/order-shop";
import { aCart, aLine } from "../testing/samples";
import { visit } from "../testing/visit";

const check = async () => {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
};

test("whoever comes back from the bank finds the order, and an address without the payment in it", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "capturing", payment: undefined });

  const { router } = await visit("/en-de/orders/order_1?payment_intent=pi_1&payment_intent_client_secret=x&redirect_status=succeeded", shop.handlers);

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  await waitFor(() => expect(router.state.location.searchStr).toBe(""));
  await check();
});

test("an order is followed until it is final", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "capturing", payment: undefined });
  await visit("/en-de/orders/order_1", shop.handlers);
  await screen.findByText("Your bank has agreed to the payment, and we are packing it.");

  shop.order = anOrder({ state: "paid", payment: undefined });

  expect(await screen.findByText("It is paid, and we are packing it.", {}, { timeout: 6000 })).toBeVisible();
});

test("who was charged for an order that came to nothing is told that the money goes back, and not that there was none", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "cancelled", cancel_reason: "not_captured", refunding: 3470, payment: undefined });
  await visit("/en-de/orders/order_1", shop.handlers);

  expect(await screen.findByText("€34.70 is on its way back to you.")).toBeVisible();
  expect(screen.getByText(/your money had been taken all the same/)).toBeVisible();
  expect(screen.queryByText(/Nothing was charged/)).toBeNull();
  await check();
});

test("what was given back of a paid order is told", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "paid", refunded: 1500, refunded_to_gift_cards: 500, payment: undefined });
  await visit("/en-de/orders/order_1", shop.handlers);

  expect(await screen.findByText("€15.00 was paid back.")).toBeVisible();
  expect(screen.getByText("€5.00 of that is on your gift cards again.")).toBeVisible();
});

test("where sockets are open, an order is told of as it moves and not asked for", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "capturing", payment: undefined });
  shop.hasSockets = true;
  const sockets = fakeSockets();
  const { requests } = await visit("/en-de/orders/order_1", shop.handlers);
  const socket = await sockets(0);
  expect([socket.url, socket.protocols]).toEqual(["ws://localhost:3000/ws", ["ecom67.v1", "ticket.t1"]]);
  const asked = () => requests.filter((request) => request.startsWith("/api/orders/order_1")).length;
  const before = asked();

  socket.emit("open");
  socket.emit("message", { type: "order", version: 3, order: anOrder({ state: "paid", payment: undefined }) });

  expect(await screen.findByText("It is paid, and we are packing it.")).toBeVisible();
  await waitFor(() => expect(socket.isClosed).toBe(true));
  expect(asked()).toBe(before);
});

test("an order that has become final while it was heard of is not asked for again", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  onTestFinished(() => void vi.useRealTimers());
  const shop = orderShop();
  shop.order = anOrder({ state: "capturing", payment: undefined });
  shop.hasSockets = true;
  const sockets = fakeSockets();
  const { requests } = await visit("/en-de/orders/order_1", shop.handlers);
  const socket = await sockets(0);
  socket.emit("open");
  socket.emit("message", { type: "order", version: 3, order: anOrder({ state: "paid", payment: undefined }) });
  await screen.findByText("It is paid, and we are packing it.");
  const before = requests.length;

  await act(() => vi.advanceTimersByTimeAsync(10 * 60_000));

  expect(requests.slice(before)).toEqual([]);
});

test("a socket that ends is opened again while the order is on its way", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "capturing", payment: undefined });
  shop.hasSockets = true;
  const sockets = fakeSockets();
  await visit("/en-de/orders/order_1", shop.handlers);
  const first = await sockets(0);

  first.emit("open");
  first.close();

  expect(await sockets(1)).not.toBe(first);
});

test("an order that is not paid is paid on its page", async () => {
  const shop = orderShop();
  shop.order = anOrder({ payment: { status: "awaits_method", client_secret: "pi_1_secret_2", decline: "not_authenticated" } });
  const { user } = await visit("/en-de/orders/order_1", shop.handlers);
  expect(await screen.findByRole("alert")).toHaveTextContent("Your bank could not confirm that it is you.");

  await user.click(await screen.findByRole("button", { name: "Good card" }));
  await user.click(screen.getByRole("button", { name: "Pay €34.70" }));

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
});

test("details of an order that waits are changed at checkout, filled in from it", async () => {
  const shop = orderShop();
  shop.order = anOrder();
  const { user } = await visit("/en-de/orders/order_1", shop.handlers);

  await user.click(await screen.findByRole("button", { name: "Change details" }));

  expect(await screen.findByRole("textbox", { name: "Street and number" })).toHaveValue("Street 7");
});

test.each([
  ["expired", "It was not paid in time."],
  ["staff", "The shop cancelled it."],
  ["not_captured", "Your bank did not pay out what it had promised."],
] as const)("an order that was cancelled (%s) says why, and leads back to the cart", async (cancel_reason, words) => {
  const shop = orderShop();
  shop.order = anOrder({ state: "cancelled", cancel_reason, payment: undefined });

  await visit("/en-de/orders/order_1", shop.handlers);

  expect(await screen.findByText(new RegExp(`^${words}`))).toBeVisible();
  expect(screen.getByRole("link", { name: "Back to the cart" })).toHaveAttribute("href", "/en-de/cart");
});

test.each([
  ["leads to the mails about it", "/demo/mailbox", 1],
  ["leads nowhere where mails are sent", undefined, 0],
])("an order of a demo %s", async (_name, mailbox, links) => {
  const shop = orderShop();
  shop.order = anOrder({ state: "paid", payment: undefined });

  await visit("/en-de/orders/order_1", { ...shop.handlers, "/config.json": () => ({ ...simulated, mailbox }) });

  await screen.findByRole("heading", { name: "Thank you, your order is in." });
  await waitFor(() => expect(screen.queryAllByRole("link", { name: /its mails are in a mailbox/ })).toHaveLength(links));
});

test("somebody else's order is not shown, and the way to look it up is", async () => {
  await visit("/en-de/orders/order_1", orderShop().handlers);

  expect(await screen.findByText(/can be opened only in the browser it was made in/)).toBeVisible();
  const ways = [screen.getByRole("main"), screen.getByRole("contentinfo")].map((part) => within(part).getByRole("link", { name: "Find an order" }));
  for (const way of ways) expect(way).toHaveAttribute("href", "/en-de/orders");
});

test("an order is found by its number and address, and neither alone tells anything", async () => {
  const shop = orderShop();
  shop.order = anOrder({ state: "paid", payment: undefined });
  const { user } = await visit("/en-de/orders", shop.handlers);
  await user.click(await screen.findByRole("button", { name: "Find an order" }));
  const number = screen.getByRole("textbox", { name: "Order number" });
  expect(number).toHaveFocus();
  expect(number).toHaveAccessibleDescription(/An order number looks like this/);

  await user.type(number, "NONE-0000");
  await user.type(screen.getByRole("textbox", { name: "E-mail" }), "ann@example.org{Enter}");
  expect(await screen.findByRole("alert")).toHaveTextContent("There is no order with this number and this e-mail address.");
  await user.clear(number);
  await user.type(number, "k7qm-2xrt{Enter}");

  expect(await screen.findByRole("heading", { name: "Order K7QM-2XRT" })).toHaveFocus();
  await check();
});

test("the cart leads to checkout, and tells why not where something is in the way", async () => {
  const { tab } = await visit("/en-de/cart", cartShop(aCart([aLine("CUP", 1)])).handlers);
  expect(await tab.findByRole("link", { name: "Checkout" })).toHaveAttribute("href", "/en-de/checkout");

  const short = await visit("/en-de/cart", cartShop(aCart([aLine("CUP", 5, { notices: [{ code: "not_enough", asked: 5, available: 3 }] })])).handlers);

  expect(await short.tab.findByRole("button", { name: "Checkout" })).toHaveAccessibleDescription("To order, take no more of each item than there are.");
});
