import type { Fetch } from "@ecom67/api-client";

/** What the server already knew when it wrote the page: answers by request path. */
export type FirstData = ReadonlyMap<string, unknown>;

export function readFirstData(page: Document): FirstData {
  const text = page.getElementById("first-data")?.textContent;
  if (!text) return new Map();
  // The server wrote it from the same types that the API answers with.
  const answers = JSON.parse(text) as Record<string, unknown>;
  return new Map(Object.entries(answers).map(([path, answer]) => [comparable(path), answer]));
}

/**
 * Answers the first request for a path from `firstData`, and everything else from the network. Seeding by request
 * instead of by query key fills pages of lists and plain queries alike, and no key is written twice.
 */
export function fetchWithFirstData(firstData: FirstData, fetch: Fetch): Fetch {
  const remaining = new Map(firstData);
  return (request) => {
    const path = comparable(request.url);
    const answer = remaining.get(path);
    if (answer === undefined) return fetch(request);
    remaining.delete(path);
    return Promise.resolve(responseOf(answer));
  };
}

function responseOf(answer: unknown): Response {
  const status = isProblem(answer) ? answer.status : 200;
  return Response.json(answer, { status });
}

function isProblem(answer: unknown): answer is { status: number } {
  return typeof answer === "object" && answer !== null && "status" in answer && "code" in answer && typeof answer.status === "number";
}

/** Escapes may differ between the server and the browser (`:` and `%3A`), the meaning may not. */
function comparable(address: string): string {
  const { pathname, searchParams } = new URL(address, "http://shop.invalid");
  return JSON.stringify([decodeURIComponent(pathname), [...searchParams]]);
}
