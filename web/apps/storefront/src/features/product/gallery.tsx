import type { Picture as PictureData } from "@ecom67/api-client/types";
import { Kite } from "@ecom67/ui/kite";
import { Picture } from "@ecom67/ui/picture";
import { useState } from "react";
import { useShop } from "../../shop/shop";

type Props = {
  name: string;
  tint: string;
  pictures: PictureData[];
  /** The picture of the chosen variant, where it has its own. */
  variant_picture: number;
};

/** Remount it (by `key`) when the variant changes, so that it starts at that variant's picture. */
export function Gallery({ name, tint, pictures, variant_picture }: Props) {
  const { t, number } = useShop();
  const [shown, setShown] = useState(variant_picture);
  const picture = pictures[shown] ?? pictures[0];
  return (
    <section className="gallery" aria-label={t("product-gallery", { name })}>
      <div className={`stage gallery-stage tint-${tint}`}>
        <Kite className="gallery-kite" />
        {picture !== undefined && (
          <div className="gallery-picture carried-picture">
            <Picture picture={picture} sizes="256px" loading="main" />
          </div>
        )}
      </div>
      {pictures.length > 1 && (
        <fieldset className="gallery-choices needs-script">
          <legend className="sr-only">{t("product-gallery", { name })}</legend>
          {pictures.map((choice, position) => (
            <label key={position} className={`gallery-choice tint-${tint}`}>
              {/* Radio buttons bring the arrow keys along. */}
              <input
                type="radio"
                name="picture"
                className="sr-only"
                checked={position === shown}
                onChange={() => setShown(position)}
                aria-label={t("product-picture", { number: number(position + 1), total: number(pictures.length) })}
              />
              <Picture picture={choice} sizes="56px" loading="first" alt="" />
            </label>
          ))}
        </fieldset>
      )}
    </section>
  );
}
