import type { Facet, ProductList } from "@ecom67/api-client/types";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal, type Handlers } from "../testing/fake-server";
import { aCard, aList, aPrice, cups } from "../testing/samples";
import { visit } from "../testing/visit";

const colours: Facet = {
  key: "attribute.colour",
  label: "Colour",
  kind: "values",
  values: [
    { value: "rose", label: "Rose", count: 1, selected: false, color: "#d6455d" },
    { value: "mint", label: "Mint", count: 2, selected: false, color: "#7cc9ab" },
  ],
  range: null,
};

const prices: Facet = {
  key: "price",
  label: "Price",
  kind: "range",
  values: [],
  range: { minimum: 890, maximum: 6490, selected_minimum: null, selected_maximum: null },
};

function category(list: (query: URLSearchParams) => ProductList): Handlers {
  return {
    "/api/categories": () => ({ categories: [cups] }),
    "/api/products": ({ query }) => list(query),
  };
}

const twoCups = category((query) =>
  query.getAll("filter").includes("attribute.colour:rose")
    ? aList([aCard("Rose cup")], { facets: [colours, prices] })
    : aList([aCard("Rose cup"), aCard("Mint cup")], { facets: [colours, prices] }),
);

test("a category shows its products with name and price", async () => {
  await visit("/en-de/c/cups", twoCups);

  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Cups");
  expect(screen.getByRole("link", { name: "Rose cup" })).toHaveAttribute("href", "/en-de/p/rose-cup");
  expect(screen.getAllByText("€14.90")).toHaveLength(2);
  expect(screen.getByText(/Prices incl. VAT/)).toBeVisible();
});

test("a filter narrows the list, stands in the address and can be taken away", async () => {
  const { user, router } = await visit("/en-de/c/cups", twoCups);

  await user.click(screen.getByRole("checkbox", { name: /Rose/, hidden: true }));

  await waitFor(() => expect(screen.queryByRole("link", { name: "Mint cup" })).toBeNull());
  expect(router.state.location.searchStr).toBe("?filter=attribute.colour:rose");
  expect(screen.getByText("1 product")).toHaveAttribute("role", "status");

  await user.click(screen.getByRole("link", { name: "Remove filter Rose" }));

  expect(await screen.findByRole("link", { name: "Mint cup" })).toBeVisible();
  expect(router.state.location.searchStr).toBe("");
});

test("a price range is read in the shopper's money, and only when the field is left", async () => {
  const { user, router } = await visit("/en-de/c/cups", twoCups);

  await user.type(screen.getByLabelText("From, in EUR"), "12.50");
  expect(router.state.location.searchStr).toBe("");
  await user.tab();

  await waitFor(() => expect(router.state.location.searchStr).toBe("?filter=price:1250-"));
  expect(screen.getByRole("link", { name: "Remove filter From €12.50" })).toBeVisible();
});

test("an amount that is none is told beside the field", async () => {
  const { user, router } = await visit("/en-de/c/cups", twoCups);

  await user.type(screen.getByLabelText("To, in EUR"), "cheap{Enter}");

  expect(screen.getByRole("alert", { hidden: true })).toHaveTextContent("Write an amount such as 64.90.");
  expect(router.state.location.searchStr).toBe("");
});

test("more products come below the first, and the address says so", async () => {
  const list = category((query) =>
    query.get("cursor") === "next"
      ? aList([aCard("Mint cup")], { total: { count: 2, exact: true } })
      : aList([aCard("Rose cup")], { total: { count: 2, exact: true }, next_cursor: "next" }),
  );
  const { user, router } = await visit("/en-de/c/cups", list);

  await user.click(screen.getByRole("link", { name: "Show more" }));

  expect(await screen.findByRole("link", { name: "Mint cup" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Rose cup" })).toBeVisible();
  await waitFor(() => expect(router.state.location.searchStr).toBe("?page=2"));
  expect(screen.getByText("You have seen 2 of 2")).toBeVisible();
});

test("a further page that fails is told below the list, which stays", async () => {
  const { user, router } = await visit("/en-de/c/cups", {
    "/api/categories": () => ({ categories: [cups] }),
    "/api/products": ({ query }) => (query.has("cursor") ? refusal(422, "broken") : aList([aCard("Rose cup")], { next_cursor: "next" })),
  });

  await user.click(screen.getByRole("link", { name: "Show more" }));

  expect(await screen.findByRole("alert")).toHaveTextContent("The next products did not come.");
  expect(screen.getByRole("link", { name: "Rose cup" })).toBeVisible();
  expect(router.state.location.searchStr).toBe("");
});

test("coming back to the second page asks for both pages at once", async () => {
  const { requests } = await visit("/en-de/c/cups?page=2", twoCups);

  expect(requests).toContain("/api/products?locale=en-de&category=cups&limit=48");
});

test("filters that nothing fits can be taken away together", async () => {
  const none = category(() => aList([], { facets: [colours] }));
  await visit("/en-de/c/cups?filter=attribute.colour:rose", none);

  expect(screen.getByRole("heading", { name: "Nothing fits all of these filters" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Clear all" })).toHaveAttribute("href", "/en-de/c/cups");
});

test("a reduced price names the lowest of 30 days", async () => {
  const price = aPrice(3490, { compare_at: 4490, lowest_30_days: 4350, reduction_percent: 20 });
  await visit("/en-de/c/cups", category(() => aList([aCard("Knife", { price })])));

  const card = within(screen.getByRole("link", { name: "Knife" }).closest("li") ?? document.body);
  expect(card.getByText("−20%")).toBeVisible();
  expect(card.getByText("Lowest price of the last 30 days: €43.50")).toBeVisible();
  expect(card.getByText("€44.90").closest("s")).not.toBeNull();
});

test("a category that does not exist is a page that says so", async () => {
  await visit("/en-de/c/nothing", { "/api/categories": () => ({ categories: [cups] }), "/api/products": () => refusal(404, "category_not_found") });

  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("There is nothing at this address");
});

test("a list that fails can be tried again", async () => {
  let is_broken = true;
  const { user } = await visit("/en-de/c/cups", {
    "/api/categories": () => ({ categories: [cups] }),
    "/api/products": () => (is_broken ? refusal(422, "broken") : aList([aCard("Rose cup")])),
  });
  expect(screen.getByRole("alert")).toHaveTextContent("If you write to us, mention req_test.");

  is_broken = false;
  await user.click(screen.getByRole("button", { name: "Try again" }));

  expect(await screen.findByRole("link", { name: "Rose cup" })).toBeVisible();
});
