/** What addresses of a country have: the browser's copy of `AddressFormat` in `ecom67-domain`, which decides. */
export type AddressFormat = {
  has_postal_code: boolean;
  has_region: boolean;
  /** Without spaces and hyphens. */
  postal_code?: RegExp;
  /** A postal code, to show what is meant. */
  example: string;
};

const five = { has_postal_code: true, has_region: false, postal_code: /^\d{5}$/ };
const four = { has_postal_code: true, has_region: false, postal_code: /^\d{4}$/, example: "1010" };

const formats: Record<string, AddressFormat> = {
  ...Object.fromEntries(["DE", "FR", "IT", "ES", "FI"].map((country) => [country, { ...five, example: "10115" }])),
  ...Object.fromEntries(["AT", "CH", "BE", "DK", "NO", "LU", "HU", "SI", "BG", "LI"].map((country) => [country, four])),
  ...Object.fromEntries(["CZ", "SK", "SE", "GR"].map((country) => [country, { ...five, example: "110 00" }])),
  NL: { ...four, postal_code: /^\d{4}[A-Z]{2}$/, example: "1012 AB" },
  PL: { ...five, example: "00-950" },
  PT: { ...five, postal_code: /^\d{7}$/, example: "1000-001" },
  GB: { ...five, postal_code: /^(?:[A-Z]{1,2}\d{1,2}|[A-Z]{1,2}\d[A-Z])\d[A-Z]{2}$/, example: "SW1A 1AA" },
  US: { ...five, has_region: true, postal_code: /^\d{5}(?:\d{4})?$/, example: "10001" },
  CA: { ...five, has_region: true, postal_code: /^[A-Z]\d[A-Z]\d[A-Z]\d$/, example: "K1A 0B1" },
  AU: { ...four, has_region: true, example: "2000" },
};

export function addressFormat(country: string): AddressFormat {
  return formats[country] ?? { has_postal_code: false, has_region: false, example: "" };
}

export function plainPostalCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, "").toUpperCase();
}

/** Digits alone can be typed on a pad of digits. */
export function isOfDigits(format: AddressFormat): boolean {
  return /^\d+$/.test(format.example);
}
