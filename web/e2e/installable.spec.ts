import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, test } from "@playwright/test";

// Not in a window of the usual tests: those are private, and nothing is installed from such.
for (const [locale, lang] of [
  ["de-de", "de-DE"],
  ["en-us", "en-US"],
] as const) {
  test(`the browser offers to install the shop in ${locale}`, async ({ baseURL, launchOptions }, info) => {
    test.skip(info.project.name !== "desktop", "The window's size makes no difference.");
    const folder = await mkdtemp(join(tmpdir(), "ecom67-install-"));
    const context = await chromium.launchPersistentContext(folder, { ...launchOptions, baseURL, serviceWorkers: "allow" });
    try {
      const page = await context.newPage();
      await page.goto(`/${locale}/`);
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
      });
      const session = await context.newCDPSession(page);

      const { errors, data } = await session.send("Page.getAppManifest");
      const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");

      expect(errors).toEqual([]);
      expect(installabilityErrors).toEqual([]);
      // As the server answers it.
      const manifest = JSON.parse(String(data)) as { lang: string; start_url: string; icons: { src: string; sizes: string }[] };
      expect([manifest.lang, manifest.start_url]).toEqual([lang, `/${locale}/`]);
      for (const { src, sizes } of manifest.icons) {
        const size = await page.evaluate(async (address) => {
          const picture = await createImageBitmap(await (await fetch(address)).blob());
          return `${picture.width}x${picture.height}`;
        }, src);
        expect(size, src).toBe(sizes);
      }
    } finally {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
}
