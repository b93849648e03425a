// Runs before the first paint, as a script of its own in the head: a chosen theme must not flash in late, and the
// security policy allows no inline script. After the paint it brings the others. It imports nothing at run time, so that it stays a few hundred bytes.
import { THEME_KEY } from "./storage-keys";

try {
  const theme = localStorage.getItem(THEME_KEY);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is off in this browser: the device's own choice is right.
}

const { entry, modules } = document.currentScript?.dataset ?? {};

/** Brings the page's scripts. */
function bringScripts(): void {
  if (entry === undefined) return;
  for (const href of modules?.split(" ").filter(Boolean) ?? []) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href }));
  }
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src: entry }));
}

// What is pressed before React is there, and does nothing without it, is noted: `carryOver` presses it again. Once React
// has taken over there is its region that announces titles.
document.addEventListener("click", ({ target }) => {
  const button = target instanceof Element && target.closest<HTMLElement>(".buy-button, .card-add, .wish > button, .stepper-button");
  if (!button || document.querySelector("#root > p[aria-live]") !== null) return;
  button.dataset.pressed = String(Number(button.dataset.pressed ?? 0) + 1);
});

// Once the server's page has been painted: until then its pictures and fonts have the line and the processor to themselves.
document.addEventListener("DOMContentLoaded", () => {
  // A page in a tab that nobody sees is not painted.
  if (document.hidden) bringScripts();
  // What waits for a frame runs before its paint, what waits from there on after it.
  else requestAnimationFrame(() => setTimeout(bringScripts));
});
