import type { Quote, QuoteReason } from "@ecom67/api-client/types";
import axe from "axe-core";
import { screen, waitFor, within } from "@testing-library/react";
import { expect, onTestFinished, test } from "vitest";
import { openCartDrawer } from "../shop/cart/drawer";
import { cartShop, quoted, type CartShop } from "../testing/cart-shop";
import { LOST, refusal } from "../testing/fake-server";
import { aCart, aLine, aQuote, aTotals } from "../testing/samples";
import { visit } from "../testing/visit";
// What comes with the first question: a test does not wait for it to be translated.
import "../features/cart/why-panel";

const lines = [aLine("CUP", 3), aLine("POT", 1)];
const parcel = { method: "parcel", name: "Parcel", is_pick_up: false, chosen: true, price: 490, full_price: 490, earliest: null, latest: null, missing_for_free: 910 };
const quote: Quote = aQuote(lines, {
  lines: aQuote(lines).lines.map((line) => (line.sku === "CUP" ? { ...line, discounts: [{ promotion: "cups", amount: 1490 }], tax: 476, total: 2980 } : line)),
  discounts: [{ promotion: "cups", name: "Three cups for two", coupon: null, amount: 1490, delivery_amount: 0, decided_at_checkout: false }],
  taxes: [{ name: "VAT", rate: "19", base: 4168, amount: 792 }],
  delivery: [parcel],
  totals: aTotals({ goods: 5960, discount: 1490, delivery: 490, relief: 0, tax: 792, total: 4960 }),
});
const teaNeedsMore: QuoteReason = { code: "promotion_needs_quantity", about: "teas", text: "“Three teas for two” needs 3 of Tea; there are 2." };
const reasons: QuoteReason[] = [
  { code: "promotion_applied", about: "cups", text: "“Three cups for two” takes €14.90 off." },
  teaNeedsMore,
  { code: "delivery_offered", about: "parcel", text: "Parcel is offered." },
  { code: "tax_charged", about: null, text: "Tax is charged as it is where the goods arrive." },
];

/** A shop that tells the reasons of the cart as it is. */
function tellingShop(told = () => reasons): CartShop {
  const shop = cartShop(aCart(lines, { quote }));
  shop.handlers["/api/carts/{cart}/quote"] = ({ query }) => {
    expect(query.get("explain")).toBe("true");
    return { ...(shop.cart?.quote ?? quote), explanation: told() };
  };
  return shop;
}

const panelOf = async () => within(await screen.findByRole("dialog", { name: /^(?:Why|Warum|This amount)/ }));
const part = (panel: ReturnType<typeof within>, name: string) => panel.getByText(name, { selector: "dt" }).closest("div");
const list = (panel: ReturnType<typeof within>, name: string) => within(panel.getByRole("region", { name })).getAllByRole("listitem").map(({ textContent }) => textContent);

test("the total says what it is made of, what applies, and what does not and why", async () => {
  const { user } = await visit("/en-de/cart", tellingShop().handlers);

  await user.click(await screen.findByRole("button", { name: "Why €49.60? Total" }));

  const panel = await panelOf();
  expect(panel.getByRole("heading", { name: "Why €49.60?" })).toBeVisible();
  expect(part(panel, "Goods")).toHaveTextContent("€59.60");
  expect(part(panel, "Three cups for two")).toHaveTextContent("-€14.90");
  expect(part(panel, "Delivery: Parcel")).toHaveTextContent("€4.90");
  expect(panel.getByText("Together").closest("p")).toHaveTextContent("€49.60");
  expect(panel.getByText("Contains €7.92 of tax.")).toBeVisible();
  await panel.findByText("Parcel is offered.");
  expect(list(panel, "What applies")).toEqual(["“Three cups for two” takes €14.90 off.", "Parcel is offered.", "Tax is charged as it is where the goods arrive."]);
  expect(list(panel, "What does not apply, and why")).toEqual(["“Three teas for two” needs 3 of Tea; there are 2."]);
});

test.each([
  ["Why €29.80? The cup", ["3 × €14.90", "Three cups for two"]],
  ["Why €59.60? Goods", ["3 × The cup, Rose", "1 × The pot, Rose"]],
  ["Why -€14.90? Three cups for two", ["3 × The cup, Rose"]],
  ["Why €4.90? Delivery: Parcel", ["Parcel"]],
  ["Why €7.92? includes €7.92 VAT 19 %", ["19 % of €41.68"]],
])("%s has an answer", async (question, parts) => {
  const { user } = await visit("/en-de/cart", tellingShop().handlers);

  await user.click(await screen.findByRole("button", { name: question }));

  const panel = await panelOf();
  expect(panel.getAllByRole("term").map(({ textContent }) => textContent)).toEqual(parts);
});

test("a line whose price no list changes says that it is the shop's own", async () => {
  const { user } = await visit("/en-de/cart", tellingShop().handlers);

  await user.click(await screen.findByRole("button", { name: "Why €14.90? The pot" }));

  expect(await (await panelOf()).findByText("€14.90 each is our price.")).toBeVisible();
});

test("a line that has a share of a discount says of how much", async () => {
  const shop = tellingShop();
  const [discount = neverEmpty()] = quote.discounts;
  shop.cart = aCart(lines, { quote: { ...quote, discounts: [{ ...discount, amount: 2000 }], totals: aTotals({ ...quote.totals, discount: 2000, total: 4450 }) } });
  const { user } = await visit("/en-de/cart", shop.handlers);

  await user.click(await screen.findByRole("button", { name: "Why €29.80? The cup" }));

  expect(part(await panelOf(), "Three cups for two")).toHaveTextContent("its share of €20.00 off the whole cart-€14.90");
});

test("nothing of it is asked for before somebody asks", async () => {
  const { user, requests } = await visit("/en-de/cart", tellingShop().handlers);
  const button = await screen.findByRole("button", { name: "Why €49.60? Total" });
  expect(requests.some((request) => request.includes("/quote"))).toBe(false);

  await user.click(button);

  await waitFor(() => expect(requests).toContain("/api/carts/mine/quote?locale=en-de&explain=true"));
});

test("the parts stand there while the reasons are on their way, and what was lost is asked for again", async () => {
  const answers: ((answer: "lost" | "told") => void)[] = [];
  const shop = tellingShop();
  const tell = shop.handlers["/api/carts/{cart}/quote"];
  shop.handlers["/api/carts/{cart}/quote"] = async (asked) => {
    const answer = await new Promise<"lost" | "told">((resolve) => answers.push(resolve));
    return answer === "lost" || tell === undefined ? refusal(400, "parameter_invalid") : tell(asked);
  };
  const { user } = await visit("/en-de/cart", shop.handlers);
  await user.click(await screen.findByRole("button", { name: "Why €49.60? Total" }));
  const panel = await panelOf();
  expect(panel.getByText("Together").closest("p")).toHaveTextContent("€49.60");
  expect(panel.getByRole("status")).toHaveTextContent("Loading");

  answers[0]?.("lost");
  expect(await panel.findByRole("alert")).toHaveTextContent("The reasons did not arrive.");
  await user.click(panel.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.("told");

  expect(await panel.findByText("Parcel is offered.")).toBeVisible();
  expect(panel.queryByRole("alert")).toBeNull();
});

test("where the connection is gone, the panel says so and keeps the parts", async () => {
  const shop = tellingShop();
  shop.handlers["/api/carts/{cart}/quote"] = () => LOST;
  Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
  onTestFinished(() => void Reflect.deleteProperty(navigator, "onLine"));
  const { user } = await visit("/en-de/cart", shop.handlers);

  await user.click(await screen.findByRole("button", { name: "Why €49.60? Total" }));

  const panel = await panelOf();
  expect(await panel.findByRole("alert")).toHaveTextContent("The reasons did not arrive.");
  expect(part(panel, "Goods")).toHaveTextContent("€59.60");
});

test("the panel follows the cart, which another tab changes", async () => {
  let told = reasons;
  const shop = tellingShop(() => told);
  const { user, tab } = await visit("/en-de/cart", shop.handlers);
  await user.click(await tab.findByRole("button", { name: "Why €49.60? Total" }));
  const panel = await panelOf();
  await panel.findByText(teaNeedsMore.text);

  told = [{ code: "promotion_applied", about: "cups", text: "“Three cups for two” takes €29.80 off." }];
  quoted(shop, { discounts: [{ ...(quote.discounts[0] ?? neverEmpty()), amount: 2980 }], totals: aTotals({ ...quote.totals, discount: 2980, total: 3470 }) });
  const other = new BroadcastChannel("ecom67.carts");
  other.postMessage("de");

  expect(await panel.findByRole("heading", { name: "Why €34.70?" })).toBeVisible();
  expect(part(panel, "Three cups for two")).toHaveTextContent("-€29.80");
  expect(await panel.findByText("“Three cups for two” takes €29.80 off.")).toBeVisible();
  expect(panel.queryByText(teaNeedsMore.text)).toBeNull();
  other.close();
});

test("an amount that goes while it is read is told to be gone, and the focus has somewhere to go", async () => {
  const shop = tellingShop();
  const { user, tab } = await visit("/en-de/cart", shop.handlers);
  await user.click(await tab.findByRole("button", { name: "Why €14.90? The pot" }));
  const panel = await panelOf();

  shop.cart = aCart([aLine("CUP", 3)], { version: 2 });
  const other = new BroadcastChannel("ecom67.carts");
  other.postMessage("de");

  expect(await panel.findByRole("heading", { name: "This amount is no longer part of the cart." })).toBeVisible();
  await user.click(panel.getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.getByRole("heading", { level: 1, name: "Cart" })).toHaveFocus();
  other.close();
});

test("reasons of a cart that has changed meanwhile are not shown beside the old amounts", async () => {
  const shop = tellingShop();
  const { user } = await visit("/en-de/cart", shop.handlers);
  const button = await screen.findByRole("button", { name: "Why €49.60? Total" });
  quoted(shop, { id: "quote_2", totals: aTotals({ ...quote.totals, delivery: 990, total: 5460 }), delivery: [{ ...parcel, price: 990, full_price: 990 }] });

  await user.click(button);

  const panel = await panelOf();
  expect(await panel.findByRole("heading", { name: "Why €54.60?" })).toBeVisible();
  expect(await panel.findByText("Parcel is offered.")).toBeVisible();
});

test("the panel closes back to its amount, and the drawer below it stays", async () => {
  const { user } = await visit("/en-de/cart", tellingShop().handlers);
  await screen.findByRole("button", { name: "Why €49.60? Total" });
  openCartDrawer({ sku: "CUP", from: new DOMRect() });
  const drawer = within(await screen.findByRole("dialog", { name: "Your cart" }));
  const button = drawer.getByRole("button", { name: "Why -€14.90? Discounts" });

  await user.click(button);
  const panel = await panelOf();
  expect(button).toHaveAttribute("aria-expanded", "true");
  expect(part(panel, "Three cups for two")).toHaveTextContent("-€14.90");
  await user.click(panel.getByRole("button", { name: "Close" }));

  expect(screen.queryByRole("dialog", { name: /^Why/ })).toBeNull();
  expect(screen.getByRole("dialog", { name: "Your cart" })).toBeVisible();
  expect(button).toHaveFocus();
  expect(button).toHaveAttribute("aria-expanded", "false");
});

test("the panel speaks German", async () => {
  const { user } = await visit("/de-de/cart", tellingShop().handlers);

  await user.click(await screen.findByRole("button", { name: /^Warum 49,60\s€\? Gesamt$/ }));

  const panel = await panelOf();
  expect(panel.getByRole("heading", { name: /^Warum 49,60\s€\?$/ })).toBeVisible();
  expect(await panel.findByRole("region", { name: "Was nicht gilt, und warum" })).toBeVisible();
});

test("the open panel passes axe", async () => {
  const { user } = await visit("/en-de/cart", tellingShop().handlers);
  await user.click(await screen.findByRole("button", { name: "Why €29.80? The cup" }));
  await (await panelOf()).findByText(teaNeedsMore.text);

  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });

  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

function neverEmpty(): never {
  throw new Error("The cart of these tests has a discount.");
}
