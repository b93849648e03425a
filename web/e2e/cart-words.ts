// What the tests of the cart press and read, by language.

export type Words = {
  locale: string;
  add: string;
  added: string;
  drawer: string;
  toCart: string;
  keepLooking: string;
  title: string;
  more: (name: string) => string;
  quantity: (name: string) => string;
  remove: (name: string) => string;
  undo: (name: string) => string;
  save: (name: string) => string;
  saved: string;
  move: (name: string) => string;
  wish: string;
  wishes: string;
  few: RegExp;
  empty: string;
  count: (units: number) => string;
};

export const languages: [Words, Words] = [
  {
    locale: "en-de",
    add: "Add to cart",
    added: "In your cart:",
    drawer: "Your cart",
    toCart: "To the cart",
    keepLooking: "Keep looking",
    title: "Cart",
    more: (name) => `One more: ${name}`,
    quantity: (name) => `Quantity: ${name}`,
    remove: (name) => `Remove: ${name}`,
    undo: (name) => `Undo: put ${name} back`,
    save: (name) => `Save for later: ${name}`,
    saved: "Saved for later",
    move: (name) => `Move to cart: ${name}`,
    wish: "Put on the wishlist",
    wishes: "Wishlist",
    few: /Only [\d.,]+ (?:is|are) left\./,
    empty: "Your cart is empty",
    count: (units) => `Cart, ${units} item${units === 1 ? "" : "s"}`,
  },
  {
    locale: "de-de",
    add: "In den Warenkorb",
    added: "Im Warenkorb:",
    drawer: "Dein Warenkorb",
    toCart: "Zum Warenkorb",
    keepLooking: "Weiter stöbern",
    title: "Warenkorb",
    more: (name) => `Eins mehr: ${name}`,
    quantity: (name) => `Menge: ${name}`,
    remove: (name) => `Entfernen: ${name}`,
    undo: (name) => `Rückgängig: ${name} zurücklegen`,
    save: (name) => `Für später aufheben: ${name}`,
    saved: "Für später aufgehoben",
    move: (name) => `In den Warenkorb: ${name}`,
    wish: "Auf den Merkzettel",
    wishes: "Merkzettel",
    few: /Es (?:ist|sind) nur noch [\d.,]+ da\./,
    empty: "Dein Warenkorb ist leer",
    count: (units) => `Warenkorb, ${units} Stück`,
  },
];
export const [english, german] = languages;
