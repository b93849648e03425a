// Everything the shop keeps in a browser. Nothing else may be stored: a browser test compares.

/** localStorage: "light" or "dark", absent while the shop follows the device. */
export const THEME_KEY = "ecom67.theme";

/** sessionStorage: how far each page was scrolled, kept by TanStack Router for back and forward. */
export const SCROLL_KEY = "tsr-scroll-restoration-v1_3";

/** localStorage: the last searches, newest first. Present only while the shopper asks the shop to remember them. */
export const SEARCHES_KEY = "ecom67.searches";
