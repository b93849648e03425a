import type { Cart, CartLine, Quote } from "@ecom67/api-client/types";
import { CARTS_KEY } from "../storage-keys";
import { refusal, type Asked, type Handlers, type Refusal } from "./fake-server";
import { aCart, aLine, anItem, aQuote } from "./samples";

/** What a test may look at, and change behind a page's back. */
export type CartShop = { cart: Cart | undefined; handlers: Handlers; keys: (string | null)[] };

/** Lets the shop answer a write with a cart that costs something else. */
export function quoted(shop: CartShop, rest: Partial<Quote>): Cart {
  const { lines, version, ...cart } = shop.cart ?? aCart([]);
  shop.cart = aCart(lines, { ...cart, version: version + 1, quote: { ...(cart.quote ?? aQuote(lines)), ...rest } });
  return shop.cart;
}

/** Lets the browser know of a cart, as it does when it has put something in. */
export function knowOfACart(): void {
  localStorage.setItem(CARTS_KEY, "de");
}

/** A shop that keeps one cart as the real one does, with so many of each variant. */
export function cartShop(begin?: Cart, stock: Record<string, number> = {}): CartShop {
  const shop: CartShop = { cart: begin, handlers: {}, keys: [] };
  if (begin !== undefined) knowOfACart();

  const written = ({ headers }: Asked, change: (cart: Cart) => Partial<Cart> | Refusal): Cart | Refusal => {
    shop.keys.push(headers.get("idempotency-key"));
    const { cart } = shop;
    if (cart === undefined) return refusal(404, "cart_not_found");
    const next = change(cart);
    if (!("lines" in next || "saved" in next || "wishes" in next || "note" in next)) return next as Refusal;
    const { lines, ...rest } = { ...cart, ...next };
    shop.cart = aCart(lines, { ...rest, units: aCart(lines).units, quote: aQuote(lines), version: cart.version + 1 });
    return shop.cart;
  };
  const put = (lines: CartLine[], sku: string, quantity: number): Partial<Cart> | Refusal => {
    const available = stock[sku] ?? 100;
    if (quantity > available) return refusal(409, "not_enough_stock", { asked: quantity, available });
    const present = lines.find((line) => line.sku === sku);
    if (present === undefined) return { lines: [...lines, aLine(sku, quantity)] };
    return { lines: lines.map((line) => (line.sku === sku ? { ...line, quantity, notices: [] } : line)) };
  };

  shop.handlers = {
    "/api/carts/{cart}": () => shop.cart ?? refusal(404, "cart_not_found"),
    "POST /api/carts": (asked) => {
      shop.cart ??= aCart([]);
      const { sku, quantity } = bodyOf(asked);
      const made = written(asked, ({ lines }) => (sku === undefined ? { lines } : put(lines, sku, quantity ?? 1)));
      return "id" in made ? { cart: made } : made;
    },
    "POST /api/carts/{cart}/lines": (asked) => {
      const { sku, quantity } = bodyOf(asked);
      return written(asked, ({ lines }) => put(lines, sku, (quantity ?? 1) + (lines.find((line) => line.sku === sku)?.quantity ?? 0)));
    },
    "PUT /api/carts/{cart}/lines/{sku}": (asked) => written(asked, ({ lines }) => put(lines, asked.slug, bodyOf(asked).quantity ?? 0)),
    "DELETE /api/carts/{cart}/lines/{sku}": (asked) => written(asked, ({ lines }) => ({ lines: without(lines, asked.slug) })),
    "PUT /api/carts/{cart}/saved/{sku}": (asked) =>
      written(asked, ({ lines, saved }) => ({ lines: without(lines, asked.slug), saved: [...saved, ...lines.filter(({ sku }) => sku === asked.slug)] })),
    "DELETE /api/carts/{cart}/saved/{sku}": (asked) => written(asked, ({ saved }) => ({ saved: without(saved, asked.slug) })),
    "POST /api/carts/{cart}/saved/{sku}/move-to-cart": (asked) =>
      written(asked, ({ lines, saved }) => ({ saved: without(saved, asked.slug), lines: [...lines, ...saved.filter(({ sku }) => sku === asked.slug)] })),
    "PUT /api/carts/{cart}/wishlist/{sku}": (asked) => written(asked, ({ wishes }) => ({ wishes: [...without(wishes, asked.slug), anItem(asked.slug)] })),
    "DELETE /api/carts/{cart}/wishlist/{sku}": (asked) => written(asked, ({ wishes }) => ({ wishes: without(wishes, asked.slug) })),
    "PUT /api/carts/{cart}/note": (asked) => written(asked, () => ({ note: bodyOf(asked).note })),
    "POST /api/carts/{cart}/accepted-prices": (asked) =>
      written(asked, ({ lines }) => ({
        lines: lines.map((line) => ({ ...line, notices: line.notices.filter(({ code }) => code !== "price_changed") })),
      })),
  };
  return shop;
}

/** The schema says what each write sends. */
function bodyOf(asked: Asked): { sku: string; quantity?: number; note: string | null } {
  return asked.body as ReturnType<typeof bodyOf>;
}

function without<Item extends { sku: string }>(items: Item[], sku: string): Item[] {
  return items.filter((item) => item.sku !== sku);
}
