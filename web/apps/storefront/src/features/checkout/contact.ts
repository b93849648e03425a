import type { OrderContact, PostalAddress } from "@ecom67/api-client/types";
import { EMPTY, type AddressDraft, type Draft } from "./draft";

/** What had been typed for an order, as far as the order tells. */
export function draftOf({ email, phone, delivery_address, billing_address }: OrderContact): Draft {
  const delivery = addressDraftOf(delivery_address);
  const billing = billing_address == null ? { ...EMPTY, country: delivery.country } : addressDraftOf(billing_address);
  return { email, phone: phone ?? "", delivery_address: delivery, billing_address: billing, has_billing: billing_address != null };
}

function addressDraftOf({ name, company, line1, line2, postal_code, city, region, country }: PostalAddress): AddressDraft {
  return { name, company: company ?? "", line1, line2: line2 ?? "", postal_code: postal_code ?? "", city, region: region ?? "", country };
}

/** What the shop is told; fields that are empty are left out. */
export function contactOf({ email, phone, delivery_address, billing_address, has_billing }: Draft): OrderContact {
  return {
    email: email.trim(),
    phone: textOf(phone),
    delivery_address: addressOf(delivery_address),
    billing_address: has_billing ? addressOf(billing_address) : null,
  };
}

function addressOf({ name, company, line1, line2, postal_code, city, region, country }: AddressDraft): PostalAddress {
  return {
    name: name.trim(),
    company: textOf(company),
    line1: line1.trim(),
    line2: textOf(line2),
    postal_code: textOf(postal_code),
    city: city.trim(),
    region: textOf(region.toUpperCase()),
    country,
  };
}

export function textOf(typed: string): string | null {
  return typed.trim() || null;
}

/** Whether both name the same person and place. The shop writes postal codes and addresses of mail in its own way. */
export function isSameContact(one: OrderContact, other: OrderContact): boolean {
  return plain(one) === plain(other);
}

function plain(contact: OrderContact): string {
  const { email, phone, delivery_address, billing_address, has_billing } = draftOf(contact);
  const parts = [email, phone, ...Object.values(delivery_address), ...(has_billing ? Object.values(billing_address) : [])];
  return JSON.stringify(parts.map((part) => part.toLowerCase().replaceAll(/[\s-]/g, "")));
}
