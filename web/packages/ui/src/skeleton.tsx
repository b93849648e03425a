/** Cards of the size of those that come, for a list that is on its way. */
export function CardSkeletons({ count }: { count: number }) {
  return Array.from({ length: count }, (_, position) => (
    <li key={position} className="card" aria-hidden="true">
      <div className="stage card-stage" />
      <div className="card-text">
        <div className="skeleton h-5 w-4/5" />
        <div className="skeleton h-5 w-2/5" />
      </div>
    </li>
  ));
}
