import { CARTS_KEY, SCROLL_KEY } from "../apps/storefront/src/storage-keys";
import { violations } from "./axe";
import { add, products } from "./cart-steps";
import { english, german, languages } from "./cart-words";
import { expect, open, test } from "./watched";

for (const words of languages) {
  test(`a cart is filled, changed and emptied with the mouse, in ${words.locale}`, async ({ page, request }) => {
    const [first] = await products(request, words.locale);
    const dialog = await add(page, words, first);
    await expect(dialog.getByText(`${words.added} ${first.name}`)).toBeVisible();
    await dialog.getByRole("link", { name: words.toCart }).click();
    await expect(page.getByRole("heading", { level: 1, name: words.title })).toBeFocused();
    await expect(page.getByRole("dialog")).toBeHidden();
    const sum = page.locator(".cart-sum-total strong");
    const single = await sum.textContent();

    await page.getByRole("button", { name: words.more(first.name) }).click();
    await expect(page.getByRole("link", { name: words.count(2) })).toBeVisible();
    await expect(sum).not.toHaveText(String(single));
    await expect(page.locator(".cart-row-price strong")).toContainText(String(await sum.textContent()));

    await page.getByRole("button", { name: words.save(first.name) }).click();
    const saved = page.getByRole("region", { name: words.saved });
    await saved.getByRole("button", { name: words.move(first.name) }).click();
    await expect(saved).toBeHidden();
    await expect(page.getByRole("textbox", { name: words.quantity(first.name) })).toHaveValue("2");

    await page.getByRole("button", { name: words.remove(first.name) }).click();
    await expect(page.getByRole("button", { name: words.undo(first.name) })).toBeFocused();
    await expect(page.getByRole("link", { name: words.title, exact: true })).toBeVisible();
    await page.getByRole("button", { name: words.undo(first.name) }).click();
    await expect(page.getByRole("textbox", { name: words.quantity(first.name) })).toHaveValue("2");

    await page.getByRole("button", { name: words.remove(first.name) }).click();
    await expect(page.getByRole("button", { name: words.undo(first.name) })).toBeFocused();
    await page.reload();
    await expect(page.getByRole("heading", { name: words.empty })).toBeVisible();
  });
}

test.describe("where the shop says no", () => {
  test.use({ expects_refusal: true });

  for (const words of languages) {
    test(`more than there are is taken back with the reason, in ${words.locale}`, async ({ page, request }) => {
      const [first] = await products(request, words.locale);
      const dialog = await add(page, words, first);
      await dialog.getByRole("link", { name: words.toCart }).click();
      // The product's page has a field of the same name.
      await expect(page.getByRole("heading", { level: 1, name: words.title })).toBeFocused();
      const field = page.getByRole("textbox", { name: words.quantity(first.name) });

      await field.fill("999");
      await field.press("Enter");

      await expect(page.getByRole("alert")).toHaveText(words.few);
      await expect(field).toHaveValue("1");
      expect(await violations(page)).toEqual([]);
    });
  }
});

test("the whole way goes by keyboard", async ({ page, request }) => {
  const [first] = await products(request, "en-de");
  await open(page, `/en-de/p/${first.slug}`);
  await page.getByRole("button", { name: english.more(first.name) }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: english.add, exact: true })).toBeFocused();
  await page.keyboard.press("Enter");

  const dialog = page.getByRole("dialog", { name: english.drawer });
  await expect(dialog).toBeVisible();
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press("Tab");
    // Once around, a browser passes its own controls, where nothing of the page has the focus.
    const isKept = await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null);
    expect(isKept, "the focus stays in the drawer").toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: english.add, exact: true })).toBeFocused();

  await page.getByRole("link", { name: english.count(2) }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: english.title })).toBeFocused();
  await page.getByRole("textbox", { name: english.quantity(first.name) }).focus();
  await page.keyboard.type("1");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: english.count(1) })).toBeVisible();
  await page.getByRole("button", { name: english.remove(first.name) }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: english.undo(first.name) })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: english.quantity(first.name) })).toHaveValue("1");
});

test("from a list, what has one variant is added without leaving it", async ({ page, request }) => {
  const [first] = await products(request, "en-de");
  await open(page, `/en-de/search?q=${encodeURIComponent(first.name)}`);
  const address = page.url();

  await page.getByRole("button", { name: `Add to cart: ${first.name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: english.keepLooking }).click();

  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("button", { name: `Add to cart: ${first.name}` })).toBeFocused();
  await expect(page.getByRole("link", { name: english.count(1) })).toBeVisible();
  expect(page.url()).toBe(address);
});

test("two tabs show the same cart, whichever of them changes it", async ({ page, context, request }) => {
  const [first, second] = await products(request, "en-de");
  const dialog = await add(page, english, first);
  await dialog.getByRole("link", { name: english.toCart }).click();
  const other = await context.newPage();
  await open(other, "/en-de/cart");
  await expect(other.getByRole("textbox", { name: english.quantity(first.name) })).toHaveValue("1");

  await other.getByRole("button", { name: english.more(first.name) }).click();
  await expect(page.getByRole("textbox", { name: english.quantity(first.name) })).toHaveValue("2");
  await add(other, english, second);

  await expect(page.getByRole("textbox", { name: english.quantity(second.name) })).toHaveValue("1");
  await expect(page.getByRole("link", { name: english.count(3) })).toBeVisible();
});

test("two tabs that make the first cart at the same time make one", async ({ page, context, request }) => {
  const [first, second] = await products(request, "en-de");
  const other = await context.newPage();
  await open(page, `/en-de/p/${first.slug}`);
  await open(other, `/en-de/p/${second.slug}`);

  await Promise.all([page, other].map((tab) => tab.getByRole("button", { name: english.add, exact: true }).click()));

  await expect(page.getByRole("link", { name: english.count(2), includeHidden: true })).toBeAttached();
  await expect(other.getByRole("link", { name: english.count(2), includeHidden: true })).toBeAttached();
});

test("the wishlist and a note are kept, and nothing of them on the device", async ({ page, request }) => {
  const [first, second] = await products(request, "en-de");
  const dialog = await add(page, english, first);
  await dialog.getByRole("button", { name: english.keepLooking }).click();
  await open(page, `/en-de/p/${second.slug}`);
  await page.getByRole("button", { name: english.wish }).click();
  await expect(page.getByRole("button", { name: "Take off the wishlist" })).toBeVisible();

  await open(page, "/en-de/cart");
  await page.getByText("A note with your order").click();
  await page.getByLabel("What should we know?").fill("Ring twice. من فضلك");
  await page.getByRole("button", { name: "Save note" }).click();
  await expect(page.getByText("Your note is saved.")).toBeVisible();
  await page.reload();

  await expect(page.getByLabel("What should we know?")).toHaveValue("Ring twice. من فضلك");
  await page.getByRole("region", { name: english.wishes }).getByRole("button", { name: english.move(second.name) }).click();
  await expect(page.getByRole("link", { name: english.count(2) })).toBeVisible();
  expect(await page.evaluate(() => Object.entries(localStorage))).toEqual([[CARTS_KEY, "de"]]);
  expect(await page.evaluate((known) => Object.keys(sessionStorage).filter((key) => key !== known), SCROLL_KEY)).toEqual([]);
  const readable = await page.evaluate(() => document.cookie);
  expect(readable, "no script sees what opens the cart").toBe("");
});

for (const theme of ["light", "dark"] as const) {
  test.describe(`in ${theme}`, () => {
    test.use({ colorScheme: theme });

    test("drawer, full cart and empty cart pass axe, and fit", async ({ page, request }) => {
      const [first, second] = await products(request, "de-de");
      const words = german;
      await open(page, "/de-de/cart");
      await expect(page.getByRole("heading", { name: words.empty })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await add(page, words, first);
      await expect.poll(() => page.evaluate(() => document.querySelector("dialog")?.getAnimations().length)).toBe(0);
      expect(await violations(page)).toEqual([]);
      const dialog = await add(page, words, second);
      await dialog.getByRole("link", { name: words.toCart }).click();
      await page.getByRole("button", { name: words.save(second.name) }).click();
      await expect(page.getByRole("region", { name: words.saved })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      for (const width of [320, 390, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${width}`).toBe(0);
      }
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("main button, main input, main summary, .cart-link")]
          .filter((element) => element.checkVisibility())
          .map((element) => {
            // An amount that can be pressed stands in a line of text: that is enough for a mouse, not for a finger.
            const least = element.matches(".why") && !matchMedia("(pointer: coarse)").matches ? 24 : 44;
            const { height } = (element.closest("label") ?? element).getBoundingClientRect();
            return { text: element.textContent || element.getAttribute("aria-label"), height, least };
          })
          .filter(({ height, least }) => height < least),
      );
      expect(small).toEqual([]);
    });
  });
}

for (const isFilled of [false, true]) {
  test(`nothing moves while the ${isFilled ? "filled" : "empty"} cart comes`, async ({ page, request }) => {
    if (isFilled) await add(page, english, (await products(request, "en-de"))[0]);
    await page.addInitScript(() => {
      Object.assign(window, { shifts: [] });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) (window as unknown as { shifts: unknown[] }).shifts.push(entry);
      }).observe({ type: "layout-shift", buffered: true });
    });

    await open(page, "/en-de/cart");
    await expect(isFilled ? page.locator(".cart-row") : page.getByRole("heading", { name: english.empty })).toBeVisible();
    await page.waitForLoadState("networkidle");

    const moved = await page.evaluate(() => (window as unknown as { shifts: { value: number }[] }).shifts.reduce((total, { value }) => total + value, 0));
    expect(moved).toBeLessThan(0.01);
  });
}

test("on a phone the button is in reach wherever the product is read about", async ({ page, request, viewport }) => {
  test.skip((viewport?.width ?? 0) > 800, "For phones.");
  const [first] = await products(request, "en-de");
  await open(page, `/en-de/p/${first.slug}`);
  const button = page.getByRole("button", { name: english.add, exact: true });

  for (const part of [".product-name", ".product-about", ".facts"]) {
    await page.locator(part).scrollIntoViewIfNeeded();
    await expect(button).toBeInViewport({ ratio: 1 });
  }
});

test("the page of the cart is the same for everybody, and no search engine's", async ({ request }) => {
  const response = await request.get("/de-de/cart");
  const html = await response.text();

  expect(response.status()).toBe(200);
  expect(html).toContain('<meta name="robots" content="noindex">');
  expect(html).toContain("Der Warenkorb braucht JavaScript");
});
