import type { Product, Variant } from "@ecom67/api-client/types";

/** The variant that the address names; else the first that can be bought, else the first. */
export function shownVariant(product: Product, sku: string | undefined): Variant | undefined {
  return (
    product.variants.find((variant) => variant.sku === sku) ??
    product.variants.find((variant) => variant.availability !== "sold_out") ??
    product.variants[0]
  );
}

/**
 * The variant to go to when `value` is chosen for `attribute`: the one that keeps most of the other choices, and of
 * those the first that can be bought. `undefined` where no variant has this value.
 */
export function variantWith(product: Product, shown: Variant, attribute: string, value: string): Variant | undefined {
  const wanted = { ...shown.options, [attribute]: value };
  let best: Variant | undefined;
  for (const variant of product.variants) {
    if (variant.options[attribute] !== value) continue;
    if (best === undefined || rank(variant, wanted) > rank(best, wanted)) best = variant;
  }
  return best;
}

/** Kept choices first; whether it can be bought decides between equals. */
function rank(variant: Variant, wanted: Record<string, string>): number {
  const kept_count = Object.entries(wanted).filter(([attribute, value]) => variant.options[attribute] === value).length;
  return kept_count * 2 + (variant.availability === "sold_out" ? 0 : 1);
}
