// What may be kept on a shopper's device: nothing but what stands here. Whatever is added to the shop later (carts,
// accounts, orders) is not kept until somebody writes it down here.

/** How a request is answered; `undefined` where the worker leaves it to the browser. */
export type Kind =
  /** A script, style or font of this build. */
  | "file"
  | "picture"
  /** A page that is kept. */
  | "page"
  /** A page that is not kept, and yet has a page to stand in for it. */
  | "passing-page"
  /** An answer of the API. */
  | "answer";

export type Asked = { method: string; address: string; isNavigation: boolean; hasCredentials: boolean };

const LOCALE = /^\/([a-z]{2}-[a-z]{2})(?=\/)/;
const PAGE = /^\/[a-z]{2}-[a-z]{2}\/(?:(?:c|l|p|pages)\/[^/]+)?$/;
const ANSWER = /^\/api\/(?:home|markets|navigation|categories|products(?:\/[^/]+)?|(?:collections|pages)\/[^/]+)$/;
const CONFIG = "/config.json";
const FILE = /^\/assets\/[^/]+$|^\/favicon\.svg$/;
const PICTURE = /^\/media\/[0-9a-f]{40}\/\d{1,5}\.webp$/;

/**
 * What a kept page or answer may be asked with. Not words that are searched: they are remembered only where the shopper
 * asks for it.
 */
const PARAMETERS = new Set(["locale", "category", "collection", "filter", "sort", "limit", "cursor", "page", "after", "sku"]);

export function kindOf({ method, address, isNavigation, hasCredentials }: Asked, origin: string): Kind | undefined {
  const url = new URL(address, origin);
  if (method !== "GET" || url.origin !== origin || hasCredentials) return undefined;
  const { pathname } = url;
  if (isNavigation) {
    if (pathname !== "/" && !LOCALE.test(pathname)) return undefined;
    return PAGE.test(pathname) && hasPlainParameters(url) ? "page" : "passing-page";
  }
  if (FILE.test(pathname)) return "file";
  if (PICTURE.test(pathname)) return "picture";
  return (ANSWER.test(pathname) || pathname === CONFIG) && hasPlainParameters(url) ? "answer" : undefined;
}

export function localeOf(address: string): string | undefined {
  return LOCALE.exec(new URL(address, "http://shop.invalid").pathname)?.[1];
}

function hasPlainParameters(url: URL): boolean {
  return [...url.searchParams.keys()].every((name) => PARAMETERS.has(name));
}

const types: Record<Kind, RegExp | undefined> = {
  file: /^(?:text\/javascript|text\/css|font\/woff2|image\/svg\+xml)(?:;|$)/,
  picture: /^image\//,
  page: /^text\/html(?:;|$)/,
  answer: /^application\/json(?:;|$)/,
  "passing-page": undefined,
};

/**
 * Whether an answer is everybody's. A worker cannot see whether one sets a cookie; the server says `private` of such
 * (`ecom67-api/src/edge.rs`), and what does not say `public` is not kept.
 */
export function mayKeep(kind: Kind, response: Response): boolean {
  const { status, type, redirected, headers } = response;
  if (status !== 200 || redirected || (type !== "basic" && type !== "default")) return false;
  const control = directives(headers.get("cache-control"));
  if (!control.includes("public") || control.includes("private") || control.includes("no-store")) return false;
  if (directives(headers.get("vary")).some((name) => name === "*" || name === "cookie" || name === "authorization")) return false;
  return types[kind]?.test(headers.get("content-type") ?? "") ?? false;
}

function directives(header: string | null): string[] {
  return (header ?? "").toLowerCase().split(",").map((directive) => directive.trim());
}
