import type { QuoteGiftCard } from "@ecom67/api-client/types";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { cartShop, quoted } from "../testing/cart-shop";
import { buy, check, fill, open } from "../testing/checkout-steps";
import { refusal, type Asked } from "../testing/fake-server";
import { anOrder, orderable, orderShop } from "../testing/order-shop";
import { aCart, aLine, aQuote, aTotals } from "../testing/samples";
import { visit } from "../testing/visit";
// What comes step by step: a test does not wait for it to be translated.
import "../features/cart/cart-gift-cards";
import "../shop/gift-cards/gift-card-sums";

const lines = [aLine("CUP", 2)];
const card: QuoteGiftCard = {
  id: "gift_1",
  hint: "7Q4K",
  amount: 2000,
  balance: 2500,
  currency: "EUR",
  outcome: "gift_card_pays",
  detail: "The gift card ending in 7Q4K pays €20.00.",
};
const paid = (gift_cards: QuoteGiftCard[], sum: number) => ({
  gift_cards,
  totals: aTotals({ goods: 2980, discount: 0, delivery: 490, relief: 0, tax: 0, total: 3470, gift_cards: sum }),
});
const atField = async (shop: ReturnType<typeof cartShop>) => {
  const { user } = await visit("/en-de/cart", shop.handlers);
  await user.click(await screen.findByText("I have a gift card"));
  return { user, field: screen.getByRole("textbox", { name: "Code of the gift card" }) };
};

// The first one here: what has been shown once is there at once.
test("the sum tells what a gift card pays as soon as the card is shown", async () => {
  const shop = cartShop(aCart(lines, { quote: aQuote(lines) }));
  shop.handlers["POST /api/carts/{cart}/gift-cards"] = () => quoted(shop, paid([card], 2000));
  const { user, field } = await atField(shop);
  const lagging: string[] = [];
  const watcher = new MutationObserver(() => {
    const [shown, sum] = [screen.queryByRole("list", { name: "Your gift cards" }), screen.queryByText("To pay")];
    if (shown !== null && sum === null) lagging.push(String(document.querySelector(".cart-sum")?.textContent));
  });
  watcher.observe(document.body, { childList: true, subtree: true });

  await user.type(field, "acde fghj kmnp qrtw 7q4k{Enter}");

  expect(await screen.findByText("To pay")).toBeVisible();
  watcher.disconnect();
  expect(lagging).toEqual([]);
});

test("a gift card is entered with the Enter key, told with what is left to pay, and taken back", async () => {
  const shop = cartShop(aCart(lines, { quote: aQuote(lines) }));
  const sent: unknown[] = [];
  shop.handlers["POST /api/carts/{cart}/gift-cards"] = ({ body }: Asked) => {
    sent.push(body);
    return quoted(shop, paid([card], 2000));
  };
  shop.handlers["DELETE /api/carts/{cart}/gift-cards/{gift_card}"] = () => quoted(shop, paid([], 0));
  const { user, field } = await atField(shop);

  await user.type(field, "acde fghj kmnp qrtw 7q4k{Enter}");

  const chips = within(await screen.findByRole("list", { name: "Your gift cards" }));
  expect(chips.getByText("The gift card ending in 7Q4K pays €20.00. €25.00 is on it.")).toBeVisible();
  expect(sent).toEqual([{ code: "acde fghj kmnp qrtw 7q4k" }]);
  await waitFor(() => expect(field).toHaveValue(""));
  expect((await screen.findByText("Gift card •••• 7Q4K", { selector: "dt" })).closest("div")).toHaveTextContent("-€20.00");
  expect(screen.getByText("To pay").closest("p")).toHaveTextContent("€14.70");
  await check();
  await user.click(chips.getByRole("button", { name: "Remove: Gift card •••• 7Q4K" }));
  await waitFor(() => expect(screen.queryByRole("list", { name: "Your gift cards" })).toBeNull());
  expect(screen.queryByText("To pay")).toBeNull();
  expect(document.activeElement).not.toBe(document.body);
});

test("a code that is refused says why beside the field, which keeps what was typed", async () => {
  const shop = cartShop(aCart(lines, { quote: aQuote(lines) }));
  let answer = refusal(503, "busy");
  shop.handlers["POST /api/carts/{cart}/gift-cards"] = () => answer;
  const { user, field } = await atField(shop);
  await user.click(screen.getByRole("button", { name: "Use gift card" }));
  expect(screen.getByRole("alert")).toHaveTextContent("Type the code first.");

  for (const [status, code, words] of [
    [400, "gift_card_code_invalid", "has 20 letters and digits."],
    [400, "gift_card_code_mistyped", "One of the characters is not right."],
    [404, "gift_card_unknown", "There is no gift card with this code."],
    [409, "gift_card_expired", "has expired."],
    [409, "gift_card_blocked", "is blocked."],
    [409, "gift_card_empty", "nothing left on this gift card."],
    [409, "gift_card_other_currency", "another currency"],
    [409, "too_many_gift_cards", "Three gift cards"],
    [429, "too_many_gift_card_tries", "Too many codes were tried."],
  ] as const) {
    answer = refusal(status, code);
    await user.clear(field);
    await user.type(field, "NOPE{Enter}");
    await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent(words));
    expect(field).toHaveValue("NOPE");
    expect(field).toHaveFocus();
  }
});

test("where gift cards pay for all of it no card is asked for, and the button says what the law wants", async () => {
  const cart = orderable();
  const shop = orderShop({ ...cart, quote: { ...(cart.quote ?? aQuote(lines)), ...paid([{ ...card, amount: 3470 }], 3470) } });
  shop.handlers["POST /api/checkouts"] = ({ body }: Asked) => {
    shop.placed.push({ key: null, body });
    shop.order = anOrder({ state: "paid", paid_at: "2026-11-27T12:00:00Z", payment: undefined, gift_cards: [{ hint: "7Q4K", amount: 3470 }], ...sumsOfGiftCards });
    return shop.order;
  };
  const { user } = await open(shop);
  expect(await screen.findByText("There is nothing left to pay.")).toBeVisible();
  expect(screen.queryByRole("textbox", { name: "Card number" })).toBeNull();
  await check();
  for (const [name, text] of [["E-mail", "ann@example.org"], ["First and last name", "Ann Lee"], ["Street and number", "Street 7"], ["Postal code", "10115"], ["Town", "Berlin"]] as const) {
    await user.click(screen.getByRole("textbox", { name }));
    await user.paste(text);
  }

  await user.click(buy());

  expect(await screen.findByRole("heading", { name: "Thank you, your order is in." })).toBeVisible();
  expect(shop.placed).toHaveLength(1);
  expect(shop.cards).toEqual([]);
  expect(await screen.findByText("Gift card •••• 7Q4K")).toBeVisible();
});

const sumsOfGiftCards = { totals: aTotals({ goods: 2980, discount: 0, delivery: 490, relief: 0, tax: 0, total: 3470, gift_cards: 3470 }) };

test("a card that somebody else has emptied meanwhile is told as a change before anything is ordered", async () => {
  const cart = orderable();
  const quote = { ...(cart.quote ?? aQuote(lines)), ...paid([card], 2000) };
  const shop = orderShop({ ...cart, quote });
  const emptied = { ...cart, quote: { ...quote, id: "quote_2", ...paid([{ ...card, amount: 0, balance: 0, outcome: "gift_card_empty" }], 0) } };
  shop.handlers["POST /api/checkouts"] = () => refusal(409, "quote_changed", { cart: emptied });
  const { user } = await open(shop);
  await screen.findAllByText("To pay");
  await screen.findByRole("textbox", { name: "Card number" }, { timeout: 5000 });
  await fill(user);

  await user.click(buy());

  expect(await screen.findByText("Gift cards: €0.00 instead of -€20.00")).toBeVisible();
});
