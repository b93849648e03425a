import type { DeclineKind } from "@ecom67/api-client/types";
import { useWords } from "../words";
import type { PayTrouble } from "./use-payment";

const words: Record<DeclineKind, string> = {
  insufficient_funds: "pay-declined-funds",
  expired: "pay-declined-expired",
  mistyped: "pay-declined-mistyped",
  not_authenticated: "pay-declined-unproven",
  try_again: "pay-declined-again",
  refused: "pay-declined-refused",
};

/** Why it is not paid, and what to do about it. Read out as it comes. */
export function PayTroubleText({ trouble }: { trouble: PayTrouble }) {
  const { say } = useWords();
  const isDeclined = trouble.kind === "declined";
  return (
    <div className="checkout-notice" role="alert">
      <p>
        <strong>{say(isDeclined ? "pay-declined-title" : "pay-away-title")}</strong>
      </p>
      <p>{say(isDeclined ? words[trouble.decline] : "pay-away-text")}</p>
    </div>
  );
}
