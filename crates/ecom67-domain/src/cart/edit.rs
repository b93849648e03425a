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
use crate::quantity::{ProductLimit, QuantityLimits};

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
    /// How many one cart may have of all the product's variants together, where they share a limit.
    pub shared_limit: Option<ProductLimit>,
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
    /// More units than one cart may have of the product, all its variants together.
    #[error(
        "at most {max} of {product} can be ordered at once, all variants together; {asked} of {sku} were asked for"
    )]
    TooManyOfProduct {
        /// The variant.
        sku: Sku,
        /// The product.
        product: ProductCode,
        /// How many of the variant there would be.
        asked: u64,
        /// How many of the variant there may be beside the others.
        allowed: u64,
        /// The most there may be of the product.
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
            Self::TooManyOfProduct { .. } => "product_quantity_too_large",
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
        self.check_beside_others(&article, asked)?;
        let quantity = allowed(&article, asked)?;
        self.put_allowed(article, quantity)
    }

    /// Refuses what is more than the product's other variants leave of it. One that stands alone goes by its own limits, which
    /// are no wider; and to have fewer than before is not refused for the sake of others.
    fn check_beside_others(&self, article: &Article, asked: u64) -> Result<(), CartRefusal> {
        let Article { sku, product, limits, shared_limit, available, .. } = article;
        let others = self.units_beside(product, sku);
        let Some(limit) = shared_limit.filter(|_| others > 0) else { return Ok(()) };
        let room = limit.beside(others);
        if asked <= room || asked <= u64::from(self.quantity(sku)) {
            return Ok(());
        }
        Err(CartRefusal::TooManyOfProduct {
            sku: sku.clone(),
            product: product.clone(),
            asked,
            allowed: limits.within(available.map_or(room, |units| units.min(room))),
            max: limit.units(),
        })
    }

    fn put_allowed(&mut self, article: Article, quantity: NonZeroU32) -> Result<bool, CartRefusal> {
        let Article { sku, product, market, price, available, .. } = article;
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
        // With the units it had, whatever its own limits have become: that is told of the line, and checkout sees to it.
        let quantity = saved.quantity;
        self.check_beside_others(&article, quantity.get().into())?;
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
pub(super) mod tests;
