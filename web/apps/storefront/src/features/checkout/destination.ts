import type { Cart } from "@ecom67/api-client/types";
import type { CartPlace } from "../../shop/cart/query";
import { addressFormat, plainPostalCode } from "./address-format";
import { textOf } from "./contact";
import type { AddressDraft } from "./draft";
import { codeOf } from "./orders";

type Refused = { code: string; field: keyof AddressDraft | undefined };

const fields: Record<string, keyof AddressDraft> = { postal_code_invalid: "postal_code", region_invalid: "region", country_not_served: "country" };

/** Whether the cart goes there already. The shop writes postal codes in its own way. */
function isSameDestination(destination: Cart["destination"], address: AddressDraft): boolean {
  const { country, region, postal_code } = destinationOf(address);
  return (
    destination?.country === country &&
    (destination.region ?? null) === region &&
    plainPostalCode(destination.postal_code ?? "") === plainPostalCode(postal_code ?? "")
  );
}

/** Lets the cart follow the address; answers why it may not. */
export async function followAddress(place: CartPlace, present: Cart["destination"], address: AddressDraft): Promise<Refused | undefined> {
  if (isSameDestination(present, address)) return undefined;
  try {
    const { setDestination } = await import("../../shop/cart/write");
    await setDestination(place, destinationOf(address));
    return undefined;
  } catch (error) {
    const code = codeOf(error) ?? "";
    return { code, field: fields[code] };
  }
}

function destinationOf({ country, region, postal_code }: AddressDraft) {
  // What was typed for another country before is not part of the address.
  const hasRegion = addressFormat(country).has_region;
  return { country, region: hasRegion ? textOf(region.toUpperCase()) : null, postal_code: textOf(postal_code) };
}
