import { Icon, type IconName } from "@ecom67/ui/icon";
import type { ReactNode } from "react";
import { SuggestionOption } from "./suggestion-option";
import type { TypeAhead } from "./use-type-ahead";

type Props = { typeAhead: TypeAhead; position: number; search: string; icon: IconName; children: ReactNode };

export function SearchOption({ search, icon, children, ...option }: Props) {
  return (
    <SuggestionOption href={`/search?q=${encodeURIComponent(search)}`} {...option}>
      <Icon name={icon} />
      <span className="suggestion-text">{children}</span>
    </SuggestionOption>
  );
}
