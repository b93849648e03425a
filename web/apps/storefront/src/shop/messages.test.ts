import { FluentResource } from "@fluent/bundle";
import { expect, test } from "vitest";
import { translator } from "./messages";

const files = import.meta.glob<string>("../../../../messages/*.ftl", { query: "?raw", import: "default", eager: true });
const sources = new Map(Object.entries(files).map(([path, text]) => [path.slice(path.lastIndexOf("/") + 1, -".ftl".length), text]));

function source(language: string): string {
  const text = sources.get(language);
  if (text === undefined) throw new Error(`There is no ${language}.ftl`);
  return text;
}

function idsOf(language: string): string[] {
  return new FluentResource(source(language)).body.map((message) => message.id).toSorted();
}

test.each([
  ["the panel that tells why", import.meta.glob<string>("../../../../messages/why/*.ftl", { query: "?raw", import: "default", eager: true }), codeOfCart()],
  ["gift cards", import.meta.glob<string>("../../../../messages/gift/*.ftl", { query: "?raw", import: "default", eager: true }), codeOfGiftCards()],
  ["checkout", import.meta.glob<string>("../../../../messages/checkout/*.ftl", { query: "?raw", import: "default", eager: true }), codeOfCheckout()],
])("%s has words in every language, and each is said", (_name, words, code) => {
  const idsBy = Object.entries(words).map(([path, text]) => [path.slice(path.lastIndexOf("/") + 1, -".ftl".length), new FluentResource(text).body.map(({ id }) => id).toSorted()] as const);
  const said = [...new Set([...code.matchAll(/"([a-z]+(?:-[a-z0-9]+)+)"/g)].map(([, id = ""]) => id))];
  const called = [...code.matchAll(/\bsay\("([a-z0-9-]+)"/g)].map(([, id = ""]) => id);

  expect(idsBy.map(([language]) => language).toSorted()).toEqual([...sources.keys()].toSorted());
  for (const [language, ids] of idsBy) {
    expect([language, said.filter((id) => ids.includes(id)).toSorted()]).toEqual([language, ids]);
    expect([language, called.filter((id) => !ids.includes(id))]).toEqual([language, []]);
  }
});

function codeOfCart(): string {
  return Object.values(import.meta.glob<string>(["../features/cart/*.{ts,tsx}", "!../features/cart/cart-gift-cards.tsx"], { query: "?raw", import: "default", eager: true })).join("\n");
}

function codeOfGiftCards(): string {
  const sums = import.meta.glob<string>("./gift-cards/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
  const cart = import.meta.glob<string>("../features/cart/cart-gift-cards.tsx", { query: "?raw", import: "default", eager: true });
  return [...Object.values(sums), ...Object.values(cart)].join("\n");
}

function codeOfCheckout(): string {
  const sums = import.meta.glob<string>("./gift-cards/gift-card-sums.tsx", { query: "?raw", import: "default", eager: true });
  const checkout = import.meta.glob<string>("../features/checkout/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
  return [...Object.values(sums), ...Object.values(checkout)].join("\n");
}

test("every language says everything", () => {
  for (const language of sources.keys()) expect([language, idsOf(language)]).toEqual([language, idsOf("en")]);
});

test("German is not English by accident", () => {
  const same = new Set(["page-title", "badge-new", "swatches-more", "sort-name", "product-barcode", "weight-grams", "weight-kilograms", "cart-gift-count", "cart-sum-tax-added"]);
  const english = new FluentResource(source("en")).body;
  const german = new Map(new FluentResource(source("de")).body.map((message) => [message.id, JSON.stringify(message.value)]));

  const untranslated = english.filter(({ id, value }) => !same.has(id) && german.get(id) === JSON.stringify(value));

  expect(untranslated.map(({ id }) => id)).toEqual([]);
});

test("plurals follow the language, and no isolating marks are left in the text", () => {
  const t = translator("en", source("en"));

  expect(t("results", { count: 1, formatted: "1" })).toBe("1 product");
  expect(t("results", { count: 1200, formatted: "1,200" })).toBe("1,200 products");
});

test("every message is used, and everything used is a message", () => {
  const code = Object.values({
    ...import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }),
    ...import.meta.glob<string>("../../../../templates/*.html", { query: "?raw", import: "default", eager: true }),
  }).join("\n");
  const called = [...code.matchAll(/\bt(?:_with|_with_two|_count)?\("([a-z0-9-]+)"/g)].map(([, id = ""]) => id);
  const ids = idsOf("en");

  // Some are chosen by a word of the API or by a condition: "sort-${sort}", isOffline ? "…" : "…". What the filters and
  // their values are called, and what stands on a home page that nobody composed, says the API (crates/ecom67-api/src/present).
  const unused = ids.filter((id) => !called.includes(id) && !code.includes(`"${id}"`) && !built.some((prefix) => id.startsWith(prefix)));

  expect(called.filter((id) => !ids.includes(id))).toEqual([]);
  expect(unused).toEqual([]);
});

const built = ["sort-", "appearance-", "price-tax-", "prices-note-", "footer-prices-", "facet-", "value-", "home-page-"];
