import { CARTS_KEY } from "../../storage-keys";

// Where storage is off, what is known holds until the page is left.
const noted = new Set<string>();

/** Whether this browser has a cart in a market. Whoever has none is not asked about: most visitors never have one. */
export function knowsCart(market: string): boolean {
  return readMarkets().has(market);
}

export function noteCart(market: string, isThere: boolean): void {
  const markets = readMarkets();
  if (isThere === markets.has(market)) return;
  if (isThere) markets.add(market);
  else markets.delete(market);
  noted.clear();
  for (const known of markets) noted.add(known);
  try {
    if (markets.size === 0) localStorage.removeItem(CARTS_KEY);
    else localStorage.setItem(CARTS_KEY, [...markets].toSorted().join(" "));
  } catch {
    // `noted` has it.
  }
}

function readMarkets(): Set<string> {
  try {
    return new Set((localStorage.getItem(CARTS_KEY) ?? "").split(" ").filter(Boolean));
  } catch {
    return new Set(noted);
  }
}
