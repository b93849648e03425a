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

/** How long a first screen that does not come may hold the scripts up. */
const PATIENCE_MS = 3000;

/**
 * Once all of the first screen is there and painted: until then its pictures and fonts have the line and the processor to themselves.
 * Whoever touches the page or types does not wait.
 */
async function firstScreen(): Promise<void> {
  // A page in a tab that nobody sees is not painted.
  if (document.hidden) return;
  const loaded = new Promise<unknown>((done) => window.addEventListener("load", done, { once: true }));
  // A frame that was asked for has not been painted yet when it is called back; on a busy phone that is a long way.
  const painted = new Promise<unknown>((done) => new PerformanceObserver(done).observe({ type: "paint", buffered: true }));
  const touched = new Promise<unknown>((done) => {
    for (const kind of ["pointerdown", "keydown", "click"]) document.addEventListener(kind, done, { once: true, capture: true });
  });
  const lost_patience = new Promise<unknown>((done) => setTimeout(done, PATIENCE_MS));
  await Promise.race([Promise.all([loaded, painted]), touched, lost_patience]);
}

document.addEventListener("DOMContentLoaded", () => void firstScreen().finally(bringScripts));
