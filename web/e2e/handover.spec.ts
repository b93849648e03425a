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
    // What it tells is no question.
    if (sent.method() === "GET" && new URL(sent.url()).pathname.startsWith("/api/")) asked.push(sent.url());
  });

  for (const path of [home, category, product]) await open(page, String(path));
  await page.waitForLoadState("networkidle");

  expect(asked).toEqual([]);
});

/** The server's page, whose scripts wait until they are let go. */
async function openHeldUp(page: Page, path: string): Promise<() => Promise<void>> {
  const scripts = new EventTarget();
  const areLetGo = new Promise((resolve) => scripts.addEventListener("let-go", resolve, { once: true }));
  await page.route(/\/assets\/main-[^/]+\.js$/, async (route) => {
    await areLetGo;
    await route.continue();
  });
  await page.goto(path, { waitUntil: "commit" });
  return async () => {
    scripts.dispatchEvent(new Event("let-go"));
    await page.locator("#root > p[aria-live]").waitFor({ state: "attached" });
  };
}

test("what somebody types before React takes over stays, with the focus and the selection", async ({ page }) => {
  const takeOver = await openHeldUp(page, "/en-de/");
  const field = page.locator(".site-search .field");
  await field.click();
  await page.keyboard.type("red cup");
  await field.evaluate((element) => element instanceof HTMLInputElement && element.setSelectionRange(4, 7, "backward"));

  await takeOver();

  await expect(field).toBeFocused();
  await expect(field).toHaveValue("red cup");
  expect(await field.evaluate((element) => element instanceof HTMLInputElement && [element.selectionStart, element.selectionEnd, element.selectionDirection])).toEqual([4, 7, "backward"]);
  await page.keyboard.type("kite");
  await expect(field).toHaveValue("red kite");
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Results for “red kite”" })).toBeFocused();
});

test("whoever types on through the takeover loses no letter", async ({ page }) => {
  const takeOver = await openHeldUp(page, "/de-de/");
  const field = page.locator(".site-search .field");
  await field.click();

  const letters = "eine sehr lange suche nach einem drachen";
  await Promise.all([page.keyboard.type(letters, { delay: 25 }), takeOver()]);

  await expect(field).toHaveValue(letters);
});

test("the focus on a link, an open sheet and an open fold are still there once React has taken over", async ({ page, request }) => {
  const { product } = await everyPage(request, "en-de");
  const takeOver = await openHeldUp(page, String(product));
  const fold = page.locator("main details").first();
  const wasOpen = await fold.evaluate((element) => element instanceof HTMLDetailsElement && element.open);
  await fold.locator("summary").click();
  await page.getByRole("button", { name: /^Country, language/ }).filter({ visible: true }).first().click();
  const link = page.locator("#settings a").nth(1);
  await link.focus();

  await takeOver();

  await expect(page.locator("#settings")).toBeVisible();
  await expect(link).toBeFocused();
  expect(await fold.evaluate((element) => element instanceof HTMLDetailsElement && element.open)).toBe(!wasOpen);
});

test("what is put into the cart before React takes over is put in", async ({ page, request }) => {
  const { product } = await everyPage(request, "en-de");
  const takeOver = await openHeldUp(page, String(product));
  await page.locator(".stepper-button").last().click({ clickCount: 2 });
  await page.locator(".buy-button").click();

  await takeOver();

  await expect(page.getByRole("dialog", { name: "Your cart" })).toBeVisible();
  await expect(page.getByRole("dialog").locator(".stepper-field")).toHaveValue("3");
});

test("a number that is typed before React takes over is the one that is put in", async ({ page, request }) => {
  const { product } = await everyPage(request, "en-de");
  const takeOver = await openHeldUp(page, String(product));
  await page.locator(".stepper-field").fill("4");
  await page.locator(".buy-button").click();

  await takeOver();

  await expect(page.getByRole("dialog", { name: "Your cart" })).toBeVisible();
  await expect(page.getByRole("dialog").locator(".stepper-field")).toHaveValue("4");
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
