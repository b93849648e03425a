import type { Category, Markets, Navigation, Picture, Price, Product, ProductCard, ProductList, Variant } from "@ecom67/api-client/types";

export const aPicture: Picture = { alt: "A round teapot", width: 256, height: 256, sources: [{ width: 256, url: "/media/teapot.webp" }] };

export function aPrice(amount: number, rest: Partial<Price> = {}): Price {
  return { amount, currency: "EUR", compare_at: null, lowest_30_days: null, reduction_percent: null, unit_price: null, ...rest };
}

export function aCard(name: string, rest: Partial<ProductCard> = {}): ProductCard {
  const code = name.toLowerCase().replaceAll(" ", "-");
  return {
    code,
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
};
