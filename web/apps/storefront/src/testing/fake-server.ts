import type { Fetch } from "@ecom67/api-client";
import type { paths } from "@ecom67/api-client/schema";
import type { Problem } from "@ecom67/api-client/types";

type Method = "get" | "post" | "put" | "delete";
type Verb = "POST" | "PUT" | "DELETE";

/** What an operation answers when it succeeds. */
type Answered<Operation> = Operation extends { responses: infer Responses }
  ? { [Status in keyof Responses & (200 | 201)]: Responses[Status] extends { content: { "application/json": infer Body } } ? Body : never }[keyof Responses & (200 | 201)]
  : never;

type AnswerOf<Path extends keyof paths, Kind extends Method> = paths[Path] extends Record<Kind, infer Operation> ? Answered<Operation> : never;

export type Asked = { slug: string; query: URLSearchParams; headers: Headers; body: unknown };

type Handler<Answer> = (asked: Asked) => Answer | Refusal | typeof LOST | Promise<Answer | Refusal | typeof LOST>;

/**
 * An answer for each path of the API that a test may ask for, and for each verb that it may write with: everything else
 * fails the test.
 */
export type Handlers = { [Path in keyof paths]?: Handler<AnswerOf<Path, "get">> } & {
  [Path in keyof paths as `${Verb} ${Path & string}`]?: Path extends keyof paths
    ? Handler<AnswerOf<Path, "post"> | AnswerOf<Path, "put"> | AnswerOf<Path, "delete">>
    : never;
};

export class Refusal {
  constructor(readonly problem: Problem) {}
}

export function refusal(status: number, code: string, rest: Partial<Problem> = {}): Refusal {
  return new Refusal({ type: "about:blank", title: code, status, code, detail: code, request_id: "req_test", ...rest });
}

/** Nothing is heard of the request any more, whatever became of it. */
export const LOST = Symbol("lost");

export type FakeServer = { fetch: Fetch; requests: string[] };

/** A server typed by the real one's schema, so that a test cannot answer what the server would not. */
export function fakeServer(handlers: Handlers): FakeServer {
  const requests: string[] = [];
  const fetch: Fetch = async (request) => {
    const url = new URL(request.url);
    const verb = request.method === "GET" ? "" : `${request.method} `;
    requests.push(verb + url.pathname + url.search);
    const handler = find(handlers, verb, url.pathname);
    if (handler === undefined) throw new Error(`The test has no answer for ${verb}${url.pathname}${url.search}`);
    const text = verb === "" ? "" : await request.text();
    const answer = await handler({ query: url.searchParams, headers: request.headers, body: text === "" ? undefined : JSON.parse(text) });
    if (answer === LOST) throw new TypeError("Failed to fetch");
    if (answer instanceof Refusal) {
      return Response.json(answer.problem, { status: answer.problem.status, headers: { "content-type": "application/problem+json" } });
    }
    return Response.json(answer);
  };
  return { fetch, requests };
}

/** The slug of an address is its `{slug}`, or the last of what stands in braces. */
function find(handlers: Handlers, verb: string, pathname: string): ((asked: Omit<Asked, "slug">) => unknown) | undefined {
  for (const [pattern, handler] of Object.entries(handlers)) {
    const path = pattern.startsWith(verb) ? pattern.slice(verb.length) : "none";
    const match = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`).exec(pathname);
    // The keys of `Handlers` are known, and each has a handler of its own kind.
    if (match !== null) return (asked) => (handler as Handler<unknown>)({ ...asked, slug: match.at(-1) ?? "" });
  }
  return undefined;
}
