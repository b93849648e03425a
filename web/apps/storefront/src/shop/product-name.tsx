import type { ProductCard } from "@ecom67/api-client/types";

/** A product's name, with the words marked that a search found. */
export function ProductName({ product }: { product: Pick<ProductCard, "name" | "highlighted_name"> }) {
  if (product.highlighted_name == null) return product.name;
  return product.highlighted_name.map((part, position) =>
    part.marked ? <mark key={position}>{part.text}</mark> : <span key={position}>{part.text}</span>,
  );
}
