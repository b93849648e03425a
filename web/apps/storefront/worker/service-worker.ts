// The shop without a connection: its files from this device, its pages and answers from the network as long as that
// answers in time, and else as they were when they were last seen. What may be kept at all says `rules.ts`.
//
// A release is never mixed with another: the scripts of a build are fetched all at once or not at all, pages and answers
// are kept per build, and what belongs to another build goes when this one takes over.

import { ANSWERS_CACHE, BUILD_CACHE, CACHE_PREFIX, OFFLINE_CACHE, PAGES_CACHE, PICTURES_CACHE } from "../src/storage-keys";
import { build } from "./build";
import { Kept } from "./kept";
import { answersIn, toldKept } from "./kept-page";
import { kindOf, localeOf, mayKeep } from "./rules";

declare const self: ServiceWorkerGlobalScope;

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long the network has before what was kept stands in. */
const PAGE_PATIENCE_MS = 4000;
const ANSWER_PATIENCE_MS = 3000;
/** A picture larger than this is not kept. */
const PICTURE_BYTES_MAX = 500_000;
/** The most pictures of a page that are fetched again for keeping: they are in the browser's own cache. */
const SEEN_PICTURES_MAX = 60;

/** The server knows the address, and says that nothing is there any more. */
const GONE = new Set([404, 410]);

const build_cache = BUILD_CACHE + build.id;
const pages = new Kept(PAGES_CACHE + build.id, { count_max: 40, age_ms_max: 7 * DAY_MS });
const answers = new Kept(ANSWERS_CACHE + build.id, { count_max: 150, age_ms_max: 7 * DAY_MS });
const pictures = new Kept(PICTURES_CACHE, { count_max: 200, age_ms_max: 30 * DAY_MS });
const offline_pages = new Kept(OFFLINE_CACHE + build.id, { count_max: 10, age_ms_max: 365 * DAY_MS });
const own_caches = new Set([build_cache, ...[PAGES_CACHE, ANSWERS_CACHE, OFFLINE_CACHE].map((name) => name + build.id), PICTURES_CACHE]);

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

self.addEventListener("message", (event) => {
  const { source, data } = event;
  if (!(source instanceof WindowClient)) return;
  source.postMessage({ entry: build.entry });
  const shown = picturesIn(data);
  if (shown !== undefined) event.waitUntil(seen(source.url, shown));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const asked = {
    method: request.method,
    address: request.url,
    isNavigation: request.mode === "navigate",
    hasCredentials: request.headers.has("authorization"),
  };
  switch (kindOf(asked, self.location.origin)) {
    case "file":
      return event.respondWith(file(request));
    case "picture":
      return event.respondWith(picture(event));
    case "answer":
      return event.respondWith(answer(event));
    case "page":
      return event.respondWith(page(event, true));
    case "passing-page":
      return event.respondWith(page(event, false));
    case undefined:
      return undefined;
  }
});

/** Fails as a whole where one file cannot be had, such as between two releases: the browser tries again later. */
async function install(): Promise<void> {
  const cache = await caches.open(build_cache);
  await cache.addAll(build.files);
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(CACHE_PREFIX) && !own_caches.has(name)).map((name) => caches.delete(name)));
  // The page is asked for while the worker starts.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  const open = await self.clients.matchAll({ type: "window" });
  for (const client of open) client.postMessage({ entry: build.entry, hasTakenOver: true });
}

/** A page that was there before the worker: it, its pictures and what its language needs are kept from now on. */
async function seen(address: string, shown: string[]): Promise<void> {
  const asked = { method: "GET", address, isNavigation: true, hasCredentials: false };
  const isKept = kindOf(asked, self.location.origin) === "page";
  await Promise.allSettled([
    isKept ? fetch(address).then((response) => keepPage(address, response)) : undefined,
    keepOfflinePage(address),
    ...shown.map((path) => keepPicture(path)),
    ...[pages, answers, pictures].map((kept) => kept.tidy()),
  ]);
}

function picturesIn(message: unknown): string[] | undefined {
  if (typeof message !== "object" || message === null || !("pictures" in message) || !Array.isArray(message.pictures)) return undefined;
  const addresses = message.pictures.filter((address) => typeof address === "string").slice(0, SEEN_PICTURES_MAX);
  return addresses.filter((address) => kindOf({ method: "GET", address, isNavigation: false, hasCredentials: false }, self.location.origin) === "picture");
}

/** A file of another build is the network's: it is not kept beside this one's. */
async function file(request: Request): Promise<Response> {
  const cache = await caches.open(build_cache);
  return (await cache.match(request.url)) ?? fetch(request);
}

async function picture(event: FetchEvent): Promise<Response> {
  const kept = await pictures.get(event.request.url);
  if (kept !== undefined) return kept;
  const response = await fetch(event.request);
  event.waitUntil(keepIfSmall(event.request.url, response.clone()));
  return response;
}

async function keepPicture(path: string): Promise<void> {
  const { href } = new URL(path, self.location.origin);
  if ((await pictures.get(href)) === undefined) await keepIfSmall(href, await fetch(href));
}

async function keepIfSmall(address: string, response: Response): Promise<void> {
  const isSmall = Number(response.headers.get("content-length") ?? 0) <= PICTURE_BYTES_MAX;
  if (isSmall && mayKeep("picture", response)) await pictures.put(address, response);
}

async function answer(event: FetchEvent): Promise<Response> {
  const address = comparable(event.request.url);
  const network = fetch(event.request);
  event.waitUntil(network.then((response) => keepOrForget("answer", address, response.clone())).catch(() => undefined));
  return (await inTime(network, ANSWER_PATIENCE_MS)) ?? (await answers.get(address)) ?? network;
}

/** What the server says is gone is gone here, too. */
async function keepOrForget(kind: "answer" | "page", address: string, response: Response): Promise<void> {
  if (GONE.has(response.status)) await (kind === "answer" ? answers : pages).forget(address);
  else if (kind === "page") await keepPage(address, response);
  else if (mayKeep("answer", response)) await answers.put(address, response);
}

/** One address for each answer: escapes may differ between the server and the browser (`:` and `%3A`). */
function comparable(address: string): string {
  const url = new URL(address, self.location.origin);
  url.search = String(url.searchParams);
  return url.href;
}

async function page(event: FetchEvent, isKept: boolean): Promise<Response> {
  const { url } = event.request;
  const network = askFor(event);
  event.waitUntil(network.then((response) => afterPage(url, isKept ? response.clone() : undefined)).catch(() => undefined));
  const in_time = await inTime(network, PAGE_PATIENCE_MS);
  if (in_time !== undefined) return in_time;
  const kept = isKept ? await pages.get(url) : undefined;
  return kept === undefined ? network.catch(() => standIn(url)) : toldKept(kept);
}

async function askFor(event: FetchEvent): Promise<Response> {
  const preloaded = (await event.preloadResponse) as Response | undefined;
  return preloaded ?? fetch(event.request);
}

async function afterPage(address: string, response: Response | undefined): Promise<void> {
  if (response !== undefined) await keepOrForget("page", address, response);
  await keepOfflinePage(address);
}

/** Keeps a page of this build, and what the server wrote into it for React: the next pages may need it. */
async function keepPage(address: string, response: Response): Promise<void> {
  if (!mayKeep("page", response)) return;
  const { headers } = response;
  const html = await response.text();
  if (!html.includes(build.entry)) return;
  await pages.put(address, new Response(html, { headers }));
  for (const [path, view] of answersIn(html)) {
    const asked = { method: "GET", address: path, isNavigation: false, hasCredentials: false };
    if (kindOf(asked, self.location.origin) === "answer") await answers.put(comparable(path), Response.json(view));
  }
}

/** Keeps the page for no connection in the language of `address`, once a day: it has the shop's menus in it. */
async function keepOfflinePage(address: string): Promise<void> {
  const locale = localeOf(address);
  if (locale === undefined) return;
  const { href } = new URL(`/${locale}/offline`, self.location.origin);
  const kept = await offline_pages.get(href);
  if (kept !== undefined && offline_pages.age_ms(kept) < DAY_MS) return;
  const response = await fetch(href);
  if (!mayKeep("page", response)) return;
  const { headers } = response;
  const html = await response.text();
  if (html.includes(build.entry)) await offline_pages.put(href, new Response(html, { headers }));
}

/** For a page that cannot be had and was not kept: in its language, else in one that was. */
async function standIn(address: string): Promise<Response> {
  const locale = localeOf(address);
  const known = await offline_pages.addresses();
  if (locale === undefined) {
    const home = known.at(-1)?.replace(/offline$/, "");
    return home === undefined ? Response.error() : Response.redirect(home, 302);
  }
  const own = new URL(`/${locale}/offline`, self.location.origin).href;
  return (await offline_pages.get(own)) ?? (await offline_pages.get(known.at(-1) ?? own)) ?? Response.error();
}

/** The answer, if it comes in time and the server is not in trouble; what it refuses stands, for that is an answer. */
async function inTime(network: Promise<Response>, patience_ms: number): Promise<Response | undefined> {
  const patience = new Promise<undefined>((resolve) => {
    setTimeout(() => resolve(undefined), patience_ms);
  });
  const response = await Promise.race([network.catch(() => undefined), patience]);
  return response === undefined || response.status >= 500 ? undefined : response;
}
