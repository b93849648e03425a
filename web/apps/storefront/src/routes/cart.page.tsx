import { CartView } from "../features/cart/cart-view";

export function CartPage() {
  return <CartView />;
}
