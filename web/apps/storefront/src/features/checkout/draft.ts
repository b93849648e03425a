import { CHECKOUT_KEY } from "../../storage-keys";

/** An address as it is typed: a field that is empty is an empty text. */
export type AddressDraft = {
  name: string;
  company: string;
  line1: string;
  line2: string;
  postal_code: string;
  city: string;
  region: string;
  country: string;
};

/** What was typed at checkout. Nothing of a card belongs in here. */
export type Draft = { email: string; phone: string; delivery_address: AddressDraft; billing_address: AddressDraft; has_billing: boolean };

/** One attempt to order: what was asked, and under which name, so that it is made once however often it is sent. */
type Attempt = { key: string; asked: string };

/** What a tab keeps of a checkout. */
export type Kept = { market: string; draft?: Draft; attempt?: Attempt; order?: string };

// Where storage is off, what was typed holds until the page is left.
let noted: Kept | undefined;

export function readKept(market: string): Kept {
  const kept = stored();
  return kept?.market === market ? kept : { market };
}

export function keep(market: string, part: Partial<Kept>): void {
  noted = { ...readKept(market), ...part };
  try {
    sessionStorage.setItem(CHECKOUT_KEY, JSON.stringify(noted));
  } catch {
    // `noted` has it.
  }
}

export function forgetKept(): void {
  noted = undefined;
  try {
    sessionStorage.removeItem(CHECKOUT_KEY);
  } catch {
    // There is nothing to forget.
  }
}

function stored(): Kept | undefined {
  try {
    const text = sessionStorage.getItem(CHECKOUT_KEY);
    // Only `keep` writes there, in this tab and of this build or the one before.
    return text === null ? undefined : (JSON.parse(text) as Kept);
  } catch {
    return noted;
  }
}

/** The name of the attempt to order this: the same as long as the same is asked. */
export function attemptKey(market: string, asked: string): string {
  const { attempt } = readKept(market);
  if (attempt?.asked === asked) return attempt.key;
  // `crypto.randomUUID` is there on https only; a shop in somebody's own network may have none.
  const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  keep(market, { attempt: { key, asked } });
  return key;
}

export const EMPTY: AddressDraft = { name: "", company: "", line1: "", line2: "", postal_code: "", city: "", region: "", country: "" };

export function newDraft(destination: Pick<AddressDraft, "country"> & Partial<AddressDraft>): Draft {
  const { country } = destination;
  return { email: "", phone: "", delivery_address: { ...EMPTY, ...destination }, billing_address: { ...EMPTY, country }, has_billing: false };
}
