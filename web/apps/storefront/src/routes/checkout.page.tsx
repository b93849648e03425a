import { CheckoutView } from "../features/checkout/checkout-view";
import { CheckoutWords } from "../features/checkout/words";

export function CheckoutPage() {
  return (
    <CheckoutWords>
      <CheckoutView />
    </CheckoutWords>
  );
}
