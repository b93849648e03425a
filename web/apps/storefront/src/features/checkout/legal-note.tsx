import { Fragment } from "react";
import { ShopLink } from "../../shop/shop-link";
import { useWords } from "./words";

/** What is agreed to by ordering. To read it takes nobody away from what they have filled in. */
export default function LegalNote() {
  const { say, navigation } = useWords();
  if (navigation.legal_links.length === 0) return null;
  return (
    <p className="text-small text-quiet checkout-legal">
      {say("form-legal")}{" "}
      {navigation.legal_links.map(({ href, label }, index) => (
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
