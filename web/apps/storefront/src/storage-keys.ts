// Everything the shop keeps in a browser. Nothing else may be stored: a browser test compares.

/** localStorage: "light" or "dark", absent while the shop follows the device. */
export const THEME_KEY = "ecom67.theme";

/** sessionStorage: how far each page was scrolled, kept by TanStack Router for back and forward. */
export const SCROLL_KEY = "tsr-scroll-restoration-v1_3";

/**
 * sessionStorage, behind it the address of a script: TanStack Router notes for which missing script of an earlier
 * release it has loaded the page anew, so that it does so once.
 */
export const RELOAD_KEY_PREFIX = "tanstack_router_reload:";

/** localStorage: the last searches, newest first. Present only while the shopper asks the shop to remember them. */
export const SEARCHES_KEY = "ecom67.searches";

/**
 * Cache Storage, filled by the service worker (`worker`): the scripts, styles and fonts of one build of the web apps;
 * the page that is shown without a connection, by locale; the last pages seen; the answers of the API behind them; their
 * pictures. All but pictures belong to one build and go with it, hence its digest behind the name.
 */
export const BUILD_CACHE = "ecom67.build.";
export const OFFLINE_CACHE = "ecom67.offline.";
export const PAGES_CACHE = "ecom67.pages.";
export const ANSWERS_CACHE = "ecom67.answers.";
export const PICTURES_CACHE = "ecom67.pictures";

/** What each of them begins with. */
export const CACHE_PREFIX = "ecom67.";

/** A header of what was kept: when that was, in milliseconds of the epoch. */
export const KEPT_AT_HEADER = "x-ecom67-kept-at";

/**
 * localStorage: the markets for which this browser has a cart, such as "de gb". What opens a cart is a cookie that no
 * script sees, and what is in it is kept by the shop alone.
 */
export const CARTS_KEY = "ecom67.carts";

/** What tabs of the shop tell each other through: a market whose cart has changed. */
export const CARTS_CHANNEL = "ecom67.carts";

/**
 * sessionStorage, so for one tab alone: what was typed at checkout, the name of the attempt to order, and the order that
 * is to be paid. Gone once it is paid; nothing of a card is ever in it.
 */
export const CHECKOUT_KEY = "ecom67.checkout";
