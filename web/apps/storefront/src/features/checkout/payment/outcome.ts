import type { DeclineKind } from "@ecom67/api-client/types";

/** What a provider says as a payment is confirmed. The shop is asked in any case: it alone knows how the order stands. */
export type Outcome =
  /** It went through, or whatever else became of it is to be asked of the shop. */
  | { kind: "told" }
  | { kind: "declined"; decline: DeclineKind }
  /** The shopper has to go there, and comes back. */
  | { kind: "redirect"; url: string }
  /** The provider does not answer. */
  | { kind: "away" };
