import { expect, test } from "vitest";
import { aTeapot, aVariant } from "../../testing/samples";
import { shownVariant, variantWith } from "./choose-variant";

const rose_small = aVariant("ROSE-S", { colour: "rose", size: "s" });
const rose_large = aVariant("ROSE-L", { colour: "rose", size: "l" });
const mint_small = aVariant("MINT-S", { colour: "mint", size: "s" }, { availability: "sold_out" });
const mint_large = aVariant("MINT-L", { colour: "mint", size: "l" });
const shirt = { ...aTeapot, variants: [mint_small, rose_small, rose_large, mint_large] };

test("the address names the variant", () => {
  expect(shownVariant(shirt, "ROSE-L")).toBe(rose_large);
});

test("without an address, the first that can be bought is shown", () => {
  expect(shownVariant(shirt, undefined)).toBe(rose_small);
  expect(shownVariant(shirt, "GONE")).toBe(rose_small);
});

test("choosing a colour keeps the size, even where that is sold out", () => {
  expect(variantWith(shirt, rose_small, "colour", "mint")).toBe(mint_small);
});

test("where the combination does not exist, one that can be bought comes first", () => {
  const mint_medium = aVariant("MINT-M", { colour: "mint", size: "m" }, { availability: "sold_out" });
  const product = { ...aTeapot, variants: [rose_small, mint_medium, mint_large] };

  expect(variantWith(product, rose_small, "colour", "mint")).toBe(mint_large);
});

test("a value without a variant leads nowhere", () => {
  expect(variantWith(shirt, rose_small, "colour", "sky")).toBeUndefined();
});
