import { test as base, expect, type Page } from "@playwright/test";

type Options = {
  /** For pages, and things named by a shopper, that are answered with 404: the browser itself logs that. */
  expects_missing_page: boolean;
  /** For tests that take the connection away: the browser logs each request that was lost. */
  expects_lost_connection: boolean;
  /** For tests in which the shop refuses a change with 409: the browser itself logs that, too. */
  expects_refusal: boolean;
  /** For tests in which a card is declined, which is answered with 402. */
  expects_decline: boolean;
  /** For tests in which something is typed with a slip, which is answered with 400. */
  expects_slip: boolean;
  /** The addresses of other sites that are asked for something, as a payment provider's. */
  expects_others: RegExp | undefined;
};

/** Every test also checks that nothing was logged as an error and nothing was asked of another origin. */
export const test = base.extend<Options & { watch: void }>({
  expects_missing_page: [false, { option: true }],
  expects_lost_connection: [false, { option: true }],
  expects_refusal: [false, { option: true }],
  expects_decline: [false, { option: true }],
  expects_slip: [false, { option: true }],
  expects_others: [undefined, { option: true }],
  watch: [
    async ({ page, baseURL, expects_missing_page, expects_lost_connection, expects_refusal, expects_decline, expects_slip, expects_others }, use) => {
      const errors: string[] = [];
      const strangers: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        const isExpected =
          (expects_missing_page && message.text().includes("404")) ||
          (expects_refusal && message.text().includes("status of 409")) ||
          (expects_decline && message.text().includes("status of 402")) ||
          (expects_slip && message.text().includes("status of 400")) ||
          (expects_lost_connection && /net::ERR_(?:INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED)|Failed to fetch/.test(message.text()));
        if (message.type() === "error" && !isExpected) errors.push(message.text());
      });
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(String(baseURL)) && !url.startsWith("data:") && expects_others?.test(url) !== true) strangers.push(url);
      });

      await use();

      expect(errors, "errors in the console").toEqual([]);
      expect(strangers, "requests to other origins").toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens a page and waits until React has taken it over: only React writes the region that announces titles. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator("#root > p[aria-live]").waitFor({ state: "attached" });
}

export { expect };
