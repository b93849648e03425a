import type { AnyRouter, ParsedLocation } from "@tanstack/react-router";

/**
 * A new page starts at its heading, as after a full load: open sheets close and the h1 takes the focus. Other words that
 * are searched are another page. A change of filters or options stays on the page, and leaves the focus where it was.
 */
export function startPagesAtTheirHeading(router: AnyRouter): void {
  router.subscribe("onBeforeNavigate", ({ pathChanged }) => {
    if (!pathChanged) return;
    document.querySelector<HTMLElement>(":popover-open")?.hidePopover();
    document.querySelector<HTMLDialogElement>("dialog[open]")?.close();
  });
  router.subscribe("onRendered", ({ fromLocation, toLocation, pathChanged }) => {
    const isFirstPage = fromLocation === undefined;
    if (isFirstPage || !(pathChanged || searchedWords(fromLocation) !== searchedWords(toLocation))) return;
    const heading = document.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  });
}

function searchedWords({ search }: ParsedLocation): unknown {
  return "q" in search ? search.q : undefined;
}
