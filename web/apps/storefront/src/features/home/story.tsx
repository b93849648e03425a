import { Icon } from "@ecom67/ui/icon";
import { Kite } from "@ecom67/ui/kite";
import { Picture } from "@ecom67/ui/picture";
import { ShopLink } from "../../shop/shop-link";
import type { SectionOf } from "./section";

export function Story({ section }: { section: SectionOf<"story"> }) {
  return (
    <section className="page-width section">
      <div className={`story tint-${section.tint}`}>
        {section.picture != null && (
          <div className="story-picture">
            <Kite className="story-kite" />
            <Picture picture={section.picture} sizes="256px" loading="later" />
          </div>
        )}
        <div className="story-text">
          <h2 className="text-heading">{section.title}</h2>
          <p className="text-lead">{section.text}</p>
          {section.link != null && (
            <ShopLink className="link-arrow" href={section.link.href}>
              {section.link.label}
              <Icon name="arrow" />
            </ShopLink>
          )}
        </div>
      </div>
    </section>
  );
}
