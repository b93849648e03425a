import type { HomeSection } from "@ecom67/api-client/types";
import { CategoryTiles } from "./category-tiles";
import { Opening } from "./opening";
import { ProductRow } from "./product-row";
import { Story } from "./story";

export function HomeSections({ sections }: { sections: HomeSection[] }) {
  return sections.map((section, position) => {
    switch (section.kind) {
      case "opening":
        return <Opening key={position} section={section} />;
      case "categories":
        return <CategoryTiles key={position} section={section} />;
      case "products":
        return <ProductRow key={position} section={section} />;
      case "story":
        return <Story key={position} section={section} />;
    }
  });
}
