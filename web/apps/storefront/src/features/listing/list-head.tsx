import type { Picture as PictureData } from "@ecom67/api-client/types";
import { Kite } from "@ecom67/ui/kite";
import { Picture } from "@ecom67/ui/picture";

type Props = { name: string; description: string; tint: string; picture: PictureData | null | undefined };

/** A category's or a collection's own colour, and what it is about. */
export function ListHead({ name, description, tint, picture }: Props) {
  return (
    <div className="page-width">
      <div className={`list-head tint-${tint}`}>
        <div className="list-head-text">
          <h1 className="text-heading">{name}</h1>
          {description !== "" && <p>{description}</p>}
        </div>
        {picture != null && (
          <div className="list-head-picture">
            <Kite className="list-head-kite" />
            <Picture picture={picture} sizes="(width >= 64rem) 176px, 88px" loading="first" alt="" />
          </div>
        )}
      </div>
    </div>
  );
}
