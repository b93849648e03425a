import { violations } from "./axe";
import { everyPage, needed } from "./catalog";
import { expect, open, test } from "./watched";

const kinds = ["home", "category", "collection", "product", "search", "empty search", "content", "cart", "missing"];

for (const theme of ["light", "dark"] as const) {
  test.describe(`in ${theme}`, () => {
    test.use({ colorScheme: theme, expects_missing_page: true });

    for (const kind of kinds) {
      test(`the ${kind} page passes axe`, async ({ page, request }) => {
        const path = needed((await everyPage(request, "de-de"))[kind], kind);
        await open(page, path);

        expect(await violations(page)).toEqual([]);
      });
    }
  });
}

test("an open sheet passes axe", async ({ page }) => {
  await open(page, "/de-de/");
  await page.getByRole("button", { name: /^Land, Sprache/ }).filter({ visible: true }).first().click();

  expect(await violations(page, { within: "#settings" })).toEqual([]);
});

for (const width of [320, 390, 1440]) {
  test(`nothing is wider than a screen of ${width} pixels`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const path of Object.values(await everyPage(request, "de-de")).filter((address) => !address.endsWith("nothing-here"))) {
      await open(page, path);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, path).toBe(0);
    }
  });
}

test("controls are large enough for a finger", async ({ page, request, viewport }) => {
  test.skip((viewport?.width ?? 0) > 1024, "For touch.");
  const { category, product } = await everyPage(request, "de-de");
  for (const path of [category, product]) {
    await open(page, String(path));
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("main button, main select, main label.choice, header button, header input")]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ text: element.textContent || element.getAttribute("aria-label"), height: element.getBoundingClientRect().height }))
        .filter(({ height }) => height < 44),
    );
    expect(small).toEqual([]);
  }
});
