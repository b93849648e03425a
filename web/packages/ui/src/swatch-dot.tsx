/** A colour as a dot. An attribute carries the colour, since the security policy allows no style attributes. */
export function SwatchDot({ color, faded = false }: { color: string; faded?: boolean }) {
  return (
    <svg className={faded ? "swatch swatch-sold-out" : "swatch"} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="7" fill={color} />
    </svg>
  );
}
