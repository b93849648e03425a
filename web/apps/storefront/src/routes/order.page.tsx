import { LookUp } from "../features/checkout/look-up";
import { OrderView } from "../features/checkout/order-view";
import { CheckoutWords } from "../features/checkout/words";
import { orderRoute } from "./orders";

export function OrderPage() {
  const { order } = orderRoute.useParams();
  return (
    <CheckoutWords>
      <OrderView key={order} id={order} />
    </CheckoutWords>
  );
}

export function LookUpPage() {
  return (
    <CheckoutWords>
      <LookUp />
    </CheckoutWords>
  );
}
