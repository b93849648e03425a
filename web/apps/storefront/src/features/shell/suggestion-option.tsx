import type { ReactNode } from "react";
import { ShopLink } from "../../shop/shop-link";
import { optionId } from "./suggestion-options";
import type { TypeAhead } from "./use-type-ahead";

type Props = { typeAhead: TypeAhead; position: number; href: string; onFollow?: () => void; children: ReactNode };

/** A link, so that it can be opened in another tab, that is an option to the field's arrow keys. */
export function SuggestionOption({ typeAhead, position, href, onFollow, children }: Props) {
  const isActive = typeAhead.position === position;
  return (
    <ShopLink
      href={href}
      className="suggestion"
      id={optionId(position)}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      onPointerMove={({ pointerType }) => {
        // A finger that scrolls points at nothing.
        if (!isActive && pointerType !== "touch") typeAhead.point(position);
      }}
      onClick={({ ctrlKey, metaKey, shiftKey }) => {
        onFollow?.();
        // With these it opens elsewhere, and here the search goes on.
        if (!ctrlKey && !metaKey && !shiftKey) typeAhead.follow(position);
      }}
    >
      {children}
    </ShopLink>
  );
}
