import type { Cart, CartItem, CartLine, Category, Markets, Navigation, Picture, Price, Product, ProductCard, ProductList, Quote, Variant } from "@ecom67/api-client/types";

export const aPicture: Picture = { alt: "A round teapot", width: 256, height: 256, sources: [{ width: 256, url: "/media/teapot.webp" }] };

export function aPrice(amount: number, rest: Partial<Price> = {}): Price {
  return { amount, currency: "EUR", compare_at: null, lowest_30_days: null, reduction_percent: null, unit_price: null, ...rest };
}

export function aCard(name: string, rest: Partial<ProductCard> = {}): ProductCard {
  const code = name.toLowerCase().replaceAll(" ", "-");
  return {
    code,
    sku: null,
    slug: code,
    name,
    brand: null,
    tint: "butter",
    picture: aPicture,
    swatches: [],
    price: aPrice(1490),
    price_from: false,
    availability: "in_stock",
    last_units: null,
    is_new: false,
    highlighted_name: null,
    ...rest,
  };
}

export function aList(products: ProductCard[], rest: Partial<ProductList> = {}): ProductList {
  return { products, total: { count: products.length, exact: true }, facets: [], sort: "newest", next_cursor: null, ...rest };
}

export function aVariant(sku: string, options: Record<string, string>, rest: Partial<Variant> = {}): Variant {
  return {
    sku,
    barcode: null,
    options,
    price: aPrice(3490),
    availability: "in_stock",
    last_units: null,
    picture: null,
    weight_grams: 920,
    digital: false,
    quantity_min: 1,
    quantity_max: 999,
    quantity_step: 1,
    ...rest,
  };
}

export const aTeapot: Product = {
  code: "teapot",
  slug: "round-teapot",
  name: "Round teapot",
  brand: "Blauklee",
  product_type: null,
  tint: "butter",
  summary: "A pot for four cups.",
  description_html: "<p>It pours without dripping.</p>",
  breadcrumbs: [{ slug: "cups", name: "Cups" }],
  pictures: [aPicture],
  options: [
    {
      attribute: "colour",
      name: "Colour",
      values: [
        { value: "rose", label: "Rose", color: "#d6455d", available: true },
        { value: "mint", label: "Mint", color: "#7cc9ab", available: false },
      ],
    },
  ],
  variants: [
    aVariant("TEAPOT-ROSE", { colour: "rose" }),
    aVariant("TEAPOT-MINT", { colour: "mint" }, { price: aPrice(2990), availability: "sold_out" }),
  ],
  max_per_cart: null,
  attributes: [{ code: "material", name: "Material", value: "Stoneware" }],
  tags: [],
  warnings: [],
  origin: "PT",
  manufacturer: null,
  responsible_person: null,
  seo: { title: "Round teapot", description: "" },
  alternates: [
    { locale: "en-de", slug: "round-teapot" },
    { locale: "de-de", slug: "runde-teekanne" },
  ],
};

export const cups: Category = {
  slug: "cups",
  name: "Cups",
  description: "For tea and for coffee.",
  tint: "butter",
  picture: null,
  children: [],
  alternates: [
    { locale: "en-de", slug: "cups" },
    { locale: "de-de", slug: "tassen" },
  ],
};

export const someMarkets: Markets = {
  default_locale: "de-de",
  markets: [{ code: "de", currency: "EUR", tax: "included", countries: ["DE"], languages: ["de", "en"] }],
  locales: [
    { locale: "de-de", language: "de", country: "DE", market: "de", currency: "EUR" },
    { locale: "en-de", language: "en", country: "DE", market: "de", currency: "EUR" },
  ],
};

export const aNavigation: Navigation = {
  shop: { name: "Kettle & Kite", tagline: "Cheerful things for every day." },
  header: [{ label: "Cups", href: "/c/cups" }],
  footer: [],
  service_note: "",
  tax: "included",
  currency: "EUR",
  delivery_link: { label: "Delivery", href: "/pages/delivery" },
  legal_links: [{ label: "Terms of sale", href: "/pages/terms", kind: "terms", digest: "a1".repeat(32) }],
};

export function anItem(sku: string, rest: Partial<CartItem> = {}): CartItem {
  const code = sku.toLowerCase();
  return {
    sku,
    product: code,
    slug: code,
    name: `The ${code}`,
    options: [{ name: "Colour", label: "Rose" }],
    tint: "butter",
    picture: aPicture,
    unit_price: 1490,
    availability: "in_stock",
    digital: false,
    ...rest,
  };
}

export function aLine(sku: string, quantity: number, rest: Partial<CartLine> = {}): CartLine {
  return { ...anItem(sku), quantity, quantity_min: 1, quantity_max: 999, quantity_step: 1, max_per_cart: null, notices: [], ...rest };
}

/** What lines cost without a promotion, with the tax in it. */
export function aQuote(lines: CartLine[], rest: Partial<Quote> = {}): Quote {
  const sold = lines.flatMap(({ sku, quantity, unit_price }) => (unit_price == null ? [] : [{ sku, quantity, unit_price, base: unit_price * quantity }]));
  const goods = sold.reduce((sum, { base }) => sum + base, 0);
  return {
    id: "quote_1",
    currency: "EUR",
    tax_included: true,
    lines: sold.map((line) => ({ ...line, compare_at: null, base_price: null, discounts: [], tax: 0, total: line.base })),
    gifts: [],
    discounts: [],
    coupons: [],
    taxes: [],
    tax_treatment: "charged",
    delivery_needed: true,
    delivery: [],
    missing_for_free_delivery: null,
    gift_cards: [],
    totals: aTotals({ goods, discount: 0, delivery: 0, relief: 0, tax: 0, total: goods }),
    ...rest,
  };
}

/** The sums of a quote or an order; what gift cards do not pay is left to be paid. */
export function aTotals(sums: Omit<Quote["totals"], "gift_cards" | "due"> & { gift_cards?: number }): Quote["totals"] {
  const { gift_cards = 0 } = sums;
  return { ...sums, gift_cards, due: sums.total - gift_cards };
}

export function aCart(lines: CartLine[], rest: Partial<Cart> = {}): Cart {
  return {
    id: "cart_1",
    version: 1,
    market: "de",
    currency: "EUR",
    units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    quote: aQuote(lines),
    lines,
    saved: [],
    wishes: [],
    note: null,
    expires_at: "2026-12-24T00:00:00Z",
    ...rest,
  };
}
