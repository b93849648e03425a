import type { Category } from "@ecom67/api-client/types";
import { Picture } from "@ecom67/ui/picture";
import { ShopLink } from "./shop-link";

type Props = { category: Pick<Category, "slug" | "name" | "tint" | "picture"> };

export function CategoryTile({ category: { slug, name, tint, picture } }: Props) {
  return (
    <ShopLink className={`category-tile tint-${tint}`} href={`/c/${slug}`}>
      {name}
      {picture != null && <Picture picture={picture} sizes="120px" loading="later" alt="" />}
    </ShopLink>
  );
}
