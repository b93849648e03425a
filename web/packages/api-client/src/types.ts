import type { components } from "./schema";

type Schemas = components["schemas"];

export type Availability = Schemas["Availability"];
export type Category = Schemas["Category"];
export type Click = Schemas["Click"];
export type Collection = Schemas["Collection"];
export type Contact = Schemas["Contact"];
export type Facet = Schemas["Facet"];
export type FacetValue = Schemas["FacetValue"];
export type Home = Schemas["Home"];
export type HomeSection = Schemas["HomeSection"];
export type Link = Schemas["Link"];
export type Markets = Schemas["Markets"];
export type Navigation = Schemas["Navigation"];
export type Page = Schemas["Page"];
export type Picture = Schemas["Picture"];
export type Price = Schemas["Price"];
export type Problem = Schemas["Problem"];
export type Product = Schemas["Product"];
export type ProductCard = Schemas["ProductCard"];
export type ProductList = Schemas["ProductList"];
export type ProductView = Schemas["ProductView"];
export type SearchResults = Schemas["SearchResults"];
export type Sort = Schemas["Sort"];
export type Suggestions = Schemas["Suggestions"];
export type Swatch = Schemas["Swatch"];
export type Variant = Schemas["Variant"];
