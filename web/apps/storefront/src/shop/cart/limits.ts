import type { Shop } from "../shop";

/** What the shop takes at once, whatever a product says. */
export const QUANTITY_MAX = 999;

/** How many of a variant one cart may have. */
export type Limits = {
  quantity_min: number;
  quantity_max: number;
  quantity_step: number;
  /** How many of the product, where its variants share a limit. */
  max_per_cart?: number | null;
  /** How many of the product's other variants the cart has. */
  others?: number;
};

/** As many as one cart may have beside the others. */
function most({ quantity_max, max_per_cart, others = 0 }: Limits): number {
  return max_per_cart == null ? quantity_max : Math.min(quantity_max, Math.max(max_per_cart - others, 0));
}

/** Whether the variant's own most says less than what the product allows in all, or any number does. */
function isOwnLower({ quantity_max, quantity_step, max_per_cart }: Limits): boolean {
  return quantity_max + quantity_step <= (max_per_cart ?? QUANTITY_MAX);
}

/** The next number above; `undefined` where there is none. */
export function above(quantity: number, limits: Limits): number | undefined {
  const { quantity_min, quantity_step } = limits;
  const next = Math.max((Math.floor(quantity / quantity_step) + 1) * quantity_step, quantity_min);
  return next <= most(limits) ? next : undefined;
}

/** The next number below; `undefined` where there is none. */
export function below(quantity: number, { quantity_min, quantity_max, quantity_step }: Limits): number | undefined {
  // A limit may have been lowered since: then one press leads back to it.
  const next = Math.min((Math.ceil(quantity / quantity_step) - 1) * quantity_step, quantity_max);
  return next >= quantity_min ? next : undefined;
}

/** As many of what is asked for as there may be. */
export function allowed(asked: number, limits: Limits): number {
  const { quantity_min, quantity_step } = limits;
  const few = Math.min(asked, most(limits));
  return Math.max(few - (few % quantity_step), quantity_min);
}

/** Why nobody can have so many, in words; `""` where they can. */
export function refusedInWords(asked: number, limits: Limits, { t, number }: Pick<Shop, "t" | "number">): string {
  const { quantity_min, quantity_max, quantity_step, max_per_cart } = limits;
  if (max_per_cart != null && asked >= quantity_min && asked > most(limits) && !(isOwnLower(limits) && asked > quantity_max)) {
    return t("quantity-max-of-product", { count: number(max_per_cart) });
  }
  if (asked > quantity_max) return t("quantity-max", { count: number(quantity_max) });
  if (asked < quantity_min) return t("quantity-min", { count: number(quantity_min) });
  return asked % quantity_step === 0 ? "" : t("quantity-step", { count: number(quantity_step) });
}

/** The limits in words, where it is not just any number. */
export function limitsInWords(limits: Limits, { t, number }: Pick<Shop, "t" | "number">): string {
  const { quantity_min, quantity_max, quantity_step, max_per_cart } = limits;
  const sentences: string[] = [];
  if (quantity_step > 1) sentences.push(t("quantity-step", { count: number(quantity_step) }));
  if (quantity_min > quantity_step) sentences.push(t("quantity-min", { count: number(quantity_min) }));
  if (isOwnLower(limits)) sentences.push(t("quantity-max", { count: number(quantity_max) }));
  if (max_per_cart != null) sentences.push(t("quantity-max-of-product", { count: number(max_per_cart) }));
  return sentences.join(" ");
}
