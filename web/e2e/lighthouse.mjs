// Lighthouse's mobile profile on home, category and product; fails below the limit in any of its four marks. One run
// of the same page differs from the next by some marks, so each page has three, and the middle one counts.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const LIMIT = 95;
const RUNS = 3;
/** Runs of a page that may fail to be recorded: it says nothing of the page when the browser has lost the beginning of a trace. */
const FAILED_RUNS_MAX = 4;
/** What Lighthouse calls them. Whatever else goes wrong is the page's own. */
const RECORDING_FAILED = new Set(["NO_NAVSTART", "NO_TRACING_STARTED", "NO_DOCUMENT_REQUEST", "NO_RESOURCE_REQUEST"]);
const address = process.env.ECOM67_URL;
if (address === undefined) throw new Error("ECOM67_URL names the running shop, such as http://127.0.0.1:6767");
const locale = process.env.ECOM67_LOCALE ?? "de-de";

async function read(path) {
  const response = await fetch(new URL(path, address));
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

const { categories } = await read(`/api/categories?locale=${locale}`);
const { products } = await read(`/api/products?locale=${locale}&category=${categories[0].slug}`);
const paths = [`/${locale}/`, `/${locale}/c/${categories[0].slug}`, `/${locale}/p/${products[0].slug}`];

const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-background-networking"] });
let is_good = true;
try {
  for (const path of paths) {
    const reports = [];
    let failed_runs = 0;
    while (reports.length < RUNS) {
      const result = await lighthouse(new URL(path, address).href, {
        port: chrome.port,
        output: "json",
        logLevel: "error",
        onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
      });
      if (result?.lhr === undefined) throw new Error(`Lighthouse gave no report of ${path}`);
      const { runtimeError } = result.lhr;
      if (runtimeError === undefined) {
        reports.push(result.lhr);
        continue;
      }
      failed_runs += 1;
      if (failed_runs > FAILED_RUNS_MAX || !RECORDING_FAILED.has(runtimeError.code)) throw new Error(`Lighthouse cannot record ${path}: ${runtimeError.code}`);
    }
    reports.sort((left, right) => (left.categories.performance.score ?? 0) - (right.categories.performance.score ?? 0));
    const report = reports[Math.floor(RUNS / 2)];
    const marks = Object.entries(report.categories).map(([name, { score }]) => [name, Math.round((score ?? 0) * 100)]);
    console.log(path, Object.fromEntries(marks));
    if (marks.every(([, mark]) => mark >= LIMIT)) continue;
    is_good = false;
    for (const audit of Object.values(report.audits)) {
      if (audit.score !== null && audit.score < 0.9) console.log(`   ${audit.id}: ${audit.displayValue ?? audit.title}`);
    }
  }
} finally {
  chrome.kill();
}
if (!is_good) process.exit(1);
