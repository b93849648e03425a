import type { Page } from "@playwright/test";
import { everyPage, needed } from "./catalog";
import { SCROLL_KEY, THEME_KEY } from "../apps/storefront/src/storage-keys";
import { expect, open, test } from "./watched";

const kinds = ["home", "category", "collection", "product", "search", "empty search", "content"];

for (const kind of kinds) {
  test(`React renders the ${kind} page as the server wrote it`, async ({ page, request }) => {
    const path = needed((await everyPage(request, "de-de"))[kind], kind);
    const written = await (await request.get(path)).text();

    await open(page, path);

    const server = await outline(page, written);
    const react = await outline(page);
    expect(react).toEqual(server);
  });

  test(`nothing moves while React takes over the ${kind} page`, async ({ page, request }) => {
    const path = needed((await everyPage(request, "de-de"))[kind], kind);
    await page.addInitScript(() => {
      Object.assign(window, { shifts: [] });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) (window as unknown as { shifts: unknown[] }).shifts.push(entry);
      }).observe({ type: "layout-shift", buffered: true });
    });

    await open(page, path);
    await page.waitForLoadState("networkidle");

    const moved = await page.evaluate(() =>
      (window as unknown as { shifts: { value: number }[] }).shifts.reduce((sum, { value }) => sum + value, 0),
    );
    expect(moved).toBeLessThan(0.01);
  });
}

test("the first page asks the API for nothing that it was given", async ({ page, request }) => {
  const { home, category, product } = await everyPage(request, "de-de");
  const asked: string[] = [];
  page.on("request", (sent) => {
    if (new URL(sent.url()).pathname.startsWith("/api/")) asked.push(sent.url());
  });

  for (const path of [home, category, product]) await open(page, String(path));
  await page.waitForLoadState("networkidle");

  expect(asked).toEqual([]);
});

test("only the listed keys are stored", async ({ page, request }) => {
  const { category } = await everyPage(request, "en-de");
  await open(page, String(category));
  await page.getByRole("button", { name: /^Country, language/ }).filter({ visible: true }).first().click();
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.keyboard.press("Escape");
  await page.locator(".card-name a").first().click();
  await expect(page).toHaveURL(/\/p\//);
  await page.reload();

  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const keys = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
  expect(keys.filter((key) => key !== THEME_KEY && key !== SCROLL_KEY)).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
});

/** Elements, attributes and text of `#root`, without what only a running page has. */
function outline(page: Page, html?: string): Promise<string[]> {
  return page.evaluate((written) => {
    const source = written === undefined ? document : new DOMParser().parseFromString(written, "text/html");
    const root = source.getElementById("root");
    // The router marks links to the present page; ticks and choices are properties once React runs; only React announces.
    const ignored = new Set(["data-status", "aria-current", "checked", "selected"]);
    root?.querySelector(":scope > p[aria-live]")?.remove();
    const lines: string[] = [];
    const walk = (node: Node, depth: number) => {
      if (node instanceof Element) {
        const attributes = [...node.attributes]
          .filter(({ name }) => !ignored.has(name.toLowerCase()))
          .map(({ name, value }) => `${name.toLowerCase()}=${value}`)
          .toSorted();
        lines.push(`${" ".repeat(depth)}<${node.tagName.toLowerCase()} ${attributes.join(" ")}>`);
      }
      // React may split a text in two nodes, and the templates break lines between elements.
      let text = "";
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) {
          text += child.textContent;
          continue;
        }
        flush(text, depth);
        text = "";
        walk(child, depth + 1);
      }
      flush(text, depth);
    };
    const flush = (text: string, depth: number) => {
      const words = text.replaceAll(/[\n\r\t ]+/g, " ").trim();
      if (words !== "") lines.push(`${" ".repeat(depth + 1)}${words}`);
    };
    if (root !== null) walk(root, 0);
    return lines;
  }, html);
}
