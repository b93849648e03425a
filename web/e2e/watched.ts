import { test as base, expect, type Page } from "@playwright/test";

type Options = {
  /** For pages that answer 404: the browser itself logs that. */
  expects_missing_page: boolean;
};

/** Every test also checks that nothing was logged as an error and nothing was asked of another origin. */
export const test = base.extend<Options & { watch: void }>({
  expects_missing_page: [false, { option: true }],
  watch: [
    async ({ page, baseURL, expects_missing_page }, use) => {
      const errors: string[] = [];
      const strangers: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        const isExpected = expects_missing_page && message.text().includes("404");
        if (message.type() === "error" && !isExpected) errors.push(message.text());
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(String(baseURL)) && !request.url().startsWith("data:")) strangers.push(request.url());
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
