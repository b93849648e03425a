//! What somebody who comes to the shop is going to do, drawn by lot before they come.

use ecom67_domain::Sku;
use rand::Rng;
use rand::seq::IndexedRandom;

use super::goods::{COUPON_OF_ALL, COUPON_OF_EACH, Goods, PAIRED_MAX};

/// How the order button is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// Once.
    Once,
    /// Twice at the same time, under the same name.
    Twice,
    /// In two tabs at the same time, each with a name of its own.
    InTwoTabs,
}

/// What becomes of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It is never placed: the cart is left.
    LeavesTheCart,
    /// It is paid.
    Pays,
    /// A card is declined, and another one pays.
    PaysWithAnotherCard,
    /// The bank asks who it is, and is told.
    PaysWhenAsked,
    /// The bank asks who it is, and is not told; another card pays.
    FailsWhenAskedAndPaysThen,
    /// The bank asks who it is, and they go away.
    LeavesWhenAsked,
    /// A card is declined, and they go away.
    LeavesWhenDeclined,
    /// They go away.
    Leaves,
    /// They take it back.
    Cancels,
    /// They take it back while they pay.
    CancelsWhilePaying,
    /// They change the cart, which takes it back, and pay for another one.
    ChangesTheCart,
}

/// How likely each is, in a hundred.
const ENDINGS: [(Ending, u32); 11] = [
    (Ending::Pays, 46),
    (Ending::PaysWithAnotherCard, 11),
    (Ending::PaysWhenAsked, 9),
    (Ending::FailsWhenAskedAndPaysThen, 4),
    (Ending::LeavesWhenAsked, 3),
    (Ending::LeavesWhenDeclined, 3),
    (Ending::Leaves, 6),
    (Ending::LeavesTheCart, 3),
    (Ending::Cancels, 5),
    (Ending::CancelsWhilePaying, 5),
    (Ending::ChangesTheCart, 5),
];

/// Numbers of what comes by the pair that nobody may have, with the code that says why.
const BEYOND: [(u32, &str); 3] =
    [(1, "quantity_too_small"), (3, "quantity_not_in_sets"), (PAIRED_MAX + 2, "quantity_too_large")];

/// One visit in so many is of one customer who has as many unpaid orders as they may, again and again.
const INSISTENT_ONE_IN: u32 = 6;

/// What somebody is going to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(super) struct Plan {
    /// Which visit.
    pub(super) number: u64,
    /// Whose e-mail address.
    pub(super) email: String,
    /// What goes into the cart, and how many of it.
    pub(super) lines: Vec<(Sku, u32)>,
    /// What they try to have more or fewer units of than they may, how many, and the code that they are refused with.
    pub(super) beyond: Option<(Sku, u32, &'static str)>,
    /// One more, when the cart is changed.
    pub(super) another: Sku,
    /// The coupon that is entered.
    pub(super) coupon: Option<&'static str>,
    /// The gift cards that are to pay, by their places.
    pub(super) gift_cards: Vec<usize>,
    /// How the order button is pressed.
    pub(super) press: Press,
    /// Whether every other button is pressed twice at the same time.
    pub(super) is_hasty: bool,
    /// Whether the order is looked at until it is paid.
    pub(super) waits: bool,
    /// Whether the hold is extended.
    pub(super) extends: bool,
    /// Whether the order is looked up by its number.
    pub(super) looks_up: bool,
    /// What becomes of it.
    pub(super) ending: Ending,
}

impl Plan {
    /// That of one visit.
    pub(super) fn drawn(number: u64, goods: &Goods, random: &mut impl Rng) -> Self {
        let plenty = |random: &mut _| goods.plenty.choose(random).cloned().unwrap_or_else(|| goods.scarce[0].clone());
        let mut lines: Vec<(Sku, u32)> = Vec::new();
        for _ in 0..random.random_range(1..=3) {
            let scarce = if random.random_ratio(1, 4) { goods.scarce.choose(random).cloned() } else { None };
            let sku = scarce.unwrap_or_else(|| plenty(random));
            if !lines.iter().any(|(known, _)| *known == sku) {
                lines.push((sku, random.random_range(1..=2)));
            }
        }
        let paired = if random.random_ratio(1, 4) { goods.paired.choose(random).cloned() } else { None };
        let beyond = paired.map(|sku| {
            lines.push((sku.clone(), 2 * random.random_range(1..=PAIRED_MAX / 2)));
            let (quantity, code) = BEYOND[random.random_range(0..BEYOND.len())];
            (sku, quantity, code)
        });
        let name = if random.random_ratio(1, INSISTENT_ONE_IN) {
            "insistent".to_owned()
        } else {
            format!("buyer-{}", random.random_range(0..goods.customers))
        };
        let coupon = match random.random_range(0..6) {
            0 | 1 => Some(COUPON_OF_ALL),
            2 => Some(COUPON_OF_EACH),
            _ => None,
        };
        let press = match random.random_range(0..5) {
            0 | 1 => Press::Once,
            2 | 3 => Press::Twice,
            _ => Press::InTwoTabs,
        };
        let mut lot: u32 = random.random_range(0..100);
        let ending = ENDINGS.into_iter().find(|(_, share)| match lot.checked_sub(*share) {
            Some(rest) => {
                lot = rest;
                false
            }
            None => true,
        });
        let gift_cards = match random.random_range(0..6) {
            0 | 1 => vec![random.random_range(0..goods.gift_cards.len())],
            2 => (0..3).map(|_| random.random_range(0..goods.gift_cards.len())).collect(),
            _ => Vec::new(),
        };
        Self {
            number,
            gift_cards,
            email: format!("{name}@example.org"),
            beyond,
            another: plenty(random),
            lines,
            coupon,
            press,
            is_hasty: random.random_ratio(1, 3),
            waits: random.random_ratio(1, 2),
            extends: random.random_ratio(1, 12),
            looks_up: random.random_ratio(1, 4),
            ending: ending.map_or(Ending::Pays, |(ending, _)| ending),
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_people_and_everything_is_done_by_some() {
        let drawn = |seed| {
            let goods = Goods::stocked_for(1_000, &mut StdRng::seed_from_u64(seed));
            let plans = (0..1_000).map(|number| Plan::drawn(number, &goods, &mut StdRng::seed_from_u64(seed + number)));
            (goods.lines.clone(), plans.collect::<Vec<_>>())
        };

        let (lines, plans) = drawn(7);

        assert_eq!((lines, plans.clone()), drawn(7));
        assert_ne!(plans, drawn(8).1);
        assert_eq!(ENDINGS.iter().map(|(_, share)| share).sum::<u32>(), 100);
        for (ending, _) in ENDINGS {
            assert!(plans.iter().any(|plan| plan.ending == ending), "{ending:?}");
        }
        for (quantity, code) in BEYOND {
            let tries =
                |plan: &Plan| plan.beyond.as_ref().is_some_and(|(_, tried, why)| (*tried, *why) == (quantity, code));
            assert!(plans.iter().any(tries), "{code}");
        }
    }
}
