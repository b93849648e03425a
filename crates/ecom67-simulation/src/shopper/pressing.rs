//! The order button.

use std::num::NonZeroU32;

use ecom67_app::carts::CartOrder;
use ecom67_app::checkouts::{Checkout, CheckoutError, Shortage};
use ecom67_app::orders::{OrderPayment, PlacedOrder};
use ecom67_domain::Language;
use ecom67_domain::order::OrderState;
use ecom67_domain::pricing::QuoteId;

use super::{Basket, Shopper, TRIES_MAX, valid};

/// How often somebody presses anew who was told that something has changed.
const ROUNDS_MAX: u32 = 4;

/// What a press has come to.
enum Pressed {
    Placed(Box<PlacedOrder>),
    /// It costs something else now, by this quote.
    Changed(Option<QuoteId>),
    OutOfStock(Vec<Shortage>),
    GivenUp,
}

impl Shopper {
    /// Presses the button until there is an order, or no hope of one.
    pub(super) async fn press(&self, basket: &Basket) -> Option<PlacedOrder> {
        let mut agreed = None;
        for _ in 0..ROUNDS_MAX {
            let quote = match agreed.take() {
                Some(quote) => quote,
                None => self.quote(basket).await?,
            };
            let pressed = match self.world.chance.below(4) {
                // A double click sends one request twice; two tabs are two requests.
                0 => self.press_twice(basket, quote, true).await,
                1 => self.press_twice(basket, quote, false).await,
                _ => self.press_once(basket, quote, &self.key()).await,
            };
            match pressed {
                Pressed::Placed(placed) => return Some(*placed),
                Pressed::Changed(quote) => agreed = quote,
                Pressed::OutOfStock(shortages) => {
                    self.world.tally.count("out of stock");
                    if self.world.chance.one_in(3) {
                        return None;
                    }
                    for shortage in shortages {
                        self.take_less(basket, shortage).await;
                    }
                }
                Pressed::GivenUp => return None,
            }
        }
        None
    }

    fn key(&self) -> String {
        format!("press-{}-{}", self.number, self.world.chance.below(1 << 40))
    }

    async fn take_less(&self, basket: &Basket, shortage: Shortage) {
        let left = u32::try_from(shortage.available).unwrap_or(u32::MAX).min(3);
        let order = match NonZeroU32::new(left) {
            Some(left) => CartOrder::Set(shortage.sku, left),
            None => CartOrder::Remove(shortage.sku),
        };
        self.edit(basket, order).await;
    }

    async fn press_twice(&self, basket: &Basket, quote: QuoteId, is_same_key: bool) -> Pressed {
        let first = self.key();
        let second = if is_same_key { first.clone() } else { self.key() };
        let (one, other) = tokio::join!(
            Box::pin(self.press_once(basket, quote, &first)),
            Box::pin(self.press_once(basket, quote, &second))
        );
        let (Pressed::Placed(one), Pressed::Placed(other)) = (&one, &other) else {
            return if matches!(one, Pressed::Placed(_)) { one } else { other };
        };
        let ids = [one.order.value.id, other.order.value.id];
        if ids[0] != ids[1] {
            // A second order of one cart is made only when the first has come to nothing.
            let state = self.world.store.state();
            let has_ended = |id| {
                let kept = state.orders.get(id);
                kept.is_some_and(|kept| matches!(kept.order.value.state, OrderState::Cancelled(_)))
            };
            let is_one = ids.iter().any(has_ended);
            self.world.must(is_one, format_args!("one cart was ordered twice at once: {ids:?}"));
        }
        self.world.tally.count("pressed twice");
        Pressed::Placed(one.clone())
    }

    async fn press_once(&self, basket: &Basket, quote: QuoteId, key: &str) -> Pressed {
        let asked = Checkout {
            cart: basket.capability.key(),
            place: self.place.clone(),
            language: Language::ENGLISH,
            key: valid(key),
            quote,
            contact: self.contact.clone(),
            legal_texts: None,
            has_digital_consent: false,
            from: Some(self.from),
        };
        self.world.tally.count("presses");
        for _ in 0..TRIES_MAX {
            let again = asked.clone();
            match self.world.ask(async move |shop| shop.place(&again).await).await {
                Ok(Ok(placed)) => {
                    self.was_placed(basket, &asked, &placed);
                    return Pressed::Placed(Box::new(placed));
                }
                Ok(Err(CheckoutError::QuoteChanged(open))) => {
                    self.tell(format_args!("finds another price"));
                    self.world.tally.count("quotes changed");
                    return Pressed::Changed(open.quote.ok().map(|quote| quote.id));
                }
                Ok(Err(CheckoutError::OutOfStock(shortages))) => {
                    self.tell(format_args!("finds too little in stock: {shortages:?}"));
                    return Pressed::OutOfStock(shortages);
                }
                Ok(Err(error @ (CheckoutError::TooManyOpenOfCustomer | CheckoutError::TooManyOpenFromNetwork))) => {
                    self.tell(format_args!("may not have another open order: {error}"));
                    self.world.tally.count("too many open orders");
                    return Pressed::GivenUp;
                }
                Ok(Err(error @ (CheckoutError::Store(_) | CheckoutError::Contended | CheckoutError::Order(_)))) => {
                    self.tell(format_args!("cannot order now: {error}"));
                }
                Ok(Err(error)) => {
                    self.tell(format_args!("cannot order: {error}"));
                    return Pressed::GivenUp;
                }
                Err(_) => self.tell(format_args!("hears nothing of {key}")),
            }
            self.world.wait_up_to(4_000).await;
        }
        Pressed::GivenUp
    }

    /// They were told of an order: it is there, and theirs.
    fn was_placed(&self, basket: &Basket, asked: &Checkout, placed: &PlacedOrder) {
        let order = &placed.order.value;
        let number = order.id.number() & 0xFFFF_FFFF;
        let payment = match &placed.payment {
            OrderPayment::Nothing => "nothing to pay",
            OrderPayment::Awaited(payment) => payment.id.as_str(),
            OrderPayment::Unavailable => "no payment yet",
        };
        self.tell(format_args!("has order {number} by {}: {:?}, {payment}", asked.key, order.state));
        self.world.acknowledged(&placed.order);
        self.remember(basket, asked.key.as_str(), order.id);
        let is_theirs = order.cart == asked.cart.id && order.capability.matches(&asked.cart.capability);
        self.world.must(is_theirs, format_args!("{} is of another cart than was ordered", order.id));
        if !placed.is_repeated {
            let is_agreed = order.content.quote == asked.quote;
            self.world.must(is_agreed, format_args!("{} is by another quote than was agreed to", order.id));
        }
        let state = self.world.store.state();
        let contact = state.orders.get(&order.id).map(|kept| &kept.contact);
        self.world.must(contact == Some(&asked.contact), format_args!("{} goes to somebody else", order.id));
    }
}
