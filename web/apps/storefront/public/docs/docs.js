// A file of its own, since the security policy allows no inline script.

/* global SwaggerUIBundle */

const root = document.documentElement;
const device = matchMedia("(prefers-color-scheme: dark)");

/** What the shopper chose for the shop holds here too; see src/storage-keys.ts. */
function chosenTheme() {
  try {
    return localStorage.getItem("ecom67.theme");
  } catch {
    return null;
  }
}

function showTheme() {
  const is_dark = (chosenTheme() ?? (device.matches ? "dark" : "light")) === "dark";
  root.classList.toggle("dark-mode", is_dark);
}

showTheme();
device.addEventListener("change", showTheme);

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "list",
  // The schemas stand with the operations; a list of all of them would be longer than these.
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  supportedSubmitMethods: ["get", "head"],
  // The usual validator is a service elsewhere, which would be told of this shop.
  validatorUrl: null,
});
