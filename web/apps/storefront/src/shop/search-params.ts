/** Parameters that may stand several times. */
const repeated = new Set(["filter"]);

/** Plain query strings, as the server and an HTML form write them, instead of the router's JSON values. */
export function parseSearch(query: string): Record<string, string | string[]> {
  const params = new URLSearchParams(query);
  const search: Record<string, string | string[]> = {};
  for (const key of new Set(params.keys())) {
    search[key] = repeated.has(key) ? params.getAll(key) : (params.get(key) ?? "");
  }
  return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).flatMap(([key, value]) =>
    valuesOf(value).map((text) => `${encodeURIComponent(key)}=${readable(text)}`),
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function valuesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === undefined || value === null || value === "" ? [] : [String(value)];
}

/** `filter=brand:Acme` rather than `filter=brand%3AAcme`: a colon needs no escape in a query. */
function readable(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%20", "+");
}
