//! What may be done to a cart, and what that makes of it.

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
        shared_limit: None,
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

/// A variant of a product of which one cart may have three.
fn print(sku: &str) -> Article {
    let limits = QuantityLimits::new(None, Some(3), None).unwrap();
    Article { product: "print".parse().unwrap(), limits, shared_limit: ProductLimit::new(3).ok(), ..article(sku) }
}

fn too_many_prints(sku: &str, asked: u64, allowed: u64) -> Result<bool, CartRefusal> {
    let (sku, product) = (sku.parse().unwrap(), "print".parse().unwrap());
    Err(CartRefusal::TooManyOfProduct { sku, product, asked, allowed, max: 3 })
}

#[test]
fn variants_that_share_a_limit_count_together_and_others_do_not() {
    let mut cart = cart();
    let add = |sku, count| CartEdit::Add { article: print(sku), quantity: units(count) };
    let set = |sku, count| CartEdit::Set { article: print(sku), quantity: units(count) };
    added(&mut cart, "MUG", 9).unwrap();
    cart.apply(add("OAK", 2), now()).unwrap();

    assert_eq!(cart.apply(add("ASH", 2), now()), too_many_prints("ASH", 2, 1));
    assert_eq!(cart.apply(set("ASH", 3), now()), too_many_prints("ASH", 3, 1));
    assert_eq!(cart.apply(add("ASH", 1), now()), Ok(true));
    assert_eq!(cart.apply(CartEdit::AddNext(print("OAK")), now()), too_many_prints("OAK", 3, 2));
    assert_eq!(cart.apply(CartEdit::AddNext(print("ELM")), now()), too_many_prints("ELM", 1, 0));
    assert_eq!(quantities(&cart.lines), [("MUG", 9), ("OAK", 2), ("ASH", 1)]);
    cart.apply(CartEdit::Remove("OAK".parse().unwrap()), now()).unwrap();
    assert_eq!(cart.apply(add("ASH", 2), now()), Ok(true), "what was taken out leaves room");
}

#[test]
fn what_others_leave_of_a_shared_limit_is_had_in_whole_sets() {
    let mut cart = cart();
    let limit = ProductLimit::new(16).ok();
    let wine = |sku| Article {
        limits: QuantityLimits::new(None, Some(12), Some(6)).unwrap(),
        shared_limit: limit,
        ..print(sku)
    };
    cart.apply(CartEdit::Set { article: wine("RED"), quantity: units(6) }, now()).unwrap();

    let refused = cart.apply(CartEdit::Set { article: wine("WHITE"), quantity: units(12) }, now());

    let Err(CartRefusal::TooManyOfProduct { asked, allowed, max, .. }) = refused else { panic!("got {refused:?}") };
    assert_eq!((asked, allowed, max), (12, 6, 16));
}

#[test]
fn a_shared_limit_that_was_lowered_takes_nothing_away_and_lets_go_down_step_by_step() {
    let mut cart = cart();
    for sku in ["OAK", "ASH"] {
        let before = Article { shared_limit: None, ..print(sku) };
        cart.apply(CartEdit::Set { article: before, quantity: units(3) }, now()).unwrap();
    }
    let mut set = |sku, count| cart.apply(CartEdit::Set { article: print(sku), quantity: units(count) }, now());

    assert_eq!(set("OAK", 3), Ok(false));
    assert_eq!(set("OAK", 2), Ok(true));
    assert_eq!(set("OAK", 3), too_many_prints("OAK", 3, 0));
    assert_eq!(set("ASH", 1), Ok(true));
    assert_eq!(quantities(&cart.lines), [("OAK", 2), ("ASH", 1)]);
}

#[test]
fn what_was_put_aside_comes_back_only_where_the_others_leave_room() {
    let mut cart = cart();
    let set = |sku, count| CartEdit::Set { article: print(sku), quantity: units(count) };
    cart.apply(set("OAK", 2), now()).unwrap();
    cart.apply(CartEdit::SaveForLater("OAK".parse().unwrap()), now()).unwrap();
    cart.apply(set("ASH", 2), now()).unwrap();

    assert_eq!(cart.apply(CartEdit::MoveToCart(print("OAK")), now()), too_many_prints("OAK", 2, 1));
    assert_eq!((quantities(&cart.lines), quantities(&cart.saved)), (vec![("ASH", 2)], vec![("OAK", 2)]));
    cart.apply(set("ASH", 1), now()).unwrap();
    assert_eq!(cart.apply(CartEdit::MoveToCart(print("OAK")), now()), Ok(true));
    assert_eq!((quantities(&cart.lines), cart.saved.len()), (vec![("ASH", 1), ("OAK", 2)], 0));
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
