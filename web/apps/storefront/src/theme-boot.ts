// Runs before the first paint, as a script of its own in the head: a chosen theme must not flash in late, and the
// security policy allows no inline script. It imports nothing at run time, so that it stays a few hundred bytes.
import { THEME_KEY } from "./storage-keys";

try {
  const theme = localStorage.getItem(THEME_KEY);
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is off in this browser: the device's own choice is right.
}
