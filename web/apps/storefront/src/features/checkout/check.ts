import { addressFormat, plainPostalCode } from "./address-format";
import { checkCard, type Card } from "./payment/card";
import type { AddressDraft, Draft } from "./draft";

/** What is wrong with fields, by their names: the keys of words. */
export type Mistakes = Record<string, string>;

export type AddressPart = "delivery_address" | "billing_address";

/** As the shop checks it, roughly: what is let through here and is wrong all the same, the shop refuses by its field. */
const EMAIL = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/;

/** What the shop told of a field, in our words. Anything else is told as the field being wrong. */
const told: Record<string, string> = {
  postal_code_missing: "form-wrong-postal",
  postal_code_invalid: "form-wrong-postal",
  country_not_served: "form-wrong-country",
};

const byField: Record<string, string> = {
  email: "form-wrong-email",
  phone: "form-wrong-phone",
  name: "form-wrong-name",
  company: "form-wrong-text",
  line1: "form-wrong-line1",
  line2: "form-wrong-text",
  postal_code: "form-wrong-postal",
  city: "form-wrong-city",
  region: "form-wrong-region",
  country: "form-wrong-country",
};

/** The mistake that the shop told with its field, such as `contact.delivery_address.postal_code`. */
export function toldMistake(field: string, code: string): Mistakes {
  const name = field.replace(/^contact\./, "");
  const last = name.slice(name.lastIndexOf(".") + 1);
  return { [name]: told[code] ?? byField[last] ?? "form-wrong-text" };
}

export function checkDraft(draft: Draft): Mistakes {
  const mistakes: Mistakes = {};
  if (!EMAIL.test(draft.email.trim())) mistakes.email = "form-wrong-email";
  const phone = draft.phone.trim();
  if (phone !== "" && (/[^\d+\-/(). ]/.test(phone) || phone.replaceAll(/\D/g, "").length < 5)) mistakes.phone = "form-wrong-phone";
  checkAddress(draft.delivery_address, "delivery_address", mistakes);
  if (draft.has_billing) checkAddress(draft.billing_address, "billing_address", mistakes);
  return mistakes;
}

function checkAddress(address: AddressDraft, part: AddressPart, mistakes: Mistakes): void {
  const note = (field: keyof AddressDraft) => (mistakes[`${part}.${field}`] = byField[field] ?? "form-wrong-text");
  const format = addressFormat(address.country);
  if (address.name.trim() === "") note("name");
  if (address.line1.trim() === "") note("line1");
  const code = plainPostalCode(address.postal_code);
  if (code === "" ? format.has_postal_code : format.postal_code?.test(code) === false) note("postal_code");
  if (address.city.trim() === "") note("city");
  if (format.has_region && !/^[A-Za-z]{2,3}$/.test(address.region.trim())) note("region");
}

/** All that is wrong, in the order of the page. */
export function checkAll(draft: Draft, card: Card | undefined, hasDelivery: boolean): Mistakes {
  return {
    ...checkDraft(draft),
    ...(hasDelivery ? {} : { delivery: "form-wrong-delivery" }),
    ...(card === undefined ? {} : checkCard(card)),
  };
}
