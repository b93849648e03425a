/** The shop's motif: a kite behind the thing that is shown. It says nothing, so nobody hears of it. */
export function Kite({ className }: { className: string }) {
  return (
    <svg className={`kite ${className}`} viewBox="0 0 200 290" aria-hidden="true">
      <path d="M100 0 196 92 100 240 4 92Z" />
      <path className="kite-spars" d="M100 0V240M4 92H196" />
      <path className="kite-tail" d="M100 240c-20 14 14 28-6 48" />
    </svg>
  );
}
