import type { MouseEvent } from "react";

const CARRIED_CLASS = "carried-picture";

/**
 * Names the picture of the chosen card, so that it travels to the product's page, whose picture has the same name.
 * A name may stand once on a page: two would cancel the transition.
 */
export function carryPicture(event: MouseEvent<HTMLAnchorElement>): void {
  for (const carried of document.querySelectorAll(`.${CARRIED_CLASS}`)) carried.classList.remove(CARRIED_CLASS);
  event.currentTarget.closest(".card")?.querySelector(".picture")?.classList.add(CARRIED_CLASS);
}
