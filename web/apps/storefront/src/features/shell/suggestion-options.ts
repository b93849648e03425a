import type { Suggestions } from "@ecom67/api-client/types";

/** What the panel below the search field shows. */
export type PanelContent = { kind: "recent"; searches: string[] | undefined } | { kind: "answer"; answer: Suggestions };

export const LISTBOX_ID = "suggestions";

/** Options are numbered through all groups, in the order in which the arrow keys reach them. */
export function optionId(position: number): string {
  return `suggestion-${position}`;
}

export function optionCount(content: PanelContent): number {
  if (content.kind === "recent") return content.searches?.length ?? 0;
  const { queries, categories, products } = content.answer;
  return queries.length + categories.length + products.length;
}

/** What an option searches for; `undefined` where it leads to a category or a product. */
export function searchAt(content: PanelContent, position: number): string | undefined {
  return (content.kind === "recent" ? content.searches : content.answer.queries)?.[position];
}

/** Two contents are the same when their options are: a choice among others would point at a stranger. */
export function optionsOf(content: PanelContent): Suggestions | string[] | undefined {
  return content.kind === "recent" ? content.searches : content.answer;
}
