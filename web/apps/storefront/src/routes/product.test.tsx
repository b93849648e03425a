import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { listenToBeacons } from "../testing/beacons";
import { refusal, type Handlers } from "../testing/fake-server";
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
