import { screen } from "@testing-library/react";
import type { UserEvent } from "@testing-library/user-event";
import axe from "axe-core";
import { expect } from "vitest";
import type { OrderShop } from "./order-shop";
import { visit } from "./visit";

export const open = (shop: OrderShop, locale = "en-de") => visit(`/${locale}/checkout`, shop.handlers);
export const buy = () => screen.getByRole("button", { name: "Buy now and pay" });

export async function check() {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
}

/** Fills in all but the delivery: pasted, since each key draws the form anew. */
export async function fill(user: UserEvent): Promise<void> {
  await screen.findByRole("textbox", { name: "Card number" });
  const put = async (name: string, text: string) => {
    await user.click(screen.getByRole("textbox", { name }));
    await user.paste(text);
  };
  await put("E-mail", "ann@example.org");
  await put("First and last name", "Ann Lee");
  await put("Street and number", "Street 7");
  await put("Postal code", "10115");
  await put("Town", "Berlin");
  await put("Card number", "4242 4242 4242 4242");
  await user.type(screen.getByRole("textbox", { name: "Expires" }), "1228");
  await put("Security code", "123");
}
