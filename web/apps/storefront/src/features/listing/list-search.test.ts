import { expect, test } from "vitest";
import { readListSearch, readPrice, withFilter, withoutFilter, withPrice } from "./list-search";

test("what an address says wrongly is as if it said nothing", () => {
  expect(readListSearch({ filter: ["nonsense"], sort: "cheapest", page: "-2" })).toEqual({ filter: [] });
});

test("a changed list starts at its first page", () => {
  const search = readListSearch({ filter: ["brand:Acme"], page: "3" });

  expect(withFilter(search, "brand:Other")).toEqual({ filter: ["brand:Acme", "brand:Other"] });
  expect(withoutFilter(search, "brand:Acme")).toEqual({ filter: [] });
});

test("there is one price range at a time, open at either end", () => {
  const search = withPrice(readListSearch({ filter: ["price:1000-"] }), { minimum: undefined, maximum: 5000 });

  expect(search.filter).toEqual(["price:-5000"]);
  expect(readPrice("price:-5000")).toEqual({ minimum: undefined, maximum: 5000 });
  expect(withPrice(search, { minimum: undefined, maximum: undefined }).filter).toEqual([]);
});
