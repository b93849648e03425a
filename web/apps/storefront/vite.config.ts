import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    // The server finds entries, styles and fonts in it: see web/templates/README.md.
    manifest: true,
    target: ["chrome123", "firefox125", "safari17.5"],
    // The security policy allows no data addresses for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { main: "src/main.tsx", "boot": "src/boot.ts" },
      // The boot script is no module, so that it runs before the first paint: its constants have to be inlined.
      optimization: { inlineConst: true },
      // In one piece: each cut between them costs what compression finds in both, and every page needs nearly all.
      output: { codeSplitting: { groups: [{ name: "libraries", test: /node_modules/ }] } },
    },
  },
  server: { proxy: { "/api": apiAddress(), "/media": apiAddress() } },
});

/** The running shop that `npm run dev` talks to. */
function apiAddress(): string {
  return process.env.ECOM67_URL ?? "http://127.0.0.1:6767";
}
