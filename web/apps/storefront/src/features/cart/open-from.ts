const OPENING_MS = 220;

/** Lets a drawer grow out of the thing that was pressed, unless the shopper wants things to keep still. */
export function openFrom(drawer: HTMLElement, from: DOMRect): void {
  // Neither is there in tests.
  const isStill = typeof window.matchMedia !== "function" || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (isStill || typeof drawer.animate !== "function") return;
  const { left, top } = drawer.getBoundingClientRect();
  const origin = `${from.left + from.width / 2 - left}px ${from.top + from.height / 2 - top}px`;
  drawer.animate(
    [
      { transformOrigin: origin, scale: 0.4, opacity: 0 },
      { transformOrigin: origin, scale: 1, opacity: 1 },
    ],
    { duration: OPENING_MS, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" },
  );
}
