import { Kite } from "@ecom67/ui/kite";

/** A kite that has come loose: for pages on which something is missing. */
export function TroublePicture() {
  return (
    <div className="stage trouble-stage tint-sky">
      <Kite className="trouble-kite" />
    </div>
  );
}
