import { Fragment } from "react";
import { ShopLink } from "../../shop/shop-link";
import { useLegalLinks } from "./legal-links";
import { useWords } from "./words";

/** What is agreed to by ordering. To read it takes nobody away from what they have filled in. */
export default function LegalNote() {
  const { say } = useWords();
  // The shop may have told of newer ones when it was to be ordered.
  const links = useLegalLinks();
  if (links.length === 0) return null;
  return (
    <p className="text-small text-quiet checkout-legal">
      {say("form-legal")}{" "}
      {links.map(({ href, label }, index) => (
        <Fragment key={href}>
          {index > 0 && ", "}
          <ShopLink className="link" href={href} target="_blank">
            {label}
          </ShopLink>
        </Fragment>
      ))}
    </p>
  );
}
