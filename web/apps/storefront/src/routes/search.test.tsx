import { cleanup, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Handlers } from "../testing/fake-server";
import { aCard, aList } from "../testing/samples";
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

test("a search from the header shows what was found, with the matching words marked", async () => {
  const { user, router } = await visit("/en-de/search", finding);

  await user.type(screen.getByRole("searchbox", { name: "Search the shop" }), "kite{Enter}");

  expect(await screen.findByRole("link", { name: "Pepper kite" })).toBeVisible();
  expect(screen.getByText("kite").tagName).toBe("MARK");
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Results for “kite”"));
  expect(router.state.location.href).toBe("/en-de/search?q=kite");
});

test("nothing found offers a way on", async () => {
  await visit("/en-de/search?q=zeppelin", finding);

  expect(screen.getByRole("heading", { name: "We have nothing like that" })).toBeVisible();
  expect(screen.getByRole("link", { name: "Back to the home page" })).toHaveAttribute("href", "/en-de/");
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

test("an empty search asks nothing of the server", async () => {
  const { requests } = await visit("/en-de/search", finding);

  expect(requests.filter((request) => request.startsWith("/api/search"))).toEqual([]);
});

test("a German page speaks German", async () => {
  await visit("/de-de/search?q=zeppelin", finding);

  expect(screen.getByRole("heading", { name: "So etwas haben wir nicht" })).toBeVisible();
  expect(screen.getByRole("searchbox", { name: "Im Laden suchen" })).toBeVisible();
});
