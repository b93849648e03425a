import { largestCategory, needed, productWithOptions } from "./catalog";
import { expect, open, test } from "./watched";

test("another language keeps the page", async ({ page, request }) => {
  const product = await productWithOptions(request, "en-de");
  await open(page, `/en-de/p/${product.slug}`);
  const answer = await request.get(`/api/products/${product.slug}?locale=en-de`);
  const { alternates } = (await answer.json()) as { alternates: { locale: string; slug: string }[] };
  const german = alternates.find(({ locale }) => locale === "de-de");

  await page.getByRole("button", { name: /^Country, language/ }).filter({ visible: true }).first().click();
  await page.locator("#settings").getByRole("link", { name: /Deutschland/ }).first().click();

  await expect(page).toHaveURL(`/de-de/p/${german?.slug}`);
  await expect(page.locator("html")).toHaveAttribute("lang", "de-DE");
  await expect(page.getByText("inkl. MwSt.").first()).toBeVisible();
});

test("another market has its own money and taxes", async ({ page, request }) => {
  const markets = (await (await request.get("/api/markets")).json()) as { locales: { locale: string; currency: string }[] };
  const other = needed(markets.locales.find(({ currency }) => currency === "USD"), "market in dollars");
  const category = await largestCategory(request, other.locale);

  await open(page, `/${other.locale}/c/${category.slug}`);

  await expect(page.locator(".price-amount").first()).toContainText("$");
  await expect(page.getByText("Prices plus tax")).toBeVisible();
});

test("the bare address leads to a locale", async ({ page }) => {
  await page.goto("/");

  await expect(page).toHaveURL(/\/[a-z]{2}-[a-z]{2}\//);
});
