import type { Suggestions } from "@ecom67/api-client/types";
import { useQuery } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { useState } from "react";
import { useShop } from "../../shop/shop";
import { keepSearches, readSearches, rememberSearch } from "./recent-searches";
import { suggestQuery } from "./suggest-query";
import { optionCount, optionsOf, searchAt, type PanelContent } from "./suggestion-options";
import { useDebounced } from "./use-debounced";

/** Shorter than anybody notices, and long enough that letters that are struck together ask once. */
const TYPING_PAUSE_MS = 50;

type Active = { among: Suggestions | string[] | undefined; position: number };

/** What is typed in the field, what is offered for it, and which offer is active. `query` is what the page searched for. */
export function useTypeAhead(query: string) {
  const { locale } = useShop();
  const { api } = useRouteContext({ from: "__root__" });
  const [text, setText] = useState(query);
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState<Active>();
  const [searches, setSearches] = useState<string[]>();

  // The field follows the page's query, back and forward too. While rendering: an effect would show the old one first.
  const [shown_query, setShownQuery] = useState(query);
  if (query !== shown_query) {
    setShownQuery(query);
    setText(query);
    setIsOpen(false);
    setActive(undefined);
  }

  const typed = text.trim();
  const asked = useDebounced(typed, TYPING_PAUSE_MS);
  const answered = useQuery({ ...suggestQuery(api, locale, asked), enabled: isOpen && asked !== "" });
  const content = contentFor(typed, answered.data, searches);
  const option_count = content === undefined ? 0 : optionCount(content);

  const point = (position: number | undefined) =>
    setActive(position === undefined || content === undefined ? undefined : { among: optionsOf(content), position });

  const changeSearches = (next: string[] | undefined) => {
    keepSearches(next);
    setSearches(next);
  };

  const close = () => {
    setIsOpen(false);
    setActive(undefined);
  };

  return {
    text,
    /** The answer is to what stands in the field now. */
    isSettled: asked === typed && !answered.isFetching,
    isOpen: isOpen && content !== undefined,
    content,
    option_count,
    position: content !== undefined && active?.among === optionsOf(content) ? active?.position : undefined,
    point,
    clear: () => setText(""),
    type: (next: string) => {
      setText(next);
      setIsOpen(true);
      setActive(undefined);
    },
    enter: () => {
      // Another tab may have searched, or switched remembering off.
      setSearches(readSearches());
      // Over a text, that would be in the way of whoever only passes by with Tab.
      if (text === "") setIsOpen(true);
    },
    open: () => setIsOpen(true),
    close,
    /** An option was followed: the field tells what is searched, or what the page was about. */
    follow: (position: number) => {
      const search = content === undefined ? undefined : searchAt(content, position);
      if (search !== undefined) rememberSearch(search);
      setText(search ?? query);
      close();
    },
    changeSearches,
    /** Forgets one of the searches that are remembered. */
    forget: (position: number) => changeSearches(searches?.toSpliced(position, 1)),
  };
}

export type TypeAhead = ReturnType<typeof useTypeAhead>;

/** Until the first answer, a panel that opened over an empty field stays as it is, instead of closing in between. */
function contentFor(typed: string, answer: Suggestions | undefined, searches: string[] | undefined): PanelContent | undefined {
  if (typed === "" || answer?.query === "") return { kind: "recent", searches };
  return answer === undefined ? undefined : { kind: "answer", answer };
}
