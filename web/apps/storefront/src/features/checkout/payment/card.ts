import type { Mistakes } from "../check";

/** A card as it is typed. It stands in the page's memory alone, and is kept nowhere. */
export type Card = { number: string; expiry: string; code: string };

export const NO_CARD: Card = { number: "", expiry: "", code: "" };

const CENTURY = 2000;

export function checkCard({ number, expiry, code }: Card): Mistakes {
  const mistakes: Mistakes = {};
  if (!hasCheckDigit(digitsOf(number))) mistakes["card.number"] = "pay-wrong-number";
  const date = expiryOf(expiry);
  if (date === undefined) mistakes["card.expiry"] = "pay-wrong-expiry";
  else if (isOver(date)) mistakes["card.expiry"] = "pay-wrong-expired";
  if (!/^\d{3,4}$/.test(code.trim())) mistakes["card.code"] = "pay-wrong-code";
  return mistakes;
}

export function digitsOf(number: string): string {
  return number.replaceAll(/[\s-]/g, "");
}

export function expiryOf(expiry: string): { month: number; year: number } | undefined {
  const match = /^\s*(0?[1-9]|1[0-2])\s*\/?\s*(?:20)?(\d{2})\s*$/.exec(expiry);
  return match === null ? undefined : { month: Number(match[1]), year: CENTURY + Number(match[2]) };
}

/** A card is good until the end of its month. */
function isOver({ month, year }: { month: number; year: number }): boolean {
  return Date.now() >= new Date(year, month, 1).getTime();
}

/** Groups of four, and the slash, come by themselves; what is taken away stays away. */
export function groupedNumber(typed: string): string {
  return digitsOf(typed).replaceAll(/\D/g, "").slice(0, 19).replaceAll(/(\d{4})(?=\d)/g, "$1 ");
}

export function groupedExpiry(typed: string, before: string): string {
  const digits = typed.replaceAll(/\D/g, "").slice(0, 4);
  if (typed.length < before.length) return typed;
  return digits.length < 2 ? typed.replaceAll(/[^\d/ ]/g, "").slice(0, 7) : `${digits.slice(0, 2)} / ${digits.slice(2)}`;
}

/** Whether the last digit is what the others demand (ISO/IEC 7812). */
function hasCheckDigit(digits: string): boolean {
  if (!/^\d{12,19}$/.test(digits)) return false;
  const sum = [...digits].toReversed().reduce((total, digit, position) => {
    const value = Number(digit) * (position % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
