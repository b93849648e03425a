import type { Fetch } from "@ecom67/api-client";
import type { paths } from "@ecom67/api-client/schema";
import type { Problem } from "@ecom67/api-client/types";

type Answer<Path extends keyof paths> = paths[Path] extends { get: { responses: { 200: { content: { "application/json": infer Body } } } } }
  ? Body
  : never;

export type Asked = { slug: string; query: URLSearchParams };

/** An answer for each path of the API that a test may ask for; everything else fails the test. */
export type Handlers = { [Path in keyof paths]?: (asked: Asked) => Answer<Path> | Refusal };

export class Refusal {
  constructor(readonly problem: Problem) {}
}

export function refusal(status: number, code: string): Refusal {
  return new Refusal({ type: "about:blank", title: code, status, code, detail: code, request_id: "req_test" });
}

export type FakeServer = { fetch: Fetch; requests: string[] };

/** A server typed by the real one's schema, so that a test cannot answer what the server would not. */
export function fakeServer(handlers: Handlers): FakeServer {
  const requests: string[] = [];
  const fetch: Fetch = async (request) => {
    const url = new URL(request.url);
    requests.push(url.pathname + url.search);
    const answer = find(handlers, url.pathname);
    if (answer === undefined) throw new Error(`The test has no answer for ${url.pathname}${url.search}`);
    const body = answer(url.searchParams);
    if (body instanceof Refusal) {
      return Response.json(body.problem, { status: body.problem.status, headers: { "content-type": "application/problem+json" } });
    }
    return Response.json(body);
  };
  return { fetch, requests };
}

function find(handlers: Handlers, pathname: string): ((query: URLSearchParams) => unknown) | undefined {
  for (const [pattern, handler] of Object.entries(handlers)) {
    const match = new RegExp(`^${pattern.replace("{slug}", "([^/]+)")}$`).exec(pathname);
    if (match !== null) return (query) => handler({ slug: match[1] ?? "", query });
  }
  return undefined;
}
