// Weighs what the first page makes a browser load, per kind of page: the entry, the page's own chunk, the longest
// language, and all that these import. Fails above the budget.
import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";

const BUDGET_BYTES = 120 * 1024;
const dist = new URL("../apps/storefront/dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));

/** The chunk and everything it imports, as files. */
function filesOf(key, files = new Set()) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) filesOf(imported, files);
  return files;
}

const weights = new Map();
async function weigh(file) {
  if (!weights.has(file)) {
    const bytes = await readFile(new URL(file, dist));
    weights.set(file, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length);
  }
  return weights.get(file);
}

async function sum(files) {
  const each = await Promise.all([...files].map(weigh));
  return each.reduce((total, bytes) => total + bytes, 0);
}

const keys = Object.keys(manifest);
const languages = keys.filter((key) => key.includes("messages/") && key.includes(".ftl"));
const pages = keys.filter((key) => key.endsWith(".page.tsx"));
if (languages.length === 0 || pages.length === 0) throw new Error("The manifest holds no pages: has `npm run build` run?");

const language_bytes = await Promise.all(languages.map((key) => sum(filesOf(key))));
const longest = languages[language_bytes.indexOf(Math.max(...language_bytes))];
const common = new Set([...filesOf("src/boot.ts"), ...filesOf("src/main.tsx"), ...filesOf(longest)]);

let largest_bytes = 0;
for (const page of pages) {
  const total_bytes = await sum(filesOf(page, new Set(common)));
  largest_bytes = Math.max(largest_bytes, total_bytes);
  console.log(`${(total_bytes / 1024).toFixed(1).padStart(6)} KB  ${page}`);
}
for (const key of ["src/main.tsx"]) {
  for (const css of manifest[key].css ?? []) console.log(`${((await weigh(css)) / 1024).toFixed(1).padStart(6)} KB  ${css}`);
}
console.log(`Budget for scripts: ${BUDGET_BYTES / 1024} KB brotli; largest first page: ${(largest_bytes / 1024).toFixed(1)} KB.`);
if (largest_bytes > BUDGET_BYTES) process.exit(1);
