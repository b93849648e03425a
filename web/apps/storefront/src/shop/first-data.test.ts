import { expect, test, vi } from "vitest";
import { fetchWithFirstData, readFirstData } from "./first-data";

function pageWith(data: object): Document {
  return new DOMParser().parseFromString(`<script type="application/json" id="first-data">${JSON.stringify(data)}</script>`, "text/html");
}

const network = () => vi.fn(async () => Response.json("from the network"));

test("a request is answered from the page, once", async () => {
  const fetch = network();
  const answer = fetchWithFirstData(readFirstData(pageWith({ "/api/home?locale=de-de": "from the page" })), fetch);

  const first = await answer(new Request("http://shop.test/api/home?locale=de-de"));
  const second = await answer(new Request("http://shop.test/api/home?locale=de-de"));

  expect(await first.json()).toBe("from the page");
  expect(await second.json()).toBe("from the network");
});

test("escapes may differ between server and browser", async () => {
  const fetch = network();
  const answer = fetchWithFirstData(readFirstData(pageWith({ "/api/products?locale=de-de&filter=brand:A%20B": 1 })), fetch);

  await answer(new Request("http://shop.test/api/products?locale=de-de&filter=brand%3AA+B"));

  expect(fetch).not.toHaveBeenCalled();
});

test("a problem in the page answers with its status", async () => {
  const problem = { type: "about:blank", title: "", status: 404, code: "product_not_found", detail: "", request_id: "req_1" };
  const answer = fetchWithFirstData(readFirstData(pageWith({ "/api/products/x?locale=de-de": problem })), network());

  const response = await answer(new Request("http://shop.test/api/products/x?locale=de-de"));

  expect(response.status).toBe(404);
});

test("a page without first data asks the network", () => {
  expect(readFirstData(new DOMParser().parseFromString("<p></p>", "text/html")).size).toBe(0);
});
