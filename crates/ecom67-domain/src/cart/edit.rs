//! What may be done to a cart. An edit is data: a store applies it to the cart as it stands then, so of two edits at once
//! neither is lost.

use std::num::NonZeroU32;

use jiff::Timestamp;

use super::{Cart, CartCheckoutState, CartGiftCard, CartLine, LINES_MAX, Note, SAVED_MAX, WISHES_MAX, Wish};
use crate::code::{DeliveryMethodCode, MarketCode, ProductCode, Sku};
use crate::gift_card::{GIFT_CARDS_MAX, GiftCardId};
use crate::money::Money;
use crate::order::OrderId;
use crate::pricing::{COUPONS_MAX, CouponCode, Destination};
use crate::quantity::QuantityLimits;

/// A variant as it is put into a cart: what was looked up just before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The variant.
    pub sku: Sku,
    /// The product it belongs to.
    pub product: ProductCode,
    /// Where it was looked up.
    pub market: MarketCode,
    /// What one of it costs there.
    pub price: Money,
    /// How many of it one cart may have.
    pub limits: QuantityLimits,
    /// How many can be had; any number where it can be ordered without being there.
    pub available: Option<u64>,
}

/// A change of a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartEdit {
    /// So many more of a variant.
    Add {
        /// The variant.
        article: Article,
        /// How many more.
        quantity: NonZeroU32,
    },
    /// As few more of a variant as there may be: what one press on a button adds.
    AddNext(Article),
    /// So many of a variant, however many there were.
    Set {
        /// The variant.
        article: Article,
        /// How many.
        quantity: NonZeroU32,
    },
    /// None of a variant.
    Remove(Sku),
    /// A line is put aside.
    SaveForLater(Sku),
    /// What was put aside becomes a line again, with the units it had.
    MoveToCart(Article),
    /// What was put aside is forgotten.
    RemoveSaved(Sku),
    /// A variant is wished for.
    Wish(Wish),
    /// A variant is no longer wished for.
    Unwish(Sku),
    /// A coupon is entered.
    EnterCoupon(CouponCode),
    /// A coupon is taken back.
    RemoveCoupon(CouponCode),
    /// A gift card is to pay as well.
    ApplyGiftCard(GiftCardId),
    /// A gift card is not to pay.
    RemoveGiftCard(GiftCardId),
    /// It is to go somewhere, or nobody knows where again.
    SetDestination(Option<Destination>),
    /// It is to be delivered in this way, or in none yet.
    ChooseDelivery(Option<DeliveryMethodCode>),
    /// The note is replaced, or taken away.
    SetNote(Option<Note>),
    /// The shopper has seen what lines cost at present.
    AcceptPrices(Vec<(Sku, Money)>),
}

/// Why a cart was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartRefusal {
    /// It has as many lines as it may.
    #[error("a cart has at most {LINES_MAX} different articles")]
    TooManyLines,
    /// It is bought in another market.
    #[error("the cart is of the market {cart}, and the article of {article}")]
    OtherMarket {
        /// The cart's.
        cart: MarketCode,
        /// The article's.
        article: MarketCode,
    },
    /// More units than there are. A cart holds none, so this is a hint, and checkout decides.
    #[error("only {available} of {sku} can be had; {asked} were asked for")]
    NotEnough {
        /// The variant.
        sku: Sku,
        /// How many there would be in the cart.
        asked: u64,
        /// How many can be had.
        available: u64,
    },
    /// More units than one cart may have of the variant.
    #[error("at most {max} of {sku} can be ordered at once; {asked} were asked for")]
    TooManyUnits {
        /// The variant.
        sku: Sku,
        /// How many there would be.
        asked: u64,
        /// The most there may be.
        max: u32,
    },
    /// Fewer units than the variant is sold in.
    #[error("at least {min} of {sku} can be ordered at once; {asked} were asked for")]
    TooFewUnits {
        /// The variant.
        sku: Sku,
        /// How many there would be.
        asked: u64,
        /// The least there may be.
        min: u32,
    },
    /// The variant is sold in whole sets only.
    #[error("{sku} is sold in sets of {step}; {asked} were asked for")]
    NotInSets {
        /// The variant.
        sku: Sku,
        /// How many there would be.
        asked: u64,
        /// How many a set has.
        step: u32,
        /// How many there may be instead.
        allowed: u32,
    },
    /// Nothing of the variant is in the cart, or put aside.
    #[error("{sku} is not there")]
    NotThere {
        /// The variant.
        sku: Sku,
    },
    /// As many coupons are entered as may be.
    #[error("at most {COUPONS_MAX} coupons can be used at once")]
    TooManyCoupons,
    /// As many gift cards pay as may.
    #[error("at most {GIFT_CARDS_MAX} gift cards can be used at once")]
    TooManyGiftCards,
    /// As much is put aside as may be.
    #[error("at most {SAVED_MAX} articles can be saved for later")]
    TooManySaved,
    /// As much is wished for as may be.
    #[error("a wishlist has at most {WISHES_MAX} articles")]
    TooManyWishes,
    /// It is being ordered: what was agreed on stays as it is until the order is paid for or cancelled.
    #[error("the cart is being ordered")]
    InCheckout {
        /// The order.
        order: OrderId,
    },
}

impl CartRefusal {
    /// The refusal's stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooManyLines => "cart_full",
            Self::OtherMarket { .. } => "cart_of_other_market",
            Self::NotEnough { .. } => "not_enough_stock",
            Self::TooManyUnits { .. } => "quantity_too_large",
            Self::TooFewUnits { .. } => "quantity_too_small",
            Self::NotInSets { .. } => "quantity_not_in_sets",
            Self::NotThere { .. } => "line_not_found",
            Self::TooManyCoupons => "too_many_coupons",
            Self::TooManyGiftCards => "too_many_gift_cards",
            Self::TooManySaved => "saved_full",
            Self::TooManyWishes => "wishlist_full",
            Self::InCheckout { .. } => "cart_in_checkout",
        }
    }
}

impl Cart {
    /// Makes the change, or refuses it and changes nothing. Returns whether the cart is another than before.
    pub fn apply(&mut self, edit: CartEdit, at: Timestamp) -> Result<bool, CartRefusal> {
        match self.pending_order() {
            Some(order) => self.apply_in_checkout(order, edit, at),
            None => self.edit(edit, at),
        }
    }

    pub(super) fn edit(&mut self, edit: CartEdit, at: Timestamp) -> Result<bool, CartRefusal> {
        let is_changed = match edit {
            CartEdit::Add { article, quantity } => self.add(article, quantity)?,
            CartEdit::AddNext(article) => {
                let asked = article.limits.after(self.quantity(&article.sku));
                self.put(article, asked)?
            }
            CartEdit::Set { article, quantity } => self.put(article, u64::from(quantity.get()))?,
            CartEdit::Remove(sku) => take(&mut self.lines, &sku).is_some(),
            CartEdit::SaveForLater(sku) => self.save_for_later(&sku)?,
            CartEdit::MoveToCart(article) => self.move_to_cart(article)?,
            CartEdit::RemoveSaved(sku) => take(&mut self.saved, &sku).is_some(),
            CartEdit::Wish(wish) => self.wish(wish)?,
            CartEdit::Unwish(sku) => {
                let before = self.wishes.len();
                self.wishes.retain(|wish| wish.sku != sku);
                self.wishes.len() != before
            }
            CartEdit::EnterCoupon(coupon) => self.enter(coupon)?,
            CartEdit::RemoveCoupon(coupon) => {
                let before = self.coupons.len();
                self.coupons.retain(|entered| *entered != coupon);
                self.coupons.len() != before
            }
            CartEdit::ApplyGiftCard(card) => self.apply_gift_card(card)?,
            CartEdit::RemoveGiftCard(card) => {
                let before = self.gift_cards.len();
                self.gift_cards.retain(|applied| applied.card != card);
                self.gift_cards.len() != before
            }
            CartEdit::SetDestination(destination) => {
                std::mem::replace(&mut self.destination, destination) != self.destination
            }
            CartEdit::ChooseDelivery(method) => std::mem::replace(&mut self.delivery, method) != self.delivery,
            CartEdit::SetNote(note) => std::mem::replace(&mut self.note, note) != self.note,
            CartEdit::AcceptPrices(prices) => self.accept(&prices),
        };
        if is_changed {
            // What was ordered from it is over: the same again is another order.
            self.checkout = self.checkout.filter(|checkout| checkout.state == CartCheckoutState::Pending);
            self.changed_at = at;
        }
        Ok(is_changed)
    }

    fn add(&mut self, article: Article, quantity: NonZeroU32) -> Result<bool, CartRefusal> {
        let present = u64::from(self.quantity(&article.sku));
        self.put(article, present + u64::from(quantity.get()))
    }

    /// How many of a variant are to be bought.
    fn quantity(&self, sku: &Sku) -> u32 {
        self.line(sku).map_or(0, |line| line.quantity.get())
    }

    fn put(&mut self, article: Article, asked: u64) -> Result<bool, CartRefusal> {
        let quantity = allowed(&article, asked)?;
        self.put_allowed(article, quantity)
    }

    fn put_allowed(&mut self, article: Article, quantity: NonZeroU32) -> Result<bool, CartRefusal> {
        let Article { sku, product, market, price, limits: _, available } = article;
        if market != self.market {
            return Err(CartRefusal::OtherMarket { cart: self.market.clone(), article: market });
        }
        // Fewer are always allowed: who has ten in the cart of which three are left may take some back.
        let (asked, present) = (u64::from(quantity.get()), u64::from(self.quantity(&sku)));
        if let Some(available) = available.filter(|available| asked > *available && asked > present) {
            return Err(CartRefusal::NotEnough { sku, asked, available });
        }
        let line = CartLine { sku, product, quantity, price_seen: price };
        if let Some(present) = self.lines.iter_mut().find(|present| present.sku == line.sku) {
            return Ok(std::mem::replace(present, line) != *present);
        }
        if self.lines.len() >= LINES_MAX {
            return Err(CartRefusal::TooManyLines);
        }
        // What is bought is no longer kept for another day.
        take(&mut self.saved, &line.sku);
        self.lines.push(line);
        Ok(true)
    }

    fn save_for_later(&mut self, sku: &Sku) -> Result<bool, CartRefusal> {
        if self.line(sku).is_none() {
            let is_saved = self.saved.iter().any(|line| line.sku == *sku);
            return if is_saved { Ok(false) } else { Err(CartRefusal::NotThere { sku: sku.clone() }) };
        }
        if self.saved.len() >= SAVED_MAX {
            return Err(CartRefusal::TooManySaved);
        }
        self.saved.extend(take(&mut self.lines, sku));
        Ok(true)
    }

    fn move_to_cart(&mut self, article: Article) -> Result<bool, CartRefusal> {
        let Some(saved) = self.saved.iter().find(|line| line.sku == article.sku) else {
            return if self.line(&article.sku).is_some() {
                Ok(false)
            } else {
                Err(CartRefusal::NotThere { sku: article.sku })
            };
        };
        // With the units it had, whatever the limits have become: that is told of the line, and checkout sees to it.
        let quantity = saved.quantity;
        self.put_allowed(article, quantity)
    }

    fn wish(&mut self, wish: Wish) -> Result<bool, CartRefusal> {
        if self.wishes.iter().any(|present| present.sku == wish.sku) {
            return Ok(false);
        }
        if self.wishes.len() >= WISHES_MAX {
            return Err(CartRefusal::TooManyWishes);
        }
        self.wishes.push(wish);
        Ok(true)
    }

    fn enter(&mut self, coupon: CouponCode) -> Result<bool, CartRefusal> {
        if self.coupons.contains(&coupon) {
            return Ok(false);
        }
        if self.coupons.len() >= COUPONS_MAX {
            return Err(CartRefusal::TooManyCoupons);
        }
        self.coupons.push(coupon);
        Ok(true)
    }

    fn apply_gift_card(&mut self, card: GiftCardId) -> Result<bool, CartRefusal> {
        if self.gift_cards.iter().any(|applied| applied.card == card) {
            return Ok(false);
        }
        if self.gift_cards.len() >= GIFT_CARDS_MAX {
            return Err(CartRefusal::TooManyGiftCards);
        }
        self.gift_cards.push(CartGiftCard { card, held: None });
        Ok(true)
    }

    fn accept(&mut self, prices: &[(Sku, Money)]) -> bool {
        let mut is_changed = false;
        for (sku, price) in prices {
            for line in self.lines.iter_mut().filter(|line| line.sku == *sku && line.price_seen != *price) {
                line.price_seen = *price;
                is_changed = true;
            }
        }
        is_changed
    }
}

/// As many as are asked for, if one cart may have them.
fn allowed(Article { sku, limits, .. }: &Article, asked: u64) -> Result<NonZeroU32, CartRefusal> {
    let (min, max, step) = (limits.min(), limits.max(), limits.step());
    let allowed = limits.allowed(asked);
    match NonZeroU32::new(allowed).filter(|allowed| u64::from(allowed.get()) == asked) {
        Some(quantity) => Ok(quantity),
        None if asked > u64::from(max) => Err(CartRefusal::TooManyUnits { sku: sku.clone(), asked, max }),
        None if asked < u64::from(min) => Err(CartRefusal::TooFewUnits { sku: sku.clone(), asked, min }),
        None => Err(CartRefusal::NotInSets { sku: sku.clone(), asked, step, allowed }),
    }
}

/// Takes the line of a variant out of `lines`.
fn take(lines: &mut Vec<CartLine>, sku: &Sku) -> Option<CartLine> {
    lines.iter().position(|line| line.sku == *sku).map(|place| lines.remove(place))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cart::{CapabilityDigest, CartId};

    pub(in crate::cart) fn cart() -> Cart {
        Cart::new(CartId::new(1), CapabilityDigest([7; 32]), "de".parse().unwrap(), Timestamp::UNIX_EPOCH)
    }

    pub(in crate::cart) fn article(sku: &str) -> Article {
        let price = Money::new(1490, "EUR".parse().unwrap());
        Article {
            sku: sku.parse().unwrap(),
            product: "mug".parse().unwrap(),
            market: "de".parse().unwrap(),
            price,
            limits: QuantityLimits::new(None, Some(10), None).unwrap(),
            available: None,
        }
    }

    pub(in crate::cart) fn units(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_000).unwrap()
    }

    pub(in crate::cart) fn added(cart: &mut Cart, sku: &str, count: u32) -> Result<bool, CartRefusal> {
        cart.apply(CartEdit::Add { article: article(sku), quantity: units(count) }, now())
    }

    fn quantities(lines: &[CartLine]) -> Vec<(&str, u32)> {
        lines.iter().map(|line| (line.sku.as_str(), line.quantity.get())).collect()
    }

    #[test]
    fn to_add_is_so_many_more_and_to_set_is_so_many() {
        let mut cart = cart();
        added(&mut cart, "RED", 2).unwrap();
        added(&mut cart, "RED", 3).unwrap();
        added(&mut cart, "BLUE", 1).unwrap();

        assert_eq!(quantities(&cart.lines), [("RED", 5), ("BLUE", 1)]);
        cart.apply(CartEdit::Set { article: article("RED"), quantity: units(3) }, now()).unwrap();
        assert_eq!(quantities(&cart.lines), [("RED", 3), ("BLUE", 1)]);
        cart.apply(CartEdit::Remove("RED".parse().unwrap()), now()).unwrap();
        assert_eq!(quantities(&cart.lines), [("BLUE", 1)]);
    }

    #[test]
    fn what_changes_nothing_leaves_the_cart_as_old_as_it_was() {
        let mut cart = cart();

        assert_eq!(cart.apply(CartEdit::Remove("RED".parse().unwrap()), now()), Ok(false));
        assert_eq!(cart.changed_at, Timestamp::UNIX_EPOCH);
        assert_eq!(added(&mut cart, "RED", 1), Ok(true));
        assert_eq!(cart.changed_at, now());
        let same = CartEdit::Set { article: article("RED"), quantity: units(1) };
        assert_eq!(cart.apply(same, Timestamp::MAX), Ok(false));
        assert_eq!(cart.changed_at, now());
    }

    #[test]
    fn nobody_puts_more_into_a_cart_than_it_may_have() {
        let mut cart = cart();
        added(&mut cart, "RED", 10).unwrap();

        let asked = |asked| CartRefusal::TooManyUnits { sku: "RED".parse().unwrap(), asked, max: 10 };
        assert_eq!(added(&mut cart, "RED", 1), Err(asked(11)));
        assert_eq!(added(&mut cart, "RED", u32::MAX), Err(asked(10 + u64::from(u32::MAX))));
        assert_eq!(quantities(&cart.lines), [("RED", 10)]);
        for index in 1..LINES_MAX {
            added(&mut cart, &format!("B{index}"), 1).unwrap();
        }
        assert_eq!(added(&mut cart, "ONE-TOO-MANY", 1), Err(CartRefusal::TooManyLines));
        assert_eq!(added(&mut cart, "B1", 1), Ok(true));
    }

    #[test]
    fn what_is_sold_by_the_six_comes_in_sixes() {
        let mut cart = cart();
        let wine = || Article { limits: QuantityLimits::new(None, Some(18), Some(6)).unwrap(), ..article("WINE") };
        let mut set = |quantity| cart.apply(CartEdit::Set { article: wine(), quantity: units(quantity) }, now());
        let sku = || "WINE".parse().unwrap();

        assert_eq!(set(3), Err(CartRefusal::TooFewUnits { sku: sku(), asked: 3, min: 6 }));
        assert_eq!(set(8), Err(CartRefusal::NotInSets { sku: sku(), asked: 8, step: 6, allowed: 6 }));
        assert_eq!(set(24), Err(CartRefusal::TooManyUnits { sku: sku(), asked: 24, max: 18 }));
        assert_eq!(set(12), Ok(true));
        let one_more = CartEdit::Add { article: wine(), quantity: units(1) };
        assert_eq!(cart.apply(one_more, now()).unwrap_err().code(), "quantity_not_in_sets");
        assert_eq!(quantities(&cart.lines), [("WINE", 12)]);
    }

    #[test]
    fn one_press_adds_the_least_and_then_a_set_at_a_time() {
        let mut cart = cart();
        let wine = || Article { limits: QuantityLimits::new(Some(12), Some(18), Some(6)).unwrap(), ..article("WINE") };

        for (press, quantity) in [(1, 12), (2, 18)] {
            assert_eq!(cart.apply(CartEdit::AddNext(wine()), now()), Ok(true), "press {press}");
            assert_eq!(quantities(&cart.lines), [("WINE", quantity)]);
        }
        let refused = CartRefusal::TooManyUnits { sku: "WINE".parse().unwrap(), asked: 24, max: 18 };
        assert_eq!(cart.apply(CartEdit::AddNext(wine()), now()), Err(refused));
        cart.apply(CartEdit::AddNext(article("RED")), now()).unwrap();
        cart.apply(CartEdit::AddNext(article("RED")), now()).unwrap();
        assert_eq!(quantities(&cart.lines), [("WINE", 18), ("RED", 2)]);
    }

    #[test]
    fn a_limit_that_was_lowered_lets_the_line_go_down_to_it_and_come_back_from_the_shelf() {
        let mut cart = cart();
        added(&mut cart, "RED", 8).unwrap();
        let lowered = || Article { limits: QuantityLimits::new(None, Some(5), None).unwrap(), ..article("RED") };
        let sku = || "RED".parse::<Sku>().unwrap();

        cart.apply(CartEdit::SaveForLater(sku()), now()).unwrap();
        cart.apply(CartEdit::MoveToCart(lowered()), now()).unwrap();

        assert_eq!(quantities(&cart.lines), [("RED", 8)], "nothing is taken away silently");
        let set = |quantity| CartEdit::Set { article: lowered(), quantity: units(quantity) };
        assert_eq!(cart.apply(set(7), now()), Err(CartRefusal::TooManyUnits { sku: sku(), asked: 7, max: 5 }));
        assert_eq!(cart.apply(set(5), now()), Ok(true));
    }

    #[test]
    fn what_is_not_there_cannot_be_added_but_fewer_can_always_be_asked_for() {
        let mut cart = cart();
        let with = |available, quantity| CartEdit::Set {
            article: Article { available: Some(available), ..article("RED") },
            quantity: units(quantity),
        };
        cart.apply(with(10, 10), now()).unwrap();

        let refused = cart.apply(with(3, 11), now());
        assert!(matches!(refused, Err(CartRefusal::TooManyUnits { .. })), "got {refused:?}");
        assert_eq!(cart.apply(with(3, 8), now()), Ok(true));
        assert_eq!(cart.apply(with(3, 8), now()), Ok(false));
        let sku = "RED".parse().unwrap();
        assert_eq!(cart.apply(with(3, 9), now()), Err(CartRefusal::NotEnough { sku, asked: 9, available: 3 }));
    }

    #[test]
    fn prices_of_two_markets_are_never_mixed() {
        let mut cart = cart();
        let article = Article { market: "us".parse().unwrap(), ..article("RED") };

        let refused = cart.apply(CartEdit::Add { article, quantity: units(1) }, now());

        assert_eq!(refused.unwrap_err().code(), "cart_of_other_market");
    }

    #[test]
    fn a_line_put_aside_comes_back_with_the_units_it_had() {
        let mut cart = cart();
        let red = || "RED".parse::<Sku>().unwrap();
        added(&mut cart, "RED", 4).unwrap();

        cart.apply(CartEdit::SaveForLater(red()), now()).unwrap();

        assert_eq!((quantities(&cart.lines), quantities(&cart.saved)), (vec![], vec![("RED", 4)]));
        assert_eq!(cart.apply(CartEdit::SaveForLater(red()), now()), Ok(false), "a second tab says so too");
        cart.apply(CartEdit::MoveToCart(article("RED")), now()).unwrap();
        assert_eq!((quantities(&cart.lines), quantities(&cart.saved)), (vec![("RED", 4)], vec![]));
        assert_eq!(cart.apply(CartEdit::MoveToCart(article("RED")), now()), Ok(false));
        let never = CartEdit::SaveForLater("BLUE".parse().unwrap());
        assert_eq!(cart.apply(never, now()).unwrap_err().code(), "line_not_found");
    }

    #[test]
    fn what_is_bought_after_all_is_no_longer_put_aside() {
        let mut cart = cart();
        added(&mut cart, "RED", 4).unwrap();
        cart.apply(CartEdit::SaveForLater("RED".parse().unwrap()), now()).unwrap();

        added(&mut cart, "RED", 1).unwrap();

        assert_eq!((quantities(&cart.lines), quantities(&cart.saved)), (vec![("RED", 1)], vec![]));
    }

    #[test]
    fn a_price_is_seen_when_the_line_is_put_in_or_when_it_is_said_so() {
        let mut cart = cart();
        added(&mut cart, "RED", 1).unwrap();
        let euros = |minor| Money::new(minor, "EUR".parse().unwrap());

        let accept = |minor| CartEdit::AcceptPrices(vec![("RED".parse().unwrap(), euros(minor))]);
        assert_eq!(cart.apply(accept(1490), now()), Ok(false));
        assert_eq!(cart.apply(accept(1590), now()), Ok(true));
        assert_eq!(cart.lines[0].price_seen, euros(1590));
    }

    #[test]
    fn a_coupon_counts_once_however_often_it_is_entered() {
        let mut cart = cart();
        let enter = |code: &str| CartEdit::EnterCoupon(code.parse().unwrap());

        assert_eq!(cart.apply(enter("tea-1"), now()), Ok(true));
        assert_eq!(cart.apply(enter("TEA-1"), now()), Ok(false));
        for index in 2..=COUPONS_MAX {
            cart.apply(enter(&format!("TEA-{index}")), now()).unwrap();
        }
        assert_eq!(cart.apply(enter("ONE-TOO-MANY"), now()), Err(CartRefusal::TooManyCoupons));
        assert_eq!(cart.apply(CartEdit::RemoveCoupon("tea-1".parse().unwrap()), now()), Ok(true));
        assert_eq!(cart.coupons.len(), COUPONS_MAX - 1);
    }

    #[test]
    fn a_gift_card_pays_once_however_often_its_code_is_entered() {
        let mut cart = cart();
        let apply = |number: usize| CartEdit::ApplyGiftCard(GiftCardId::new(number as u128));

        assert_eq!(cart.apply(apply(1), now()), Ok(true));
        assert_eq!(cart.apply(apply(1), now()), Ok(false));
        for number in 2..=GIFT_CARDS_MAX {
            cart.apply(apply(number), now()).unwrap();
        }
        assert_eq!(cart.apply(apply(9), now()), Err(CartRefusal::TooManyGiftCards));
        assert_eq!(cart.apply(CartEdit::RemoveGiftCard(GiftCardId::new(1)), now()), Ok(true));
        assert_eq!(cart.apply(CartEdit::RemoveGiftCard(GiftCardId::new(1)), now()), Ok(false));
        assert_eq!(cart.gift_cards.len(), GIFT_CARDS_MAX - 1);
    }

    #[test]
    fn a_variant_is_wished_for_once() {
        let mut cart = cart();
        let wish = |sku: &str| CartEdit::Wish(Wish { sku: sku.parse().unwrap(), product: "mug".parse().unwrap() });

        assert_eq!(cart.apply(wish("RED"), now()), Ok(true));
        assert_eq!(cart.apply(wish("RED"), now()), Ok(false));
        for index in 1..WISHES_MAX {
            cart.apply(wish(&format!("B{index}")), now()).unwrap();
        }
        assert_eq!(cart.apply(wish("ONE-TOO-MANY"), now()), Err(CartRefusal::TooManyWishes));
        assert_eq!(cart.apply(CartEdit::Unwish("RED".parse().unwrap()), now()), Ok(true));
        assert_eq!(cart.wishes.len(), WISHES_MAX - 1);
    }
}
