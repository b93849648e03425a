import type { APIRequestContext, Page } from "@playwright/test";
import { violations } from "./axe";
import { needed, read } from "./catalog";
import { expect, open, test } from "./watched";

// How many of a product one cart may have: on its page and in the cart, for the eye and for who only hears it.

type Variant = { availability: string; quantity_min: number; quantity_max: number; quantity_step: number };
type Limited = Variant & { slug: string; name: string };

/** Something that comes in sets, of which one has to take several and may not take many. */
async function limited(request: APIRequestContext, locale: string): Promise<Limited> {
  const { products } = await read<{ products: { slug: string; name: string; sku: string | null; availability: string }[] }>(
    request,
    `/api/search?locale=${locale}&q=${locale.startsWith("de") ? "Sonnenblume" : "sunflower"}`,
  );
  for (const { slug, name, sku } of products) {
    if (sku === null) continue;
    const { variants } = await read<{ variants: Variant[] }>(request, `/api/products/${slug}?locale=${locale}`);
    const found = variants.find((variant) => variant.quantity_step > 1 && variant.quantity_min > variant.quantity_step && variant.availability !== "sold_out");
    if (found !== undefined) return { ...found, slug, name };
  }
  return needed<Limited>(undefined, "product with limits");
}

type Shared = { slug: string; name: string; max_per_cart: number; variants: (Variant & { sku: string })[] };

/** Something of whose variants together one may not take many, and two variants of which there are enough. */
async function shared(request: APIRequestContext, locale: string): Promise<Shared> {
  const { products } = await read<{ products: { slug: string }[] }>(request, `/api/search?locale=${locale}&q=${locale.startsWith("de") ? "Steckpuppen" : "nesting+dolls"}`);
  for (const { slug } of products) {
    const product = await read<Omit<Shared, "max_per_cart"> & { max_per_cart: number | null }>(request, `/api/products/${slug}?locale=${locale}`);
    const variants = product.variants.filter(({ availability }) => availability === "in_stock");
    const { max_per_cart } = product;
    if (max_per_cart !== null && max_per_cart > 1 && variants.length > 1) return { ...product, max_per_cart, variants };
  }
  return needed<Shared>(undefined, "product whose variants share a limit");
}

type Words = {
  locale: string;
  add: string;
  toCart: string;
  title: string;
  quantity: string;
  fewer: string;
  more: string;
  sets: (count: number) => string;
  least: (count: number) => string;
  most: (count: number) => string;
  mostOfAll: (count: number) => string;
  noneBeside: string;
};

const languages: Words[] = [
  {
    locale: "en-de",
    add: "Add to cart",
    toCart: "To the cart",
    title: "Cart",
    quantity: "Quantity:",
    fewer: "fewer:",
    more: "more:",
    sets: (count) => `Sold in sets of ${count}.`,
    least: (count) => `At least ${count} per order.`,
    most: (count) => `At most ${count} per order.`,
    mostOfAll: (count) => `At most ${count} per order, all versions together.`,
    noneBeside: "Beside the other versions in your cart, 0 of these can be ordered.",
  },
  {
    locale: "de-de",
    add: "In den Warenkorb",
    toCart: "Zum Warenkorb",
    title: "Warenkorb",
    quantity: "Menge:",
    fewer: "weniger:",
    more: "mehr:",
    sets: (count) => `Nur im ${count}er-Satz.`,
    least: (count) => `Mindestens ${count} pro Bestellung.`,
    most: (count) => `Höchstens ${count} pro Bestellung.`,
    mostOfAll: (count) => `Höchstens ${count} pro Bestellung, alle Ausführungen zusammen.`,
    noneBeside: "Neben den anderen Ausführungen in deinem Warenkorb sind noch 0 davon möglich.",
  },
];

/** The stepper's parts, and where it says what it refused. */
function stepper(page: Page, words: Words, { name, quantity_step }: Limited) {
  const group = page.getByRole("main").getByRole("group", { name: `${words.quantity} ${name}` });
  return {
    group,
    field: group.getByRole("textbox"),
    fewer: group.getByRole("button", { name: `${quantity_step} ${words.fewer} ${name}` }),
    more: group.getByRole("button", { name: `${quantity_step} ${words.more} ${name}` }),
    refused: group.getByRole("status"),
  };
}

/** From the least to the most and back, one set at a time, and beyond both. */
async function walk(page: Page, words: Words, product: Limited): Promise<void> {
  const { quantity_min: least, quantity_max: most, quantity_step: set } = product;
  const { group, field, fewer, more, refused } = stepper(page, words, product);
  await expect(field).toHaveValue(String(least));
  await expect(group).toHaveAccessibleDescription(`${words.sets(set)} ${words.least(least)} ${words.most(most)}`);
  await expect(fewer).toHaveAttribute("aria-disabled", "true");
  // A browser presses it; Playwright's mouse would wait until it can be pressed.
  await fewer.press("Enter");
  await expect(refused).toHaveText(words.least(least));
  await expect(field).toHaveValue(String(least));

  for (let quantity = least + set; quantity <= most; quantity += set) {
    await more.click();
    await expect(field).toHaveValue(String(quantity));
    await expect(refused).toHaveText("");
  }
  await expect(more).toHaveAttribute("aria-disabled", "true");
  await more.press("Enter");
  await expect(refused).toHaveText(words.most(most));
  await expect(field).toHaveValue(String(most));

  for (const [typed, taken, told] of [
    [least + 1, least, words.sets(set)],
    [most + set, most, words.most(most)],
    [1, least, words.least(least)],
  ] as const) {
    await field.fill(String(typed));
    await field.press("Enter");
    await expect(field).toHaveValue(String(taken));
    await expect(refused).toHaveText(told);
  }
}

for (const words of languages) {
  test(`what comes in sets is chosen by the set, on its page and in the cart, in ${words.locale}`, async ({ page, request }) => {
    const product = await limited(request, words.locale);
    await open(page, `/${words.locale}/p/${product.slug}`);
    await walk(page, words, product);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: words.add, exact: true }).click();
    await page.getByRole("dialog").getByRole("link", { name: words.toCart }).click();
    await expect(page.getByRole("heading", { level: 1, name: words.title })).toBeFocused();
    await walk(page, words, product);
    expect(await violations(page)).toEqual([]);

    await page.reload();
    await expect(stepper(page, words, product).field).toHaveValue(String(product.quantity_min));
  });
}

test.describe("a limit that versions share", () => {
  test.use({ expects_refusal: true });

  for (const words of languages) {
    test(`versions that share a limit are taken up to it together, in ${words.locale}`, async ({ page, request }) => {
      const { slug, name, max_per_cart: most, variants } = await shared(request, words.locale);
      const [first, second] = variants as [Shared["variants"][number], Shared["variants"][number]];
      const group = page.getByRole("main").getByRole("group", { name: `${words.quantity} ${name}` });
      const add = page.getByRole("button", { name: words.add, exact: true });
      await open(page, `/${words.locale}/p/${slug}?sku=${first.sku}`);
      await expect(group).toHaveAccessibleDescription(words.mostOfAll(most));
      await group.getByRole("textbox").fill(String(most + 1));
      await group.getByRole("textbox").press("Enter");
      await expect(group.getByRole("textbox")).toHaveValue(String(most));
      await expect(group.getByRole("status")).toHaveText(words.mostOfAll(most));
      await add.click();
      await expect(page.getByRole("dialog")).toBeVisible();

      await open(page, `/${words.locale}/p/${slug}?sku=${second.sku}`);
      await add.click();
      await expect(page.getByRole("alert")).toHaveText(words.noneBeside);

      await open(page, `/${words.locale}/cart`);
      await group.getByRole("textbox").fill(String(most - 1));
      await group.getByRole("textbox").press("Enter");
      await expect(group.getByRole("button").last()).toHaveAttribute("aria-disabled", "false");
      await open(page, `/${words.locale}/p/${slug}?sku=${second.sku}`);
      await add.click();
      await page.getByRole("dialog").getByRole("link", { name: words.toCart }).click();
      await expect(page.getByRole("heading", { level: 1, name: words.title })).toBeFocused();
      await expect(group).toHaveCount(2);
      for (const line of await group.all()) {
        const more = line.getByRole("button").last();
        await expect(more).toHaveAttribute("aria-disabled", "true");
        await more.press("Enter");
        await expect(line.getByRole("status")).toHaveText(words.mostOfAll(most));
      }
      expect(await violations(page)).toEqual([]);
    });
  }
});
