//! Two carts become one: when a guest signs in who has one already.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use jiff::Timestamp;

use super::{Cart, CartGiftCard, CartLine, LINE_QUANTITY_MAX, LINES_MAX, SAVED_MAX, WISHES_MAX};
use crate::code::{ProductCode, Sku};
use crate::gift_card::{GIFT_CARDS_MAX, GiftCardId};
use crate::pricing::{COUPONS_MAX, CouponCode};
use crate::quantity::{ProductLimit, QuantityLimits};

/// How many units one cart may have of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineLimits {
    /// Of the variant.
    pub limits: QuantityLimits,
    /// Of all the product's variants together, where they share a limit.
    pub shared_limit: Option<ProductLimit>,
}

/// A line that has fewer units than both carts had together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortenedLine {
    /// The variant.
    pub sku: Sku,
    /// How many there were in both.
    pub asked: u64,
    /// How many there are: the most one cart may have.
    pub is: u32,
}

/// What came of a merge. Nothing is lost without being told here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merge {
    /// Lines that would have more units than one cart may have.
    pub shortened: Vec<ShortenedLine>,
    /// Lines beyond [`LINES_MAX`], and those of whose product there are as many as one cart may have: they are saved for later
    /// instead.
    pub put_aside: Vec<Sku>,
    /// Variants for which there was no room at all: beyond [`LINES_MAX`] and [`SAVED_MAX`], or beyond [`WISHES_MAX`].
    pub left_out: Vec<Sku>,
    /// Coupons for which there was no room.
    pub coupons_left_out: Vec<CouponCode>,
    /// Gift cards for which there was no room.
    pub gift_cards_left_out: Vec<GiftCardId>,
    /// Whether the guest's note was left out, because the cart had one already.
    pub note_left_out: bool,
}

impl Cart {
    /// Takes in what `guest` has: units of the same variant, and of the same product, add up to what `limits` says, the newer
    /// price seen wins, and what finds no room among the lines is saved for later. Id, capability and market stay this cart's own.
    ///
    /// The guest's cart is to be removed in the same commit, or what is in it would be there twice. Carts of two markets
    /// have different prices: their articles are to be looked up anew before.
    pub fn merge(&mut self, guest: Self, limits: impl Fn(&CartLine) -> LineLimits, at: Timestamp) -> Merge {
        let mut merge = Merge::default();
        let is_guest_newer = guest.changed_at > self.changed_at;
        let mut had = BTreeMap::new();
        for line in &self.lines {
            *had.entry(line.product.clone()).or_default() += u64::from(line.quantity.get());
        }
        for line in guest.lines {
            let limits = limits(&line);
            let room = self.room(&line, limits.shared_limit, &had);
            self.take_in(line, is_guest_newer, limits.limits, room, &mut merge);
        }
        for line in guest.saved {
            let is_known = self.line(&line.sku).is_some() || self.saved.iter().any(|known| known.sku == line.sku);
            if !is_known {
                self.put_aside(line, &mut merge);
            }
        }
        for wish in guest.wishes {
            if self.wishes.iter().any(|known| known.sku == wish.sku) {
                continue;
            }
            if self.wishes.len() < WISHES_MAX {
                self.wishes.push(wish);
            } else {
                merge.left_out.push(wish.sku);
            }
        }
        for coupon in guest.coupons {
            if !self.coupons.contains(&coupon) {
                if self.coupons.len() < COUPONS_MAX {
                    self.coupons.push(coupon);
                } else {
                    merge.coupons_left_out.push(coupon);
                }
            }
        }
        for CartGiftCard { card, .. } in guest.gift_cards {
            if self.gift_cards.iter().all(|known| known.card != card) {
                if self.gift_cards.len() < GIFT_CARDS_MAX {
                    self.gift_cards.push(CartGiftCard { card, held: None });
                } else {
                    merge.gift_cards_left_out.push(card);
                }
            }
        }
        self.destination = self.destination.take().or(guest.destination);
        self.delivery = self.delivery.take().or(guest.delivery);
        merge.note_left_out = self.note.is_some() && guest.note.is_some() && self.note != guest.note;
        self.note = self.note.take().or(guest.note);
        self.changed_at = at;
        merge
    }

    /// How many of a line's variant there may be as far as that hangs on the product's others.
    fn room(&self, line: &CartLine, limit: Option<ProductLimit>, had: &BTreeMap<ProductCode, u64>) -> u64 {
        // A limit that was lowered since takes away nothing that a cart had by itself, be it this one or the guest's.
        let (Some(limit), Some(had)) = (limit, had.get(&line.product)) else { return u64::MAX };
        let most = u64::from(limit.units()).max(*had);
        most.saturating_sub(self.units_beside(&line.product, &line.sku))
    }

    fn take_in(&mut self, mut line: CartLine, is_newer: bool, limits: QuantityLimits, room: u64, merge: &mut Merge) {
        let Some(own) = self.lines.iter_mut().find(|own| own.sku == line.sku) else {
            let asked = u64::from(line.quantity.get());
            let is = if asked <= room { asked } else { limits.within(room) };
            let is = u32::try_from(is).ok().and_then(NonZeroU32::new);
            let Some(is) = is.filter(|_| self.lines.len() < LINES_MAX) else {
                merge.put_aside.push(line.sku.clone());
                return self.put_aside(line, merge);
            };
            if u64::from(is.get()) < asked {
                merge.shortened.push(ShortenedLine { sku: line.sku.clone(), asked, is: is.get() });
            }
            line.quantity = is;
            self.saved.retain(|saved| saved.sku != line.sku);
            self.lines.push(line);
            return;
        };
        let asked = u64::from(own.quantity.get()) + u64::from(line.quantity.get());
        let allowed = u64::from(limits.allowed(asked));
        let allowed = if allowed <= room { allowed } else { limits.within(room) };
        // A limit that was lowered since takes away nothing that a cart had by itself.
        let is = u32::try_from(allowed).unwrap_or(u32::MAX).max(own.quantity.get());
        if u64::from(is) < asked {
            merge.shortened.push(ShortenedLine { sku: line.sku, asked, is });
        }
        own.quantity = NonZeroU32::new(is).unwrap_or(own.quantity);
        if is_newer {
            own.price_seen = line.price_seen;
        }
    }

    fn put_aside(&mut self, line: CartLine, merge: &mut Merge) {
        if let Some(own) = self.saved.iter_mut().find(|own| own.sku == line.sku) {
            let units = own.quantity.saturating_add(line.quantity.get());
            own.quantity = units.min(NonZeroU32::new(LINE_QUANTITY_MAX).unwrap_or(units));
        } else if self.saved.len() < SAVED_MAX {
            self.saved.push(line);
        } else {
            merge.put_aside.retain(|sku| *sku != line.sku);
            merge.left_out.push(line.sku);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::edit::tests::{added, cart};
    use super::super::{CartEdit, Wish};
    use super::*;

    fn later() -> Timestamp {
        Timestamp::from_second(9_000).unwrap()
    }

    fn limits(max: u32, step: u32) -> QuantityLimits {
        QuantityLimits::new(None, Some(max), Some(step)).unwrap()
    }

    fn alone(max: u32, step: u32) -> LineLimits {
        LineLimits { limits: limits(max, step), shared_limit: None }
    }

    /// Variants of one product, of which one cart may have so many.
    fn sharing(units: u32) -> LineLimits {
        LineLimits { limits: limits(units, 1), shared_limit: ProductLimit::new(units).ok() }
    }

    fn merged(own: &mut Cart, guest: Cart) -> Merge {
        own.merge(guest, |_| alone(10, 1), later())
    }

    fn quantities(cart: &Cart) -> Vec<(&str, u32)> {
        cart.lines.iter().map(|line| (line.sku.as_str(), line.quantity.get())).collect()
    }

    #[test]
    fn quantities_add_up_to_the_limit_and_what_is_missing_is_told() {
        let (mut own, mut guest) = (cart(), cart());
        added(&mut own, "RED", 4).unwrap();
        added(&mut guest, "RED", 3).unwrap();
        added(&mut own, "BLUE", 8).unwrap();
        added(&mut guest, "BLUE", 8).unwrap();
        added(&mut guest, "GREEN", 1).unwrap();

        let merge = merged(&mut own, guest);

        assert_eq!(quantities(&own), [("RED", 7), ("BLUE", 10), ("GREEN", 1)]);
        let blue = ShortenedLine { sku: "BLUE".parse().unwrap(), asked: 16, is: 10 };
        assert_eq!(merge, Merge { shortened: vec![blue], ..Merge::default() });
    }

    #[test]
    fn units_of_both_carts_come_to_whole_sets_and_no_limit_takes_away_what_was_there() {
        let (mut own, mut guest) = (cart(), cart());
        for (sku, of_own, of_guest) in [("SETS", 6, 6), ("ODD", 4, 5), ("LOWERED", 8, 1)] {
            added(&mut own, sku, of_own).unwrap();
            added(&mut guest, sku, of_guest).unwrap();
        }

        let limits = |line: &CartLine| if line.sku.as_str() == "LOWERED" { alone(3, 1) } else { alone(60, 6) };
        let merge = own.merge(guest, limits, later());

        assert_eq!(quantities(&own), [("SETS", 12), ("ODD", 6), ("LOWERED", 8)]);
        let told: Vec<_> = merge.shortened.iter().map(|line| (line.sku.as_str(), line.asked, line.is)).collect();
        assert_eq!(told, [("ODD", 9, 6), ("LOWERED", 9, 8)]);
    }

    #[test]
    fn variants_that_share_a_limit_find_as_much_room_as_there_is_and_the_rest_is_put_aside() {
        let (mut own, mut guest) = (cart(), cart());
        added(&mut own, "OAK", 2).unwrap();
        for (sku, units) in [("ASH", 2), ("OAK", 3), ("ELM", 1)] {
            added(&mut guest, sku, units).unwrap();
        }

        let merge = own.merge(guest, |_| sharing(3), later());

        assert_eq!(quantities(&own), [("OAK", 2), ("ASH", 1)]);
        let told: Vec<_> = merge.shortened.iter().map(|line| (line.sku.as_str(), line.asked, line.is)).collect();
        assert_eq!(told, [("ASH", 2, 1), ("OAK", 5, 2)]);
        assert_eq!(merge.put_aside, ["ELM".parse().unwrap()]);
        assert_eq!(own.saved.iter().map(|line| line.sku.as_str()).collect::<Vec<_>>(), ["ELM"]);
    }

    #[test]
    fn a_shared_limit_that_was_lowered_takes_nothing_from_the_cart_that_had_it() {
        let filled = |skus: &[&str]| {
            let mut cart = cart();
            for sku in skus {
                added(&mut cart, sku, 2).unwrap();
            }
            cart
        };
        let mut empty = cart();
        assert_eq!(empty.merge(filled(&["OAK", "ASH"]), |_| sharing(3), later()), Merge::default());
        assert_eq!(quantities(&empty), [("OAK", 2), ("ASH", 2)]);

        let mut own = filled(&["OAK", "ASH"]);
        own.merge(filled(&["OAK", "ELM"]), |_| sharing(3), later());
        assert_eq!(quantities(&own), [("OAK", 2), ("ASH", 2)]);
    }

    #[test]
    fn the_signed_in_cart_stays_who_it_was() {
        let (mut own, mut guest) = (cart(), cart());
        guest.id = super::super::CartId::new(99);
        guest.capability = super::super::CapabilityDigest([1; 32]);
        let (id, capability) = (own.id, own.capability);

        merged(&mut own, guest);

        assert_eq!((own.id, own.capability), (id, capability));
    }

    #[test]
    fn gift_cards_of_both_pay_and_those_without_room_are_told() {
        let (mut own, mut guest) = (cart(), cart());
        let apply = |number| CartEdit::ApplyGiftCard(GiftCardId::new(number));
        for number in [1, 2] {
            own.apply(apply(number), later()).unwrap();
        }
        for number in [2, 3, 4] {
            guest.apply(apply(number), later()).unwrap();
        }

        let merge = merged(&mut own, guest);

        let cards: Vec<u128> = own.gift_cards.iter().map(|applied| applied.card.number()).collect();
        assert_eq!((cards, merge.gift_cards_left_out), (vec![1, 2, 3], vec![GiftCardId::new(4)]));
    }

    #[test]
    fn of_two_notes_the_cart_keeps_its_own_and_says_so() {
        let (mut own, mut guest) = (cart(), cart());
        guest.note = Some("from the guest".parse().unwrap());
        assert!(!merged(&mut own, guest.clone()).note_left_out);
        assert_eq!(own.note, guest.note);

        guest.note = Some("another".parse().unwrap());
        assert!(merged(&mut own, guest).note_left_out);
        assert_eq!(own.note.as_ref().map(super::super::Note::as_str), Some("from the guest"));
    }

    fn filled(lines: &[(u8, u32)], saved: &[u8], wishes: &[u8]) -> Cart {
        let mut cart = cart();
        for sku in saved {
            let _ = added(&mut cart, &format!("S{sku}"), 1);
            let _ = cart.apply(CartEdit::SaveForLater(format!("S{sku}").parse().unwrap()), later());
        }
        for (sku, quantity) in lines {
            let _ = added(&mut cart, &format!("S{sku}"), *quantity);
        }
        for sku in wishes {
            let wish = Wish { sku: format!("S{sku}").parse().unwrap(), product: "mug".parse().unwrap() };
            let _ = cart.apply(CartEdit::Wish(wish), later());
        }
        cart
    }

    fn skus(cart: &Cart) -> BTreeSet<Sku> {
        cart.lines.iter().chain(&cart.saved).map(|line| line.sku.clone()).collect()
    }

    proptest! {
        #[test]
        fn nothing_is_lost_nothing_is_there_twice_and_no_bound_is_broken(
            own_lines in prop::collection::vec((any::<u8>(), 1_u32..10), 0..60),
            guest_lines in prop::collection::vec((any::<u8>(), 1_u32..10), 0..60),
            own_saved in prop::collection::vec(any::<u8>(), 0..60),
            guest_saved in prop::collection::vec(any::<u8>(), 0..60),
            wishes in prop::collection::vec(any::<u8>(), 0..120),
        ) {
            let own = filled(&own_lines, &own_saved, &[]);
            let guest = filled(&guest_lines, &guest_saved, &wishes);
            let mut both = own.clone();

            let merge = both.merge(guest.clone(), |_| alone(10, 1), later());

            prop_assert!(both.lines.len() <= LINES_MAX && both.saved.len() <= SAVED_MAX && both.wishes.len() <= WISHES_MAX);
            let mut expected = skus(&own);
            expected.extend(skus(&guest));
            let mut found = skus(&both);
            prop_assert_eq!(found.len(), both.lines.len() + both.saved.len(), "no variant is there twice");
            found.extend(merge.left_out.iter().cloned());
            prop_assert!(expected.is_subset(&found), "what is missing is told");
            let units = |cart: &Cart, sku: &Sku| cart.line(sku).map_or(0, |line| u64::from(line.quantity.get()));
            for line in &both.lines {
                let asked = units(&own, &line.sku) + units(&guest, &line.sku);
                let told = merge.shortened.iter().find(|shortened| shortened.sku == line.sku);
                let is = u64::from(line.quantity.get());
                prop_assert_eq!(told.map_or(asked, |told| u64::from(told.is)), is);
            }
        }

        #[test]
        fn no_merge_makes_more_of_a_product_than_one_cart_may_have(
            own_lines in prop::collection::vec((0_u8..8, 1_u32..10), 0..6),
            guest_lines in prop::collection::vec((0_u8..8, 1_u32..10), 0..6),
            most in 1_u32..40,
        ) {
            let (own, guest) = (filled(&own_lines, &[], &[]), filled(&guest_lines, &[], &[]));
            let mut both = own.clone();

            both.merge(guest.clone(), |_| sharing(most), later());

            let had = if own.units() == 0 { guest.units() } else { own.units() };
            prop_assert!(both.units() <= had.max(most.into()));
            for line in &own.lines {
                prop_assert!(both.line(&line.sku).is_some_and(|kept| kept.quantity >= line.quantity));
            }
            prop_assert!(skus(&own).union(&skus(&guest)).all(|sku| skus(&both).contains(sku)), "nothing is lost");
        }
    }
}
