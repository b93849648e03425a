import type { Shop } from "../shop";

/** What the shop takes at once, whatever a product says. */
export const QUANTITY_MAX = 999;

/** How many of a variant one cart may have. */
export type Limits = { quantity_min: number; quantity_max: number; quantity_step: number };

/** The next number above; `undefined` where there is none. */
export function above(quantity: number, { quantity_min, quantity_max, quantity_step }: Limits): number | undefined {
  const next = Math.max((Math.floor(quantity / quantity_step) + 1) * quantity_step, quantity_min);
  return next <= quantity_max ? next : undefined;
}

/** The next number below; `undefined` where there is none. */
export function below(quantity: number, { quantity_min, quantity_max, quantity_step }: Limits): number | undefined {
  // A limit may have been lowered since: then one press leads back to it.
  const next = Math.min((Math.ceil(quantity / quantity_step) - 1) * quantity_step, quantity_max);
  return next >= quantity_min ? next : undefined;
}

/** As many of what is asked for as there may be. */
export function allowed(asked: number, { quantity_min, quantity_max, quantity_step }: Limits): number {
  return Math.min(Math.max(asked - (asked % quantity_step), quantity_min), quantity_max);
}

/** Why nobody can have so many, in words; `""` where they can. */
export function refusedInWords(asked: number, { quantity_min, quantity_max, quantity_step }: Limits, { t, number }: Pick<Shop, "t" | "number">): string {
  if (asked > quantity_max) return t("quantity-max", { count: number(quantity_max) });
  if (asked < quantity_min) return t("quantity-min", { count: number(quantity_min) });
  return asked % quantity_step === 0 ? "" : t("quantity-step", { count: number(quantity_step) });
}

/** The limits in words, where it is not just any number. */
export function limitsInWords({ quantity_min, quantity_max, quantity_step }: Limits, { t, number }: Pick<Shop, "t" | "number">): string {
  const sentences: string[] = [];
  if (quantity_step > 1) sentences.push(t("quantity-step", { count: number(quantity_step) }));
  if (quantity_min > quantity_step) sentences.push(t("quantity-min", { count: number(quantity_min) }));
  if (quantity_max + quantity_step <= QUANTITY_MAX) sentences.push(t("quantity-max", { count: number(quantity_max) }));
  return sentences.join(" ");
}
