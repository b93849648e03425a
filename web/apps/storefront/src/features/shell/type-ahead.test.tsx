import type { Suggestions } from "@ecom67/api-client/types";
import axe from "axe-core";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { SEARCHES_KEY } from "../../storage-keys";
import { listenToBeacons } from "../../testing/beacons";
import type { Handlers } from "../../testing/fake-server";
import { aCard, aList, aPrice, aTeapot } from "../../testing/samples";
import { visit } from "../../testing/visit";

const nothing: Suggestions = { query: "", queries: [], categories: [], products: [] };

const forTea: Suggestions = {
  query: "tea",
  queries: ["teapot", "tea towel"],
  categories: [{ slug: "cups", name: "Cups & teapots" }],
  products: [
    aCard("Round teapot", {
      highlighted_name: [
        { text: "Round ", marked: false },
        { text: "teapot", marked: true },
      ],
      price: aPrice(2990, { compare_at: 3490 }),
      price_from: true,
    }),
  ],
};

const shop: Handlers = {
  "/api/suggest": ({ query }) => ({ ...(query.get("q") === "tea" ? forTea : nothing), query: query.get("q") ?? "" }),
  "/api/search": ({ query }) => ({ ...aList([], { sort: "relevance" }), query: query.get("q") ?? "", partial: false }),
  "/api/products/{slug}": () => aTeapot,
  "/api/products": () => aList([]),
  "/api/popular": () => ({ products: [] }),
  "/api/categories": () => ({ categories: [] }),
};

afterEach(() => localStorage.clear());

/** An empty search page, with the focus in its field. */
async function visitField(handlers: Handlers = shop) {
  const visited = await visit("/en-de/search", handlers);
  await visited.user.click(screen.getByRole("searchbox"));
  await screen.findByRole("switch");
  return { ...visited, field: screen.getByRole("combobox", { name: "Search the shop" }) };
}

async function typeTea() {
  const visited = await visitField();
  await visited.user.type(visited.field, "tea");
  await screen.findByRole("listbox");
  return visited;
}

test("whoever types is offered searches, categories and products", async () => {
  await typeTea();

  const searches = screen.getByRole("group", { name: "Searches" });
  expect(within(searches).getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["teapot", "tea towel"]);
  expect(within(searches).getByText("pot").tagName).toBe("B");
  expect(screen.getByRole("option", { name: "Cups & teapots Category" })).toHaveAttribute("href", "/en-de/c/cups");
  const product = screen.getByRole("option", { name: /^Round teapot/ });
  expect(within(product).getByText("teapot").tagName).toBe("MARK");
  expect(product).toHaveTextContent("Now from €29.90Before €34.90");
});

test("a word typed at once is asked for once", async () => {
  const { requests } = await typeTea();

  expect(requests.filter((request) => request.startsWith("/api/suggest"))).toEqual(["/api/suggest?locale=en-de&q=tea"]);
});

test("the arrow keys go through all options and back to the field", async () => {
  const { user, field } = await typeTea();
  const options = screen.getAllByRole("option");
  expect(field).toHaveAttribute("aria-expanded", "true");

  await user.keyboard("{ArrowDown}");
  expect(field).toHaveAttribute("aria-activedescendant", options[0]?.id);
  expect(options[0]).toHaveAttribute("aria-selected", "true");

  await user.keyboard("{ArrowUp}");
  expect(field).not.toHaveAttribute("aria-activedescendant");

  await user.keyboard("{ArrowUp}");
  expect(field).toHaveAttribute("aria-activedescendant", options.at(-1)?.id);

  await user.keyboard("{Home}");
  expect(field).not.toHaveAttribute("aria-activedescendant");
  expect(field).toHaveFocus();
});

test("Enter follows the active option", async () => {
  const { user, router } = await typeTea();

  await user.keyboard("{ArrowUp}{Enter}");

  await waitFor(() => expect(router.state.location.href).toBe("/en-de/p/round-teapot"));
  expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
  expect(screen.getByRole("combobox")).toHaveValue("");
});

test("a suggested product that is followed tells which, and not what was typed", async () => {
  const told = listenToBeacons();
  const { user } = await typeTea();

  await user.click(screen.getByRole("option", { name: /^Round teapot/ }));

  expect((await told())[0]).toEqual(["/api/clicks", { locale: "en-de", product: "round-teapot" }]);
});

test("Enter searches for the text while no option is active", async () => {
  const { user, router } = await typeTea();

  await user.keyboard("{Enter}");

  await waitFor(() => expect(router.state.location.href).toBe("/en-de/search?q=tea"));
  expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
});

test("a tap on an offered search searches for it", async () => {
  const { user, router } = await typeTea();

  await user.click(screen.getByRole("option", { name: "tea towel" }));

  await waitFor(() => expect(router.state.location.href).toBe("/en-de/search?q=tea+towel"));
  expect(screen.getByRole("combobox", { name: "Search the shop" })).toHaveValue("tea towel");
});

test("what the pointer is over is active", async () => {
  const { user, field } = await typeTea();
  const option = screen.getByRole("option", { name: "tea towel" });

  await user.hover(option);

  expect(field).toHaveAttribute("aria-activedescendant", option.id);
  expect(field).toHaveFocus();
});

test("Escape closes what is offered, then clears the field", async () => {
  const { user, field } = await typeTea();

  await user.keyboard("{Escape}");
  expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
  expect(field).toHaveAttribute("aria-expanded", "false");
  expect(field).toHaveValue("tea");

  await user.keyboard("{Escape}");
  expect(field).toHaveValue("");
});

test("Tab, and a tap elsewhere, close what is offered", async () => {
  const { user, field } = await typeTea();
  await user.tab();
  expect(screen.queryByRole("listbox")).not.toBeInTheDocument();

  await user.click(field);
  expect(await screen.findByRole("listbox")).toBeVisible();
  await user.click(screen.getByRole("heading", { level: 1 }));
  expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
});

test("how many suggestions there are is announced after a pause", async () => {
  const { user, field } = await typeTea();
  const announcement = within(screen.getByRole("search")).getByRole("status");
  expect(announcement).toHaveTextContent("");

  await waitFor(() => expect(announcement).toHaveTextContent("4 suggestions"), { timeout: 2000 });
  await user.type(field, "x");
  expect(announcement).toHaveTextContent("");
  await waitFor(() => expect(announcement).toHaveTextContent("No suggestions"), { timeout: 2000 });
  expect(screen.getByText("Nothing comes to mind for “teax”.")).toBeVisible();
});

test("what was offered before the field was emptied does not come back", async () => {
  const { field } = await typeTea();
  await userEvent.setup({ delay: 120 }).clear(field);

  fireEvent.input(field, { target: { value: "x" } });

  expect(screen.queryByRole("option")).not.toBeInTheDocument();
  expect(await screen.findByText("Nothing comes to mind for “x”.")).toBeVisible();
});

test("where suggestions cannot be had, the search goes on without", async () => {
  const { user, router, field } = await visitField({ ...shop, "/api/suggest": undefined });

  await user.type(field, "tea");
  await waitFor(() => expect(screen.queryByRole("switch")).not.toBeInTheDocument());
  await user.keyboard("{Enter}");

  await waitFor(() => expect(router.state.location.href).toBe("/en-de/search?q=tea"));
});

test("nothing is stored unless it is asked for", async () => {
  const { user, field } = await visitField();
  expect(screen.getByRole("switch", { name: "Remember my searches on this device" })).not.toBeChecked();

  await user.type(field, "tea{Enter}");
  await screen.findByText("Results for “tea”", { selector: "h1" });

  expect(localStorage).toHaveLength(0);
});

test("remembered searches come back, newest first and each once, until they are forgotten", async () => {
  const { user, router } = await visitField();
  const searchFor = async (q: string) => {
    const field = document.querySelector<HTMLInputElement>("[name=q]");
    if (field === null) throw new Error("There is no search field.");
    await user.clear(field);
    await user.type(field, `${q}{Enter}`);
    await waitFor(() => expect(router.state.location.search.q).toBe(q));
  };
  await user.click(screen.getByRole("switch"));
  for (const q of ["one", "two", "three", "four", "Two", "five", "six"]) await searchFor(q);

  await user.clear(screen.getByRole("combobox", { name: "Search the shop" }));

  const recent = await screen.findByRole("group", { name: "Your last searches" });
  expect(within(recent).getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["six", "five", "Two", "four", "three"]);

  await user.click(screen.getByRole("button", { name: "Forget “five”" }));
  expect(screen.getByRole("combobox")).toHaveFocus();
  expect(JSON.parse(localStorage.getItem(SEARCHES_KEY) ?? "")).toEqual(["six", "Two", "four", "three"]);
  await user.keyboard("{ArrowDown}{Delete}");
  expect(JSON.parse(localStorage.getItem(SEARCHES_KEY) ?? "")).toEqual(["Two", "four", "three"]);

  await user.click(screen.getByRole("button", { name: "Clear list" }));
  expect(screen.queryByRole("listbox")).not.toBeInTheDocument();
  expect(screen.getByRole("combobox")).toHaveFocus();
  expect(localStorage.getItem(SEARCHES_KEY)).toBe("[]");

  await user.click(screen.getByRole("switch"));
  expect(localStorage).toHaveLength(0);
});

test("the switch is reached by keyboard, and Escape leads back to the field", async () => {
  const { user, field } = await visitField();

  await user.tab();
  expect(screen.getByRole("switch")).toHaveFocus();
  await user.keyboard(" ");
  expect(screen.getByRole("switch")).toBeChecked();
  await user.keyboard("{Escape}");

  expect(screen.queryByRole("switch")).not.toBeInTheDocument();
  expect(field).toHaveFocus();
});

test("an open panel passes axe", async () => {
  await typeTea();

  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });

  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});
