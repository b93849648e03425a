import { ApiError } from "@ecom67/api-client";
import { notFound } from "@tanstack/react-router";

/** What the server does not know is a page of its own, not a failure. */
export async function orNotFound<Data>(loading: Promise<Data>): Promise<Data> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw notFound();
    throw error;
  }
}
