import { createApi, type Api } from "@ecom67/api-client";
import { fetchAndWatch } from "./connection";
import { fetchWithFirstData, readFirstData } from "./first-data";

/** The API of the server this page came from. */
export function browserApi(): Api {
  const firstData = readFirstData(document);
  return createApi(
    window.location.origin,
    fetchWithFirstData(firstData, (request) => fetchAndWatch(request, (sent) => window.fetch(sent))),
  );
}
