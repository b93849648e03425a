// What the tests of checkout do again and again.

import type { Locator, Page } from "@playwright/test";

export const EMAIL = "ann.lee@example.org";

/** A field of the form, or what is told beside it. */
export const field = (page: Page, name: string): Locator => page.locator(`#checkout-${name}`);

/** Who orders, where it goes and how: everything but how it is paid. */
export async function fillForm(page: Page): Promise<void> {
  await field(page, "email").fill(EMAIL);
  await field(page, "delivery-address-name").fill("Ann Lee");
  await field(page, "delivery-address-line1").fill("Beispielweg 7");
  await field(page, "delivery-address-postal-code").fill("10115");
  const followed = page.waitForResponse((response) => response.url().includes("/destination"));
  await field(page, "delivery-address-city").fill("Berlin");
  await followed;
  const chosen = page.waitForResponse((response) => response.url().includes("/delivery"));
  await page.locator("#checkout-delivery input").first().check();
  await chosen;
}
