import { expect, test } from "vitest";
import { parseSearch, stringifySearch } from "./search-params";

test("an address survives reading and writing", () => {
  const query = "?q=tea+pot&filter=brand:Acme&filter=attribute.colour:red&sort=price";

  expect(stringifySearch(parseSearch(query))).toBe(query);
});

test("numbers in a query stay text", () => {
  expect(parseSearch("q=007")).toEqual({ q: "007" });
});

test("what is empty is left out", () => {
  expect(stringifySearch({ q: "", filter: [], sort: undefined })).toBe("");
});

test("signs with a meaning are escaped", () => {
  expect(stringifySearch({ filter: ["brand:A&B=C"] })).toBe("?filter=brand:A%26B%3DC");
});
