import { expect, test } from "vitest";
import { readListSearch, readPrice, withFilter, withMore, withoutFilter, withPrice } from "./list-search";

test("what an address says wrongly is as if it said nothing", () => {
  expect(readListSearch({ filter: ["nonsense"], sort: "cheapest", page: "-2" })).toEqual({ filter: [] });
});

test("a changed list starts at its first page", () => {
  const search = readListSearch({ filter: ["brand:Acme"], page: "3", after: "c" });

  expect(withFilter(search, "brand:Other")).toEqual({ filter: ["brand:Acme", "brand:Other"] });
  expect(withoutFilter(search, "brand:Acme")).toEqual({ filter: [] });
});

test("what comes behind as many products as one answer holds has an address of its own", () => {
  expect(withMore(readListSearch({}), "c")).toMatchObject({ page: 2 });
  expect(withMore(readListSearch({ page: "3", after: "b" }), "c")).toMatchObject({ page: 4, after: "b" });
  expect(withMore(readListSearch({ page: "4", after: "b" }), "c")).toEqual({ filter: [], after: "c" });
});

test("there is one price range at a time, open at either end", () => {
  const search = withPrice(readListSearch({ filter: ["price:1000-"] }), { minimum: undefined, maximum: 5000 });

  expect(search.filter).toEqual(["price:-5000"]);
  expect(readPrice("price:-5000")).toEqual({ minimum: undefined, maximum: 5000 });
  expect(withPrice(search, { minimum: undefined, maximum: undefined }).filter).toEqual([]);
});
