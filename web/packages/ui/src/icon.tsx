const shapes = {
  arrow: "M4 12h15m-6-6 6 6-6 6",
  cart: "M5.5 8.5h13l1 11.5h-15l1-11.5Zm3.5 3V7a3 3 0 0 1 6 0v4.5",
  check: "m5 12.5 4.5 4.5L19 7.5",
  chevron: "m6 9 6 6 6-6",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3 2",
  close: "M6 6l12 12M18 6 6 18",
  filter: "M4 7h16M7 12h10M10 17h4",
  globe: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM3.5 12h17M12 3.5c5 5.4 5 11.6 0 17-5-5.4-5-11.6 0-17Z",
  heart: "M12 19.5S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 19.5 12 19.5Z",
  menu: "M4 7h16M4 12h16M4 17h16",
  minus: "M6 12h12",
  plus: "M12 6v12M6 12h12",
  shelf: "M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm4.8 11.3L20 20",
} as const;

export type IconName = keyof typeof shapes;

/** A drawing beside words: it is hidden from screen readers, so its control needs a name of its own. */
export function Icon({ name }: { name: IconName }) {
  const className = name === "arrow" ? "icon icon-directional" : "icon";
  return (
    <svg className={className} viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}
