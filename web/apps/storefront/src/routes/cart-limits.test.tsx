import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { cartShop } from "../testing/cart-shop";
import { refusal } from "../testing/fake-server";
import { aCart, aLine } from "../testing/samples";
import { visit } from "../testing/visit";

const openCart = (shop: ReturnType<typeof cartShop>) => visit("/en-de/cart", shop.handlers);

test("what comes in sets goes up and down by the set, and says so", async () => {
  const shop = cartShop(aCart([aLine("WINE", 12, { quantity_min: 6, quantity_max: 18, quantity_step: 6 })]));
  const { user } = await openCart(shop);
  const more = await screen.findByRole("button", { name: "6 more: The wine" });

  expect(screen.getByRole("group", { name: "Quantity: The wine" })).toHaveAccessibleDescription("Sold in sets of 6. At most 18 per order.");
  await user.click(more);
  await waitFor(() => expect(shop.cart?.lines[0]?.quantity).toBe(18));
  expect(more).toHaveAttribute("aria-disabled", "true");
  await user.click(screen.getByRole("button", { name: "6 fewer: The wine" }));
  await waitFor(() => expect(shop.cart?.lines[0]?.quantity).toBe(12));
});

test("a limit that was lowered is told, and one press goes down to it", async () => {
  const notices = [{ code: "quantity_not_allowed" as const, asked: 8, allowed: 5 }];
  const shop = cartShop(aCart([aLine("CUP", 8, { quantity_max: 5, notices })]));
  const { user } = await openCart(shop);

  expect(await screen.findByText("You want 8, and 5 can be ordered at once.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Checkout" })).toHaveAccessibleDescription("To order, take as many of each item as can be ordered at once.");
  await user.click(screen.getByRole("button", { name: "Take 5: The cup" }));

  await waitFor(() => expect(shop.cart?.lines[0]?.quantity).toBe(5));
  expect(await screen.findByRole("link", { name: "Checkout" })).toBeVisible();
});

test("versions of one product go up together to the limit that they share", async () => {
  const shared = { product: "doll", quantity_max: 3, max_per_cart: 3 };
  const shop = cartShop(aCart([aLine("RED", 1, shared), aLine("BLUE", 1, shared), aLine("CUP", 1)]));
  const { user } = await openCart(shop);
  const more = await screen.findByRole("button", { name: "One more: The red" });

  expect(screen.getByRole("group", { name: "Quantity: The red" })).toHaveAccessibleDescription("At most 3 per order, all versions together.");
  await user.click(more);
  await waitFor(() => expect(shop.cart?.lines[0]?.quantity).toBe(2));

  await waitFor(() => expect(screen.getByRole("button", { name: "One more: The blue" })).toHaveAttribute("aria-disabled", "true"));
  expect(more).toHaveAttribute("aria-disabled", "true");
  expect(screen.getByRole("button", { name: "One more: The cup" })).toHaveAttribute("aria-disabled", "false");
  await user.click(more);
  const group = screen.getByRole("group", { name: "Quantity: The red" });
  expect(await within(group).findByRole("status")).toHaveTextContent("At most 3 per order, all versions together.");
});

const tooMany = (allowed: number) => [{ code: "product_quantity_not_allowed" as const, asked: 3, allowed, max: 5 }];

test("versions of which there are too many together are told, each with what it may be", async () => {
  const shared = { product: "doll", quantity_max: 5, max_per_cart: 5 };
  const lines = [aLine("RED", 3, shared), aLine("BLUE", 3, { ...shared, notices: tooMany(2) }), aLine("GREEN", 3, { ...shared, notices: tooMany(0) })];
  const shop = cartShop(aCart(lines));
  const { user } = await openCart(shop);

  expect(await screen.findByText("You want 3, and 2 can be ordered at once.")).toBeVisible();
  const why = "At most 5 per order, all versions together.";
  expect(screen.getAllByText(why)).toHaveLength(4);
  expect(screen.queryByText("Sold out just now.")).toBeNull();
  expect(screen.getByRole("button", { name: "Checkout" })).toHaveAccessibleDescription("To order, take as many of each item as can be ordered at once.");
  await user.click(screen.getByRole("button", { name: "Take 2: The blue" }));

  await waitFor(() => expect(shop.cart?.lines[1]?.quantity).toBe(2));
});

test("why no more of a version may be had is told in words", async () => {
  const shop = cartShop(aCart([aLine("RED", 1)]));
  const answers = [1, 0];
  shop.handlers["PUT /api/carts/{cart}/lines/{sku}"] = () => refusal(409, "product_quantity_too_large", { asked: 2, available: answers.shift() ?? 0 });
  const { user } = await openCart(shop);
  const more = await screen.findByRole("button", { name: "One more: The red" });

  await user.click(more);
  expect(await screen.findByRole("alert")).toHaveTextContent("Beside the other versions in your cart, 1 of these can be ordered.");
  await user.click(more);
  await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent("Beside the other versions in your cart, 0 of these can be ordered."));
});

test("why another number is refused is told in words", async () => {
  const shop = cartShop(aCart([aLine("CUP", 6)]));
  shop.handlers["PUT /api/carts/{cart}/lines/{sku}"] = () => refusal(409, "quantity_not_in_sets", { asked: 7, available: 6 });
  const { user } = await openCart(shop);

  await user.click(await screen.findByRole("button", { name: "One more: The cup" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("This is sold in sets only: 6 would do.");
});
