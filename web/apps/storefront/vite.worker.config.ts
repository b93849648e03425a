import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vite";

const dist = new URL("dist/", import.meta.url);

// The service worker is built after the storefront, since it has to know what that consists of. It stands at the root of
// the site by a name that stays, and is one script without imports, which all browsers take.
export default defineConfig({
  publicDir: false,
  define: { BUILT: JSON.stringify(whatWasBuilt()) },
  build: {
    emptyOutDir: false,
    target: ["chrome123", "firefox125", "safari17.5"],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: "worker/service-worker.ts",
      output: { format: "iife", entryFileNames: "service-worker.js" },
    },
  },
});

function whatWasBuilt() {
  // The build is not there while the configuration is only looked at, such as by a linter.
  const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
  const names = readdirSync(new URL("assets/", dist)).filter((name) => /\.(?:js|css|woff2)$/.test(name)).toSorted();
  const files = ["/favicon.svg", ...names.map((name) => `/assets/${name}`)];
  // Their names hold digests of what is in them.
  const id = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
  return { id, entry: `/${manifest["src/main.tsx"].file}`, files };
}
