//! What gift cards pay.

use proptest::prelude::*;

use super::*;
use crate::gift_card::{GiftCardCode, GiftCardId, GiftCardStanding};

/// A quote over so much, delivery included.
fn costing(minor: i64) -> Quote {
    quote(&compiled(german_shop()), &basket([line("A", 1, minor)])).unwrap()
}

fn funds(cards: &[(i64, &str, bool)]) -> Vec<GiftCardFunds> {
    let hint = GiftCardCode::drawn([3; 32]).hint();
    let funds = |(number, (minor, currency, is_expired)): (u128, &(i64, &str, bool))| GiftCardFunds {
        card: GiftCardId::new(number),
        hint,
        balance: money(*minor, currency),
        standing: if *is_expired { GiftCardStanding::Expired } else { GiftCardStanding::Good },
    };
    (1..).zip(cards).map(funds).collect()
}

fn euros_on(cards: &[i64]) -> Vec<GiftCardFunds> {
    funds(&cards.iter().map(|minor| (*minor, "EUR", false)).collect::<Vec<_>>())
}

/// A provider that takes from 0.50 to 9,999.
fn from_fifty_cents(amount: Money) -> Option<Money> {
    (amount.minor() <= 999_900).then(|| Money::new(amount.minor().max(50), amount.currency()))
}

fn paid(quote: Quote, cards: &[GiftCardFunds]) -> Quote {
    quote.paid_with(cards, &from_fifty_cents)
}

fn told(quote: &Quote) -> (Vec<(i64, &'static str)>, i64) {
    let cards = quote.gift_cards.iter().map(|paid| (paid.amount.minor(), paid.outcome.code()));
    (cards.collect(), quote.totals.due.minor())
}

#[test]
fn cards_pay_in_their_order_until_nothing_is_left() {
    let quote = costing(3_000);

    let some = paid(quote.clone(), &euros_on(&[500, 1_000]));
    assert_eq!(told(&some), (vec![(500, "gift_card_pays"), (1_000, "gift_card_pays")], 1_500));
    let all = paid(quote, &euros_on(&[500, 4_000, 700]));
    let expected = vec![(500, "gift_card_pays"), (2_500, "gift_card_pays"), (0, "gift_card_not_needed")];
    assert_eq!(told(&all), (expected, 0));
}

#[test]
fn gift_cards_are_no_discount_and_leave_the_tax_as_it_is() {
    let quote = costing(3_000);

    let paid = paid(quote.clone(), &euros_on(&[500]));

    let without = |quote: &Quote| (quote.totals.goods, quote.totals.discount, quote.totals.tax, quote.totals.total);
    assert_eq!(without(&paid), without(&quote));
    assert_eq!((paid.tax, paid.lines), (quote.tax, quote.lines));
}

#[test]
fn a_card_pays_less_where_too_little_would_be_left_to_be_paid() {
    let quote = costing(3_000);

    let last = paid(quote.clone(), &euros_on(&[1_000, 1_980]));
    assert_eq!(told(&last), (vec![(1_000, "gift_card_pays"), (1_950, "gift_card_leaves_rest")], 50));
    let both = paid(quote, &euros_on(&[2_970, 10]));
    assert_eq!(told(&both), (vec![(2_950, "gift_card_leaves_rest"), (0, "gift_card_leaves_rest")], 50));
}

#[test]
fn what_can_be_paid_in_no_way_is_told_as_it_is() {
    let too_little = paid(costing(40), &euros_on(&[10]));
    assert_eq!(told(&too_little), (vec![(10, "gift_card_pays")], 30), "the whole cannot be charged either");
    let too_much = paid(costing(2_000_000), &euros_on(&[10]));
    assert_eq!(told(&too_much), (vec![(10, "gift_card_pays")], 1_999_990));
    let enough = paid(costing(40), &euros_on(&[40]));
    assert_eq!(told(&enough), (vec![(40, "gift_card_pays")], 0));
}

#[test]
fn a_card_that_cannot_pay_says_why() {
    let mut cards = funds(&[(500, "EUR", true), (0, "EUR", false), (500, "CHF", false), (500, "EUR", false)]);
    let blocked = GiftCardFunds { card: GiftCardId::new(9), standing: GiftCardStanding::Blocked, ..cards[3] };
    cards.insert(0, blocked);

    let quote = paid(costing(3_000), &cards);

    let reasons =
        ["gift_card_blocked", "gift_card_expired", "gift_card_empty", "gift_card_other_currency"].map(|code| (0, code));
    assert_eq!(told(&quote), ([&reasons[..], &[(500, "gift_card_pays")]].concat(), 2_500));
    let explained: Vec<_> = quote.reasons.iter().map(Reason::code).filter(|code| code.starts_with("gift")).collect();
    assert_eq!(explained.len(), 5);
}

#[test]
fn a_quote_is_another_when_a_card_pays_otherwise_and_only_then() {
    let quote = costing(3_000);
    let name = |cards: &[GiftCardFunds]| paid(quote.clone(), cards).id;

    assert_eq!(name(&[]), quote.id);
    let whole = name(&euros_on(&[5_000]));
    assert_eq!(name(&euros_on(&[4_000])), whole, "what is left on the card concerns nobody here");
    for unneeded in [700, 0] {
        assert_eq!(name(&euros_on(&[5_000, unneeded])), whole, "what becomes of a card that is not needed neither");
    }
    assert_eq!(name(&euros_on(&[0])), quote.id, "an empty card changes nothing");
    assert_eq!(name(&funds(&[(2_000, "EUR", true)])), quote.id, "nor does an expired one");
    let others = [quote.id, whole, name(&euros_on(&[2_000])), name(&euros_on(&[1_000, 1_000]))];
    for (place, id) in others.iter().enumerate() {
        assert!(!others[..place].contains(id), "{place}");
    }
}

proptest! {
    #[test]
    fn what_cards_pay_and_what_is_left_are_the_whole(
        minor in 0_i64..20_000,
        cards in proptest::collection::vec((0_i64..9_000, any::<bool>(), any::<bool>()), 0..=3),
        least in 1_i64..3_000,
        step in 1_i64..11,
    ) {
        let cards: Vec<_> =
            cards.iter().map(|(minor, other, expired)| (*minor, if *other { "CHF" } else { "EUR" }, *expired)).collect();
        let cards = funds(&cards);
        let payable_from = |amount: Money| {
            let minor = amount.minor().max(least);
            Some(Money::new((minor + step - 1) / step * step, amount.currency()))
        };
        let quote = costing(minor);
        let total = quote.totals.total.minor();

        let paid = quote.paid_with(&cards, &payable_from);

        let totals = paid.totals;
        let amounts: Vec<i64> = paid.gift_cards.iter().map(|paid| paid.amount.minor()).collect();
        prop_assert_eq!(amounts.iter().sum::<i64>(), totals.gift_cards.minor());
        prop_assert_eq!(totals.gift_cards.minor() + totals.due.minor(), total);
        prop_assert!(totals.due.minor() >= 0);
        prop_assert_eq!(paid.gift_cards.len(), cards.len(), "none is dropped");
        for (card, amount) in cards.iter().zip(amounts) {
            let is_good = card.standing == GiftCardStanding::Good;
            let has = if !is_good || card.balance.currency().code() == "CHF" { 0 } else { card.balance.minor() };
            prop_assert!((0..=has).contains(&amount));
        }
        // Where the whole could be paid without cards, the rest can be as well.
        let is_payable = |minor: i64| minor == 0 || payable_from(money(minor, "EUR")) == Some(money(minor, "EUR"));
        prop_assert!(is_payable(totals.due.minor()) || !is_payable(total));
    }
}
