import { defineConfig } from "@playwright/test";

const address = process.env.ECOM67_URL;
if (address === undefined) throw new Error("ECOM67_URL names the running shop to test, such as http://127.0.0.1:6767");

export default defineConfig({
  testMatch: "*.spec.ts",
  fullyParallel: true,
  // Two cores, shared with the shop under test.
  workers: 2,
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"]],
  use: {
    baseURL: address,
    locale: "en-GB",
    // Requests that a worker answers cannot be held up or counted. Tests of the worker itself let it in.
    serviceWorkers: "block",
    launchOptions: {
      executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking"],
    },
  },
  projects: [
    { name: "desktop", use: { viewport: { width: 1440, height: 900 } } },
    { name: "phone", use: { viewport: { width: 390, height: 844 }, hasTouch: true } },
  ],
});
