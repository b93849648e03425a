import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { CARTS_KEY } from "../storage-keys";
import { listenToBeacons } from "../testing/beacons";
import { cartShop, knowOfACart } from "../testing/cart-shop";
import { LOST, refusal, type Handlers } from "../testing/fake-server";
import { aCard, aList, aTeapot } from "../testing/samples";
import { visit } from "../testing/visit";

const teapot: Handlers = {
  "/api/products/{slug}": () => aTeapot,
  "/api/products": () => aList([aCard("Morning cup"), aCard("teapot")]),
};

test("a product shows what it costs, whether it is there, and what it is", async () => {
  await visit("/en-de/p/round-teapot", teapot);

  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Round teapot");
  const offer = within(screen.getByRole("region", { name: "Price and availability" }));
  expect(offer.getByText("€34.90")).toBeVisible();
  expect(offer.getByRole("link", { name: "plus delivery" })).toHaveAttribute("href", "/en-de/pages/delivery");
  expect(screen.getByText("In stock")).toBeVisible();
  expect(screen.getByRole("row", { name: "Made in Portugal" })).toBeVisible();
  expect(screen.getByText("It pours without dripping.")).toBeVisible();
});

test("a product that is looked at is counted once, whichever variant is chosen", async () => {
  const told = listenToBeacons();
  const { user } = await visit("/en-de/p/round-teapot", teapot);

  await user.click(screen.getByRole("button", { name: "Mint (sold out)" }));
  await screen.findByText("€29.90");

  expect(await told()).toEqual([["/api/views", { locale: "en-de", product: "teapot" }]]);
});

test("choosing an option changes price and availability, and the address names the variant", async () => {
  const { user, router } = await visit("/en-de/p/round-teapot", teapot);
  const mint = screen.getByRole("button", { name: "Mint (sold out)" });
  expect(mint).toHaveAttribute("aria-pressed", "false");

  await user.click(mint);

  expect(await screen.findByText("€29.90")).toBeVisible();
  expect(screen.getByText("Sold out")).toBeVisible();
  expect(router.state.location.searchStr).toBe("?sku=TEAPOT-MINT");
  expect(screen.getByRole("button", { name: "Mint (sold out)" })).toHaveAttribute("aria-pressed", "true");
});

test("a link to a variant opens it", async () => {
  await visit("/en-de/p/round-teapot?sku=TEAPOT-MINT", teapot);

  expect(screen.getByText("€29.90")).toBeVisible();
});

test("others of its category are offered, without itself", async () => {
  await visit("/en-de/p/round-teapot", teapot);

  expect(await screen.findByRole("link", { name: "Morning cup" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "teapot" })).toBeNull();
});

test("the other languages are the same page at its own address", async () => {
  await visit("/en-de/p/round-teapot", teapot);

  expect(screen.getByRole("link", { name: /Deutschland/, hidden: true })).toHaveAttribute("href", "/de-de/p/runde-teekanne");
});

test("a new page starts at its heading, and is announced", async () => {
  const { user } = await visit("/en-de/p/round-teapot", {
    ...teapot,
    "/api/categories": () => ({ categories: [] }),
    "/api/home": () => ({ seo: { title: "Cheerful things", description: "" }, sections: [] }),
    "/api/products/{slug}": ({ slug }) => (slug === "round-teapot" ? aTeapot : { ...aTeapot, slug, code: "cup", name: "Morning cup", seo: { title: "Morning cup", description: "" } }),
  });

  await user.click(await screen.findByRole("link", { name: "Morning cup" }));

  await waitFor(() => expect(screen.getByRole("heading", { level: 1, name: "Morning cup" })).toHaveFocus());
  expect(document.title).toBe("Morning cup · Kettle & Kite");
});

test("a product asked for by its code, or by a slug it once had, is shown at its own address", async () => {
  const { router } = await visit("/en-de/p/~teapot?sku=TEAPOT-RED", teapot);

  await waitFor(() => expect(router.state.location.pathname).toBe("/en-de/p/round-teapot"));
  expect(router.state.location.search).toEqual({ sku: "TEAPOT-RED" });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent(aTeapot.name);
});

test("a product that is gone is a page that says so", async () => {
  await visit("/en-de/p/gone", { "/api/products/{slug}": () => refusal(404, "product_not_found") });

  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("There is nothing at this address");
});

test("a product goes into the cart in the number that is wanted, and the drawer tells what is in it", async () => {
  const shop = cartShop();
  const { user, requests } = await visit("/en-de/p/round-teapot", { ...teapot, ...shop.handlers });
  expect(requests.filter((path) => path.includes("/api/carts"))).toEqual([]);

  await user.click(screen.getByRole("button", { name: "One more: Round teapot" }));
  await user.click(screen.getByRole("button", { name: "Add to cart" }));

  const drawer = within(await screen.findByRole("dialog", { name: "Your cart" }));
  expect(await drawer.findByText("In your cart: The teapot-rose")).toBeVisible();
  expect(drawer.getByText("Total").closest("p")).toHaveTextContent("€29.80");
  expect(drawer.getByRole("link", { name: "To the cart" })).toHaveAttribute("href", "/en-de/cart");
  expect(screen.getByRole("link", { name: "Cart, 2 items" })).toBeInTheDocument();
  expect(requests).toContain("POST /api/carts?locale=en-de");
  expect(localStorage.getItem(CARTS_KEY)).toBe("de");

  await user.click(drawer.getByRole("button", { name: "Keep looking" }));

  expect(screen.queryByRole("dialog")).toBeNull();
});

test("quick presses make one cart, and a press meanwhile adds nothing twice", async () => {
  const shop = cartShop();
  const make = shop.handlers["POST /api/carts"];
  const waiting: (() => void)[] = [];
  shop.handlers["POST /api/carts"] = async (asked) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return make?.(asked) ?? LOST;
  };
  const { user, requests } = await visit("/en-de/p/round-teapot", { ...teapot, ...shop.handlers });

  await user.dblClick(screen.getByRole("button", { name: "Add to cart" }));
  await user.click(screen.getByRole("button", { name: "Put on the wishlist" }));
  await waitFor(() => expect(waiting).toHaveLength(1));
  waiting[0]?.();

  await waitFor(() => expect(shop.cart?.wishes).toHaveLength(1));
  expect(requests.filter((path) => path.startsWith("POST /api/carts?"))).toHaveLength(1);
  expect(shop.cart?.lines).toMatchObject([{ sku: "TEAPOT-ROSE", quantity: 1 }]);
  expect(await screen.findByRole("button", { name: "Take off the wishlist", hidden: true })).toBeInTheDocument();
});

test("a cart that was forgotten meanwhile is made anew", async () => {
  const shop = cartShop();
  knowOfACart();
  const { user } = await visit("/en-de/p/round-teapot", { ...teapot, ...shop.handlers });
  await waitFor(() => expect(localStorage.getItem(CARTS_KEY)).toBeNull());
  knowOfACart();

  await user.click(screen.getByRole("button", { name: "Add to cart" }));

  expect(await screen.findByText("In your cart: The teapot-rose")).toBeVisible();
});

test("where a first addition was lost on the way, it is made once", async () => {
  const shop = cartShop();
  const make = shop.handlers["POST /api/carts"];
  let is_lost = false;
  shop.handlers["POST /api/carts"] = async (asked) => {
    const made = await make?.(asked);
    if (is_lost) return made ?? LOST;
    is_lost = true;
    return LOST;
  };
  const { user } = await visit("/en-de/p/round-teapot", { ...teapot, ...shop.handlers });

  await user.click(screen.getByRole("button", { name: "Add to cart" }));

  expect(await screen.findByText("In your cart: The teapot-rose")).toBeVisible();
  expect(shop.cart?.units).toBe(1);
});

test("why something cannot be added is told beside the button", async () => {
  const shop = cartShop(undefined, { "TEAPOT-ROSE": 0 });
  const { user } = await visit("/en-de/p/round-teapot", { ...teapot, ...shop.handlers });

  await user.click(screen.getByRole("button", { name: "Add to cart" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("There is none left just now.");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("what is sold out can be wished for, not bought", async () => {
  await visit("/en-de/p/round-teapot?sku=TEAPOT-MINT", teapot);

  expect(screen.queryByRole("button", { name: "Add to cart" })).toBeNull();
  expect(screen.getByRole("button", { name: "Put on the wishlist" })).toBeVisible();
});

test("in a list, what has one variant is added, and what has several is chosen on its page", async () => {
  const shop = cartShop();
  const list = aList([aCard("Morning cup", { sku: "CUP" }), aCard("Evening cup"), aCard("Old cup", { sku: "OLD", availability: "sold_out" })]);
  const { user } = await visit("/en-de/p/round-teapot", { ...teapot, ...shop.handlers, "/api/products": () => list });

  await user.click(await screen.findByRole("button", { name: "Add to cart: Morning cup" }));

  expect(await screen.findByText("In your cart: The cup")).toBeVisible();
  const card = within(screen.getByRole("link", { name: "Evening cup" }).closest("li") ?? document.body);
  expect(card.queryByRole("button")).toBeNull();
  expect(card.getByText("Choose")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Add to cart: Old cup" })).toBeNull();
});
