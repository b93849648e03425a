//! A cart and the order that is made from it.

use jiff::Timestamp;

use super::{Cart, CartEdit, CartRefusal};
use crate::order::{OrderContent, OrderId};
use crate::pricing::QuoteId;

/// The order that a cart has become, or is about to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartCheckout {
    /// The order.
    pub order: OrderId,
    /// The quote that was agreed to: whoever agrees to it again means this order.
    pub quote: QuoteId,
    /// How far it is.
    pub state: CartCheckoutState,
}

/// How far the order of a cart is, as far as that concerns the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CartCheckoutState {
    /// It is not paid yet: what the cart has in it is what is ordered.
    Pending,
    /// It is paid for, and the cart has been emptied.
    Ordered,
}

impl Cart {
    /// The order that is made from it at present.
    pub fn pending_order(&self) -> Option<OrderId> {
        self.checkout.filter(|checkout| checkout.state == CartCheckoutState::Pending).map(|checkout| checkout.order)
    }

    /// It becomes an order. Until that is paid for or cancelled, nothing that was ordered changes.
    pub fn begin_checkout(&mut self, order: OrderId, content: &OrderContent, at: Timestamp) {
        self.checkout = Some(CartCheckout { order, quote: content.quote, state: CartCheckoutState::Pending });
        for applied in &mut self.gift_cards {
            let paid = content.gift_cards.iter().find(|paid| paid.card == applied.card);
            applied.held = paid.map(|paid| paid.amount);
        }
        self.changed_at = at;
    }

    /// The order came to nothing: the cart is open again, as it was. Returns whether it was this order's.
    pub fn reopen(&mut self, order: OrderId, at: Timestamp) -> bool {
        let is_its_own = self.pending_order() == Some(order);
        if is_its_own {
            self.checkout = None;
            self.gift_cards.iter_mut().for_each(|applied| applied.held = None);
            self.changed_at = at;
        }
        is_its_own
    }

    /// The order is paid for: what was ordered leaves the cart; what was put aside or wished for stays, and so does where
    /// things go. Returns whether it was this order's.
    pub fn complete(&mut self, order: OrderId, at: Timestamp) -> bool {
        let Some(checkout) = self.checkout.as_mut().filter(|checkout| checkout.order == order) else { return false };
        if checkout.state == CartCheckoutState::Ordered {
            return false;
        }
        checkout.state = CartCheckoutState::Ordered;
        self.lines.clear();
        self.coupons.clear();
        self.gift_cards.clear();
        self.delivery = None;
        self.note = None;
        self.changed_at = at;
        true
    }

    /// Makes a change of a cart that is being ordered, if nothing that was ordered becomes another by it.
    pub(super) fn apply_in_checkout(
        &mut self,
        order: OrderId,
        edit: CartEdit,
        at: Timestamp,
    ) -> Result<bool, CartRefusal> {
        let mut changed = self.clone();
        let is_changed = changed.edit(edit, at)?;
        let same = |own: &Self| {
            let paid_with = (own.coupons.clone(), own.gift_cards.clone());
            (own.lines.clone(), paid_with, own.destination, own.delivery.clone(), own.note.clone())
        };
        if is_changed && same(&changed) != same(self) {
            return Err(CartRefusal::InCheckout { order });
        }
        *self = changed;
        Ok(is_changed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Wish;
    use super::super::edit::tests::{article, cart, units};
    use super::*;
    use crate::gift_card::GiftCardId;
    use crate::order::tests::{euro, paid_with_gift_cards};

    fn in_checkout() -> (Cart, OrderId) {
        let (mut cart, order) = (cart(), OrderId::new(7));
        cart.apply(CartEdit::Add { article: article("MUG"), quantity: units(2) }, Timestamp::UNIX_EPOCH).unwrap();
        cart.apply(CartEdit::ApplyGiftCard(GiftCardId::new(1)), Timestamp::UNIX_EPOCH).unwrap();
        cart.begin_checkout(order, &paid_with_gift_cards(&[500]).content, Timestamp::UNIX_EPOCH);
        (cart, order)
    }

    #[test]
    fn what_is_being_ordered_stays_as_it_is_and_wishes_may_change() {
        let (mut cart, order) = in_checkout();
        let before = cart.clone();
        let at = Timestamp::UNIX_EPOCH;

        let added = cart.apply(CartEdit::Add { article: article("TEA"), quantity: units(1) }, at);
        let same = cart.apply(CartEdit::Set { article: article("MUG"), quantity: units(2) }, at);
        assert_eq!((added, same), (Err(CartRefusal::InCheckout { order }), Ok(false)));
        for edit in [CartEdit::ApplyGiftCard(GiftCardId::new(2)), CartEdit::RemoveGiftCard(GiftCardId::new(1))] {
            assert_eq!(cart.apply(edit, at), Err(CartRefusal::InCheckout { order }));
        }
        assert_eq!(cart, before);

        let wish = Wish { sku: "TEA".parse().unwrap(), product: "tea".parse().unwrap() };
        assert_eq!(cart.apply(CartEdit::Wish(wish), at), Ok(true));
        assert_eq!(cart.pending_order(), Some(order));
    }

    #[test]
    fn an_order_that_came_to_nothing_leaves_the_cart_as_it_was() {
        let (mut cart, order) = in_checkout();
        assert_eq!(cart.gift_cards[0].held, Some(euro(500)));

        assert!(!cart.reopen(OrderId::new(8), Timestamp::UNIX_EPOCH), "another order does not open it");
        assert!(cart.reopen(order, Timestamp::UNIX_EPOCH));

        assert_eq!((cart.units(), cart.pending_order()), (2, None));
        assert_eq!(cart.gift_cards[0].held, None, "the money is on the card again");
    }

    #[test]
    fn an_order_that_is_paid_for_empties_the_cart_once() {
        let (mut cart, order) = in_checkout();

        assert!(cart.complete(order, Timestamp::UNIX_EPOCH));
        assert_eq!(cart.gift_cards, []);
        let again = CartEdit::Add { article: article("TEA"), quantity: units(1) };
        cart.apply(again, Timestamp::UNIX_EPOCH).unwrap();

        assert!(!cart.complete(order, Timestamp::UNIX_EPOCH), "what came in later is not taken out");
        assert_eq!((cart.units(), cart.checkout), (1, None), "the same again is another order");
    }
}
