import { Link } from "@tanstack/react-router";
import type { MouseEvent, PointerEvent, ReactNode } from "react";
import { parseSearch } from "./search-params";
import { useShop } from "./shop";

type Props = {
  /** A path below the locale, as the API writes it: "/c/mugs", "/search?q=tea". */
  href: string;
  className?: string;
  id?: string;
  /** Where a list of options has the link, which the keyboard reaches through its field. */
  role?: "option";
  tabIndex?: -1;
  "aria-selected"?: boolean;
  /** Where the words in it do not tell where it leads. */
  "aria-label"?: string;
  /** Carries the picture along, where the browser can. */
  viewTransition?: boolean;
  /** Where to follow it would lose what was filled in. */
  target?: "_blank";
  onClick?: (event: MouseEvent<HTMLAnchorElement>) => void;
  onPointerMove?: (event: PointerEvent<HTMLAnchorElement>) => void;
  children: ReactNode;
};

export function ShopLink({ href, children, ...rest }: Props) {
  const { locale } = useShop();
  const [path = "", query = ""] = href.split("?");
  // The API names the path, so that its type cannot know that this is one of our routes.
  const to = `/${locale}${path}` as "/";
  return (
    <Link to={to} search={parseSearch(query)} activeOptions={{ exact: true }} activeProps={noActiveProps} {...rest}>
      {children}
    </Link>
  );
}

// The router would add a class of its own: `aria-current` is enough to style by.
const noActiveProps = {};
