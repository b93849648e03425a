import { beforeEach, expect, test, vi } from "vitest";
import { KEPT_AT_HEADER } from "../src/storage-keys";
import { Kept } from "./kept";
import { answersIn, toldKept } from "./kept-page";

/** As much of Cache Storage as is used, in the order in which things were put. */
class MemoryCache {
  readonly entries = new Map<string, Response>();

  async put(address: string, response: Response) {
    this.entries.delete(address);
    this.entries.set(address, response);
  }

  async match(address: string | { url: string }) {
    return this.entries.get(typeof address === "string" ? address : address.url)?.clone();
  }

  async delete(address: string | { url: string }) {
    return this.entries.delete(typeof address === "string" ? address : address.url);
  }

  async keys() {
    return [...this.entries.keys()].map((url) => ({ url }));
  }
}

let cache = new MemoryCache();
let now_ms = 1000;

beforeEach(() => {
  cache = new MemoryCache();
  now_ms = 1000;
  vi.stubGlobal("caches", { open: async () => cache });
});

const kept = () => new Kept("test", { count_max: 2, age_ms_max: 500 }, () => now_ms);

test("the oldest goes first, and what is seen again is young again", async () => {
  const pages = kept();

  for (const address of ["/a", "/b", "/a", "/c"]) await pages.put(address, new Response(address));

  expect(await pages.addresses()).toEqual(["/a", "/c"]);
});

test("what is too old is not there, and is tidied away", async () => {
  const pages = kept();
  await pages.put("/a", new Response("a"));
  now_ms = 1500;
  expect(await (await pages.get("/a"))?.text()).toBe("a");

  now_ms = 1501;

  expect(await pages.get("/a")).toBeUndefined();
  await pages.tidy();
  expect(await pages.addresses()).toEqual([]);
});

test("the headers stay, such as the security policy, but for those that tell of the bytes on their way", async () => {
  const headers = { "content-security-policy": "default-src 'none'", "content-encoding": "br", "content-length": "7" };

  await kept().put("/a", new Response("a", { headers }));

  const found = await kept().get("/a");
  expect(Object.fromEntries(found?.headers ?? [])).toEqual({
    "content-security-policy": "default-src 'none'",
    "content-type": "text/plain;charset=UTF-8",
    [KEPT_AT_HEADER]: "1000",
  });
});

test("a device without room keeps nothing, and nothing fails", async () => {
  vi.stubGlobal("caches", { open: () => Promise.reject(new DOMException("no room", "QuotaExceededError")) });

  await kept().put("/a", new Response("a"));

  expect(await kept().get("/a")).toBeUndefined();
});

test("the answers that came with a page are read from it, without the refusals", () => {
  const data = { "/api/markets": { locales: [] }, "/api/products/x?locale=de-de": { status: 404, code: "product_not_found" } };
  const page = `<p></p><script type="application/json" id="first-data">${JSON.stringify(data)}</script></body>`;

  expect(answersIn(page)).toEqual([["/api/markets", { locales: [] }]]);
  expect(answersIn("<p></p>")).toEqual([]);
  expect(answersIn(page.replace("{", "{nonsense"))).toEqual([]);
});

test("a kept page tells since when it was kept", async () => {
  const page = await toldKept(new Response('<!doctype html>\n<html lang="de">', { headers: { [KEPT_AT_HEADER]: "1000" } }));

  expect(await page.text()).toBe('<!doctype html>\n<html data-kept-at="1000" lang="de">');
});
