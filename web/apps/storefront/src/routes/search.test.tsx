import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { refusal, type Handlers } from "../testing/fake-server";
import { aCard, aList, cups } from "../testing/samples";
import { listenToBeacons } from "../testing/beacons";
import { visit } from "../testing/visit";

const finding: Handlers = {
  "/api/search": ({ query }) => {
    const q = query.get("q") ?? "";
    const highlighted_name = [
      { text: "Pepper ", marked: false },
      { text: "kite", marked: true },
    ];
    const products = q === "kite" ? [aCard("Pepper kite", { highlighted_name })] : [];
    return { ...aList(products, { sort: "relevance" }), query: q, partial: false };
  },
};

const noWaysOn: Handlers = {
  "/api/suggest": ({ query }) => ({ query: query.get("q") ?? "", queries: [], categories: [], products: [] }),
  "/api/categories": () => ({ categories: [] }),
  "/api/products": () => aList([]),
  "/api/popular": () => ({ products: [] }),
};

test("a search from the header shows what was found, with the matching words marked", async () => {
  const { user, router } = await visit("/en-de/search", finding);

  await user.type(screen.getByRole("searchbox", { name: "Search the shop" }), "kite{Enter}");

  expect(await screen.findByRole("link", { name: "Pepper kite" })).toBeVisible();
  expect(screen.getByText("kite").tagName).toBe("MARK");
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Results for “kite”"));
  expect(router.state.location.href).toBe("/en-de/search?q=kite");
});

test("where nothing was found, near searches, categories and new things lead on", async () => {
  const { requests } = await visit("/en-de/search?q=teepott", {
    ...finding,
    "/api/suggest": ({ query }) => ({ query: query.get("q") ?? "", queries: query.get("q") === "tee" ? ["tea towel"] : [], categories: [], products: [] }),
    "/api/categories": () => ({ categories: [cups] }),
    "/api/products": () => aList([aCard("Round teapot")]),
    "/api/popular": () => ({ products: [aCard("Lone mug")] }),
  });

  expect(screen.getByRole("heading", { name: "We have nothing like that" })).toBeVisible();
  const near = screen.getByRole("list", { name: "Did you mean" });
  expect(within(near).getByRole("link", { name: "tea towel" })).toHaveAttribute("href", "/en-de/search?q=tea+towel");
  expect(within(screen.getByRole("main")).getByRole("link", { name: "Cups" })).toHaveAttribute("href", "/en-de/c/cups");
  expect(screen.getByRole("link", { name: "Round teapot" })).toBeVisible();
  expect(requests).toContain("/api/products?locale=en-de&sort=newest&limit=4");
});

test("where nothing was found, a shelf of what people look at comes before what is new", async () => {
  const popular = ["Round teapot", "Kite", "Mug", "Jug"].map((name) => aCard(name));
  const { requests } = await visit("/en-de/search?q=zeppelin", { ...finding, ...noWaysOn, "/api/popular": () => ({ products: popular }) });

  expect(screen.getByRole("heading", { name: "What people look at" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Jug" })).toBeVisible();
  expect(requests).toContain("/api/popular?locale=en-de&limit=4");
  expect(requests.filter((request) => request.startsWith("/api/products"))).toEqual([]);
});

test("a result that is followed tells its words and its place, and no more", async () => {
  const told = listenToBeacons();
  const { user } = await visit("/en-de/search?q=kite", finding);

  await user.click(screen.getByRole("link", { name: "Pepper kite" }));

  expect(await told()).toEqual([["/api/clicks", { locale: "en-de", product: "pepper-kite", q: "kite", position: 1 }]]);
});

test("the place among filtered results tells nothing", async () => {
  const told = listenToBeacons();
  const { user } = await visit("/en-de/search?q=kite&filter=brand:Acme", finding);

  await user.click(screen.getByRole("link", { name: "Pepper kite" }));

  expect(await told()).toEqual([["/api/clicks", { locale: "en-de", product: "pepper-kite" }]]);
});

const fails = () => refusal(500, "internal");

test("what cannot be had is left out, and the rest of the page stands", async () => {
  await visit("/en-de/search?q=zeppelin", { ...finding, "/api/suggest": fails, "/api/categories": fails, "/api/products": fails, "/api/popular": fails });

  expect(screen.getByRole("heading", { name: "We have nothing like that" })).toBeVisible();
  expect(screen.queryByRole("heading", { name: "Categories" })).not.toBeInTheDocument();
}, 20_000);

test("the focus goes to the heading of each new search", async () => {
  const { user } = await visit("/en-de/search?q=zeppelin", { ...finding, ...noWaysOn });

  const field = screen.getByRole("searchbox", { name: "Search the shop" });
  await user.clear(field);
  await user.type(field, "kite{Enter}");

  const heading = await screen.findByRole("heading", { level: 1, name: "Results for “kite”" });
  await waitFor(() => expect(heading).toHaveFocus());
  expect(field).toHaveValue("kite");
});

const understood = (how: { corrected?: string; partial: boolean }): Handlers => ({
  "/api/search": () => ({ ...aList([aCard("Pepper kite")], { sort: "relevance" }), query: "kiet", ...how }),
});

test("a typo, and words that nothing has together, are told", async () => {
  await visit("/en-de/search?q=kiet", understood({ corrected: "kite", partial: false }));
  expect(screen.getByText("Nothing here is called that. These are the results for “kite”.")).toBeVisible();
  cleanup();

  await visit("/en-de/search?q=kiet", understood({ partial: true }));
  expect(screen.getByText("Nothing has all of these words. These have some of them.")).toBeVisible();
});

test("while the search is away, that is said and not that something broke", async () => {
  await visit("/en-de/search?q=kite", { ...finding, "/api/search": () => refusal(503, "search_unavailable") });

  const told = await screen.findByRole("alert");
  expect(within(told).getByRole("heading", { name: "The search is not available just now" })).toBeVisible();
  expect(told).toHaveTextContent("Until then you can look around in the categories.");
  expect(document.title).toContain("The search is not available just now");
});

test("an empty search asks nothing of the server", async () => {
  const { requests } = await visit("/en-de/search", finding);

  expect(requests.filter((request) => request.startsWith("/api/search"))).toEqual([]);
});

test("a German page speaks German", async () => {
  await visit("/de-de/search?q=zeppelin", { ...finding, ...noWaysOn });

  expect(screen.getByRole("heading", { name: "So etwas haben wir nicht" })).toBeVisible();
  expect(screen.getByRole("searchbox", { name: "Im Laden suchen" })).toBeVisible();
});
