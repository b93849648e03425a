import axe from "axe-core";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { cartShop } from "../testing/cart-shop";
import type { Handlers } from "../testing/fake-server";
import { aCard, aCart, aLine, aList, anItem, aPicture, aTeapot, cups } from "../testing/samples";
import { visit } from "../testing/visit";

const shop: Handlers = {
  "/api/home": () => ({
    seo: { title: "Cheerful things", description: "" },
    sections: [
      { kind: "opening", title: "The kite", text: "Flies.", link: { label: "See it", href: "/c/cups" }, tint: "sky", product: aCard("Kite"), picture: null },
      { kind: "categories", title: "Where to?", categories: [{ slug: "cups", name: "Cups", tint: "butter", picture: aPicture }] },
      { kind: "products", title: "Just in", text: "", link: null, products: [aCard("Cup")] },
      { kind: "story", title: "Made to be used", text: "Yes.", link: null, tint: "sage", picture: aPicture },
    ],
  }),
  "/api/categories": () => ({ categories: [cups] }),
  "/api/products": () => aList([aCard("Cup")]),
  "/api/products/{slug}": () => aTeapot,
  "/api/search": () => ({ ...aList([]), query: "x", partial: false }),
  "/api/pages/{slug}": () => ({ slug: "delivery", kind: "delivery", title: "Delivery", summary: "", body_html: "<h2>Costs</h2><p>Little.</p>", alternates: [] }),
};

test.each(["/en-de/", "/en-de/c/cups", "/en-de/p/round-teapot", "/en-de/search?q=x", "/en-de/pages/delivery", "/en-de/cart", "/en-de/nowhere"])(
  "%s passes axe",
  async (address) => {
    await visit(address, shop);

    // Colours and the page's own elements are checked in a real browser (e2e).
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });

    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  },
);

const filled = () =>
  aCart(
    [
      aLine("CUP", 2, { notices: [{ code: "price_changed", was: 1290, is: 1490 }] }),
      aLine("POT", 5, { notices: [{ code: "not_enough", asked: 5, available: 3 }] }),
      aLine("JUG", 1, { unit_price: null, notices: [{ code: "not_sold" }] }),
    ],
    { saved: [aLine("BOWL", 1)], wishes: [anItem("KITE")], note: "Ring twice." },
  );

test("a cart with everything in it passes axe", async () => {
  const { user } = await visit("/en-de/cart", cartShop(filled()).handlers);
  await user.click(await screen.findByRole("button", { name: "Remove: The jug" }));
  await screen.findByRole("button", { name: "Undo: put The jug back" });

  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });

  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

test("the open drawer passes axe", async () => {
  const { user } = await visit("/en-de/p/round-teapot", { ...shop, ...cartShop(filled()).handlers });
  await user.click(screen.getByRole("button", { name: "Add to cart" }));
  await screen.findByRole("dialog");

  const { violations } = await axe.run(screen.getByRole("dialog"), { rules: { "color-contrast": { enabled: false } } });

  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});
