import createClient, { type Client } from "openapi-fetch";
import type { paths } from "./schema";
import type { Problem } from "./types";

export type Api = Client<paths>;
export type Fetch = (request: Request) => Promise<Response>;

/** A client for the shop at `baseUrl`, which sends everything through `fetch`. */
export function createApi(baseUrl: string, fetch: Fetch): Api {
  return createClient<paths>({ baseUrl, fetch });
}

/** A refusal by the server, with the problem it told. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly problem: Problem | undefined,
  ) {
    super(problem?.detail ?? `The server answered ${status}.`);
  }
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

/** The data of an answer; throws `ApiError` for a refusal, so that queries need one failure path. */
export async function unwrap<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer;
  if (data !== undefined) return data;
  throw new ApiError(response.status, isProblem(error) ? error : undefined);
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "detail" in value;
}
