import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { CARTS_KEY } from "../storage-keys";
import { cartShop } from "../testing/cart-shop";
import { LOST, refusal } from "../testing/fake-server";
import { aCart, aLine, anItem } from "../testing/samples";
import { visit } from "../testing/visit";

const row = (name: string) => within(screen.getByText(name).closest("li") ?? document.body);
const quantity = (name: string) => screen.getByRole("textbox", { name: `Quantity: ${name}` });
const openCart = (shop: ReturnType<typeof cartShop>) => visit("/en-de/cart", shop.handlers);

test("whoever has no cart is told so without the shop being asked", async () => {
  const { requests } = await visit("/en-de/cart", {});

  expect(await screen.findByRole("heading", { name: "Your cart is empty" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Have a look around" })).toHaveAttribute("href", "/en-de/");
  expect(requests.filter((path) => path.includes("/api/carts"))).toEqual([]);
});

test("a cart that has expired is an empty one, and is not asked for again", async () => {
  const shop = cartShop(aCart([]));
  shop.cart = undefined;

  await openCart(shop);

  expect(await screen.findByRole("heading", { name: "Your cart is empty" })).toBeVisible();
  expect(localStorage.getItem(CARTS_KEY)).toBeNull();
});

test("each line shows what it is, what one costs and what they cost together", async () => {
  await openCart(cartShop(aCart([aLine("CUP", 2)])));

  expect(await screen.findByRole("link", { name: "The cup" })).toHaveAttribute("href", "/en-de/p/cup?sku=CUP");
  const line = row("The cup");
  expect(line.getByText("Colour: Rose")).toBeVisible();
  expect(line.getByText("€14.90 each")).toBeVisible();
  expect(line.getByText("€29.80")).toBeVisible();
  expect(screen.getByText("Total").closest("p")).toHaveTextContent("€29.80");
  expect(screen.getByRole("link", { name: "Cart, 2 items" })).toBeVisible();
});

test("the stepper answers before the shop does, and further presses are told together", async () => {
  const shop = cartShop(aCart([aLine("CUP", 1)]));
  const set = shop.handlers["PUT /api/carts/{cart}/lines/{sku}"];
  const waiting: (() => void)[] = [];
  shop.handlers["PUT /api/carts/{cart}/lines/{sku}"] = async (asked) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return set?.(asked) ?? refusal(500, "none");
  };
  const { user, requests } = await openCart(shop);
  const more = await screen.findByRole("button", { name: "One more: The cup" });

  await user.click(more);
  await waitFor(() => expect(waiting).toHaveLength(1));
  await user.click(more);
  await user.click(more);

  expect(quantity("The cup")).toHaveValue("4");
  expect(row("The cup").getByText("€59.60")).toBeVisible();
  expect(screen.getByText("Total").closest("p")).toHaveTextContent("€14.90");
  waiting[0]?.();
  await waitFor(() => expect(waiting).toHaveLength(2));
  waiting[1]?.();
  await waitFor(() => expect(shop.cart?.units).toBe(4));
  expect(requests.filter((path) => path.startsWith("PUT"))).toHaveLength(2);
  await waitFor(() => expect(screen.getByText("Total").closest("p")).toHaveTextContent("€59.60"));
});

test("more than there are is taken back, with the reason beside the line", async () => {
  const { user } = await openCart(cartShop(aCart([aLine("CUP", 3), aLine("POT", 1)]), { CUP: 3 }));

  await user.click(await screen.findByRole("button", { name: "One more: The cup" }));

  expect(await row("The cup").findByRole("alert")).toHaveTextContent("Only 3 are left.");
  expect(quantity("The cup")).toHaveValue("3");
  expect(row("The pot").queryByRole("alert")).toBeNull();
});

test("a number can be typed, and what is none is left as it was", async () => {
  const shop = cartShop(aCart([aLine("CUP", 3)]));
  const { user } = await openCart(shop);
  const field = await screen.findByRole("textbox", { name: "Quantity: The cup" });

  await user.click(field);
  await user.keyboard("1x2{Enter}");
  await waitFor(() => expect(shop.cart?.units).toBe(12));
  await user.clear(field);
  await user.tab();

  expect(field).toHaveValue("12");
  expect(shop.cart?.units).toBe(12);
});

test("without a connection a change is taken back, and said so", async () => {
  const shop = cartShop(aCart([aLine("CUP", 3)]));
  shop.handlers["PUT /api/carts/{cart}/lines/{sku}"] = () => LOST;
  const { user } = await openCart(shop);

  await user.click(await screen.findByRole("button", { name: "One more: The cup" }));

  expect(await row("The cup").findByRole("alert")).toHaveTextContent("No connection to the shop. Nothing has changed; please try again.");
  expect(quantity("The cup")).toHaveValue("3");
});

test("a write whose answer is lost is sent once more, under the same name", async () => {
  const shop = cartShop(aCart([aLine("CUP", 3)]));
  const remove = shop.handlers["DELETE /api/carts/{cart}/lines/{sku}"];
  const lost: (string | null)[] = [];
  shop.handlers["DELETE /api/carts/{cart}/lines/{sku}"] = (asked) => {
    if (lost.length > 0) return remove?.(asked) ?? LOST;
    lost.push(asked.headers.get("idempotency-key"));
    return LOST;
  };
  const { user } = await openCart(shop);

  await user.click(await screen.findByRole("button", { name: "Remove: The cup" }));

  expect(await screen.findByText("Removed: The cup")).toBeVisible();
  expect(lost).toEqual(shop.keys);
  expect(lost[0]).toMatch(/^[0-9a-f]{32}$/);
});

test("a line that is removed can be had back, with as many as there were", async () => {
  const shop = cartShop(aCart([aLine("CUP", 3)]));
  const { user } = await openCart(shop);

  await user.click(await screen.findByRole("button", { name: "Remove: The cup" }));

  const undo = await screen.findByRole("button", { name: "Undo: put The cup back" });
  expect(undo).toHaveFocus();
  expect(screen.getByText("Removed: The cup")).toHaveAttribute("role", "status");
  expect(shop.cart?.lines).toEqual([]);

  await user.click(undo);

  expect(await screen.findByRole("textbox", { name: "Quantity: The cup" })).toHaveValue("3");
  expect(screen.queryByText("Removed: The cup")).toBeNull();
});

test("what is saved for later is no part of the sum, and comes back", async () => {
  const shop = cartShop(aCart([aLine("CUP", 2), aLine("POT", 1)]));
  const { user } = await openCart(shop);

  await user.click(await screen.findByRole("button", { name: "Save for later: The cup" }));

  const saved = within(await screen.findByRole("region", { name: "Saved for later" }));
  expect(saved.getByText("The cup")).toBeVisible();
  expect(screen.getByText("Total").closest("p")).toHaveTextContent("€14.90");

  await user.click(saved.getByRole("button", { name: "Move to cart: The cup" }));

  await waitFor(() => expect(shop.cart?.lines).toHaveLength(2));
  expect(await screen.findByRole("textbox", { name: "Quantity: The cup" })).toHaveValue("2");
  expect(screen.queryByRole("region", { name: "Saved for later" })).toBeNull();
});

test("once the last line is put aside, the focus is where it is told that the cart is empty", async () => {
  const { user } = await openCart(cartShop(aCart([aLine("CUP", 2)])));

  await user.click(await screen.findByRole("button", { name: "Save for later: The cup" }));

  const told = await screen.findByRole("heading", { name: "Your cart is empty" });
  await waitFor(() => expect(document.activeElement).toContainElement(told));
  expect(document.activeElement).not.toBe(document.body);
  expect(screen.getByText("Nothing to buy in here at the moment. What you put aside is below.")).toBeVisible();
});

test("what is wished for is put into the cart, and taken off the list", async () => {
  const shop = cartShop(aCart([], { wishes: [anItem("POT"), anItem("JUG", { availability: "sold_out" })] }));
  const { user } = await openCart(shop);
  const wishes = within(await screen.findByRole("region", { name: "Wishlist" }));

  await user.click(wishes.getByRole("button", { name: "Move to cart: The pot" }));
  await user.click(wishes.getByRole("button", { name: "Take off the wishlist: The pot" }));

  await waitFor(() => expect(wishes.queryByText("The pot")).toBeNull());
  expect(await screen.findByRole("textbox", { name: "Quantity: The pot" })).toHaveValue("1");
  expect(wishes.queryByRole("button", { name: "Move to cart: The jug" })).toBeNull();
});

test("a price that has changed is told with both, until somebody agrees", async () => {
  const { user } = await openCart(cartShop(aCart([aLine("CUP", 1, { notices: [{ code: "price_changed", was: 1290, is: 1490 }] })])));
  expect(await screen.findByText("The price has changed: €14.90 instead of €12.90 each.")).toBeVisible();

  await user.click(screen.getByRole("button", { name: "OK with the new price: The cup" }));

  await waitFor(() => expect(screen.queryByText(/The price has changed/)).toBeNull());
});

test("of what there is too little, the rest can be taken", async () => {
  const shop = cartShop(aCart([aLine("CUP", 5, { notices: [{ code: "not_enough", asked: 5, available: 3 }] })]), { CUP: 3 });
  const { user } = await openCart(shop);
  expect(await screen.findByText("You want 5, and only 3 are left.")).toBeVisible();

  await user.click(screen.getByRole("button", { name: "Take 3: The cup" }));

  await waitFor(() => expect(shop.cart?.units).toBe(3));
  expect(screen.queryByText(/You want 5/)).toBeNull();
});

test("what is not sold any more says so, has no price, and can be removed", async () => {
  const shop = cartShop(aCart([aLine("CUP", 5, { unit_price: null, slug: null, notices: [{ code: "not_sold" }] })]));
  const { user } = await openCart(shop);
  expect(await screen.findByText("This is no longer sold here, and not part of the sum.")).toBeVisible();
  expect(screen.queryByRole("link", { name: "The cup" })).toBeNull();
  expect(screen.queryByRole("textbox", { name: "Quantity: The cup" })).toBeNull();

  await user.click(screen.getByRole("button", { name: "Remove: The cup" }));

  await waitFor(() => expect(shop.cart?.lines).toEqual([]));
});

test("a note is counted in characters, and kept when it is saved", async () => {
  const shop = cartShop(aCart([aLine("CUP", 1)]));
  const { user } = await openCart(shop);
  await user.click(await screen.findByText("A note with your order"));
  const field = screen.getByLabelText("What should we know?");

  await user.click(field);
  await user.paste("Ring twice 🪁");
  expect(screen.getByText("12 of 1.000 characters")).toBeVisible();
  expect(screen.getByText("Not saved yet.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save note" }));

  expect(await screen.findByText("Your note is saved.")).toBeVisible();
  expect(shop.cart?.note).toBe("Ring twice 🪁");
});

test("what one tab changes, the other shows", async () => {
  const shop = cartShop(aCart([aLine("CUP", 1)]));
  const first = await openCart(shop);
  const second = await openCart(shop);
  const more = await first.tab.findByRole("button", { name: "One more: The cup" });
  await second.tab.findByRole("button", { name: "One more: The cup" });

  await first.user.click(more);

  await waitFor(() => expect(second.tab.getByRole("textbox", { name: "Quantity: The cup" })).toHaveValue("2"));
  expect(second.tab.getByRole("link", { name: "Cart, 2 items" })).toBeVisible();
});
