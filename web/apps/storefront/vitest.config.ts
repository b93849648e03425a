import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Vitest 5 calls it to print failures; Node has it from 21 on.
Map.groupBy ??= (items, keyOf) => {
  const groups = new Map();
  let position = 0;
  for (const item of items) {
    const key = keyOf(item, position++);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
};

export default defineConfig({
  plugins: [react()],
  test: {
    include: ["src/**/*.test.{ts,tsx}", "worker/**/*.test.ts", "../../packages/*/src/**/*.test.ts"],
    environment: "jsdom",
    // The version of the language data behind `Intl`.
    env: { CLDR: process.versions.cldr },
    setupFiles: ["src/testing/setup.ts"],
    // A test reads the colours from the style sheet.
    css: true,
    // Two cores are shared with other builds.
    maxWorkers: 2,
    testTimeout: 15_000,
  },
});
