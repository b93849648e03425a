import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { useCartPlace } from "../../shop/cart/query";
import { shopQuery } from "../../shop/shop";
import { ShopLink } from "../../shop/shop-link";
import { useWords } from "./words";

/** What is agreed to by ordering. To read it takes nobody away from what they have filled in. */
export default function LegalNote() {
  const { say, locale, navigation } = useWords();
  // The shop may have told of newer ones when it was to be ordered.
  const { data } = useQuery({ ...shopQuery(useCartPlace().api, locale), enabled: false });
  const links = (data ?? { navigation }).navigation.legal_links;
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
