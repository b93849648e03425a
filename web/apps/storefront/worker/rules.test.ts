import { expect, test } from "vitest";
import { kindOf, localeOf, mayKeep } from "./rules";

const ORIGIN = "https://shop.test";

function kind(path: string, rest: Partial<Parameters<typeof kindOf>[0]> = {}) {
  return kindOf({ method: "GET", address: new URL(path, ORIGIN).href, isNavigation: false, hasCredentials: false, ...rest }, ORIGIN);
}

const page = (path: string) => kind(path, { isNavigation: true });

test("pages that are the same for everybody are kept", () => {
  for (const path of ["/de-de/", "/de-de/c/becher?filter=brand:A&sort=price&page=2", "/en-us/l/gifts", "/de-de/p/A%2F1?sku=A-1", "/de-de/pages/impressum"]) {
    expect([path, page(path)]).toEqual([path, "page"]);
  }
});

test("searches, and whatever else a shop may get one day, are not kept", () => {
  for (const path of [
    "/",
    "/de-de/search?q=geschenk",
    "/de-de/cart",
    "/de-de/checkout/address",
    "/de-de/account",
    "/de-de/orders/ord_1",
    "/de-de/p/cup?token=secret",
    "/de-de/p/cup?utm_source=mail",
    "/de-de/p/cup/reviews",
    "/de-de/offline",
  ]) {
    expect([path, page(path)]).toEqual([path, "passing-page"]);
  }
  for (const path of ["/docs", "/metrics", "/api/markets", "/healthz", "/DE-de/", "/dede/p/cup"]) expect([path, page(path)]).toEqual([path, undefined]);
});

test("answers are kept from a list, and by what they are asked with", () => {
  for (const path of [
    "/api/home?locale=de-de",
    "/api/markets",
    "/api/navigation?locale=de-de",
    "/api/categories?locale=de-de",
    "/api/products?locale=de-de&category=becher&filter=price:100-200&sort=price&limit=48&cursor=abc",
    "/api/products/cup?locale=de-de",
    "/api/collections/gifts?locale=de-de",
    "/api/pages/imprint?locale=de-de",
    "/config.json",
  ]) {
    expect([path, kind(path)]).toEqual([path, "answer"]);
  }
  for (const path of [
    "/api/search?locale=de-de&q=geschenk",
    "/api/suggest?locale=de-de&q=ge",
    "/api/products?locale=de-de&q=geschenk",
    "/api/products/cup/stock?locale=de-de",
    "/api/carts/cart_1",
    "/api/carts/mine",
    "/api/carts/mine?locale=de-de",
    "/api/carts/mine/lines/CUP?locale=de-de",
    "/api/account",
    "/api/orders/ord_1",
    "/api/",
    "/openapi.json",
    "/metrics",
    "/service-worker.js",
    "/de-de/manifest.webmanifest",
  ]) {
    expect([path, kind(path)]).toEqual([path, undefined]);
  }
});

test("nothing but plain reads of this shop is looked at", () => {
  expect(kind("/api/markets", { method: "POST" })).toBeUndefined();
  expect(kind("/api/markets", { method: "HEAD" })).toBeUndefined();
  expect(kind("/api/markets", { hasCredentials: true })).toBeUndefined();
  expect(kindOf({ method: "GET", address: "https://elsewhere.test/api/markets", isNavigation: false, hasCredentials: false }, ORIGIN)).toBeUndefined();
});

test("files and pictures are known by their form", () => {
  expect(kind("/assets/main-4f2a.js")).toBe("file");
  expect(kind("/favicon.svg")).toBe("file");
  expect(kind(`/media/${"a1".repeat(20)}/640.webp`)).toBe("picture");
  expect(kind("/media/../640.webp")).toBeUndefined();
});

test("a locale is read from an address", () => {
  expect(localeOf("https://shop.test/de-de/p/cup")).toBe("de-de");
  expect(localeOf("/en-us/")).toBe("en-us");
  expect(localeOf("/docs")).toBeUndefined();
});

const html = (headers: Record<string, string>, status = 200) => new Response("<html>", { status, headers: { "content-type": "text/html; charset=utf-8", ...headers } });

test("only what says that it is public, and is what was asked for, may be kept", () => {
  expect(mayKeep("page", html({ "cache-control": "public, no-cache", vary: "accept-encoding" }))).toBe(true);
  const refused = [
    html({}),
    html({ "cache-control": "no-cache" }),
    html({ "cache-control": "private, no-cache" }),
    html({ "cache-control": "private, no-store" }),
    html({ "cache-control": "public, no-store" }),
    html({ "cache-control": "Public, Private" }),
    html({ "cache-control": "public", vary: "Accept-Encoding, Cookie" }),
    html({ "cache-control": "public", vary: "*" }),
    html({ "cache-control": "public" }, 404),
    html({ "cache-control": "public" }, 500),
    html({ "cache-control": "public", "content-type": "application/json" }),
  ];
  expect(refused.map((response) => mayKeep("page", response))).toEqual(refused.map(() => false));
  expect(mayKeep("passing-page", html({ "cache-control": "public" }))).toBe(false);
  expect(mayKeep("answer", Response.json({}, { headers: { "cache-control": "public, no-cache" } }))).toBe(true);
  expect(mayKeep("answer", html({ "cache-control": "public" }))).toBe(false);
});
