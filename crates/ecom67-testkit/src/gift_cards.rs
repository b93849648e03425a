//! What every [`GiftCardStore`](ecom67_app::port::GiftCardStore) must do, and every store of orders that are paid with its cards.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use std::time::Duration;

use ecom67_app::port::{
    GIFT_CARDS_PAGE_MAX, GiftCardBlock, GiftCardChange, GiftCardIssue, GiftCardIssueError, GiftCardWrite, MeterWrite,
    OrderCommit, OrderCommitError, OrderRefused, StockWrite, Stored,
};
use ecom67_domain::gift_card::{GiftCard, GiftCardCode, GiftCardMove, RETURNED_MONEY_LASTS};
use ecom67_domain::order::{CancelReason, OrderEvent, RefundState};
use ecom67_domain::{GiftCardId, Money, Order, OrderId};
use jiff::SignedDuration;
use tokio::task::JoinSet;

use crate::orders::{found, order, placing, step};
use crate::{Stores, noon, paid_with};

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! gift_cards_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; gift_cards;
            a_card_reads_back_by_its_id_and_by_its_code
            a_card_that_nobody_issued_is_absent
            the_same_card_is_issued_once_and_another_with_its_code_is_refused
            cards_are_found_in_the_order_asked_for_and_listed_from_the_newest
            an_order_takes_what_its_cards_pay_and_says_so_in_their_ledgers
            an_order_that_a_card_cannot_pay_leaves_nothing_and_tells_what_is_left
            a_card_of_another_currency_pays_nothing
            of_50_buyers_with_one_card_for_ten_exactly_ten_are_paid
            two_orders_with_the_same_cards_in_another_order_never_stand_in_each_others_way
            what_cards_paid_comes_back_once_when_an_order_is_cancelled
            of_16_that_cancel_together_one_gives_back
            a_refund_gives_back_to_each_card_what_it_says_even_where_the_card_has_expired
            what_comes_back_to_an_expired_card_is_all_that_can_be_spent_of_it
            of_orders_that_give_back_to_an_expired_card_together_one_writes_off_what_had_expired
            what_came_back_while_a_clock_was_ahead_lasts_as_long_as_was_said_then
            a_blocked_card_pays_for_no_order_until_it_is_unblocked_and_keeps_what_is_on_it
            what_a_blocked_card_had_paid_comes_back_to_it
            of_16_that_block_a_card_together_one_does
            an_order_of_which_nobody_knows_is_placed_once
            a_ledger_is_read_page_by_page
        );
    };
}

/// How often an index that lags is asked again.
const LOOKS_MAX: u32 = 100;

fn euros(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().expect("a currency"))
}

/// A card of its own for every number.
pub(crate) fn card(number: u8, amount: Money) -> GiftCard {
    let code = GiftCardCode::drawn([number; 32]);
    GiftCard {
        id: GiftCardId::new(u128::from(number)),
        digest: code.digest(&[9; 32]),
        hint: code.hint(),
        issued: amount,
        balance: amount,
        issued_at: noon(),
        expires_at: None,
        returned_at: None,
        blocked_at: None,
        note: None,
    }
}

fn issuing(card: GiftCard) -> GiftCardIssue {
    GiftCardIssue { card, actor: "test".into() }
}

async fn issued(stores: &Stores, number: u8, minor: i64) -> GiftCardId {
    let card = card(number, euros(minor));
    let id = card.id;
    stores.gift_cards.issue(issuing(card)).await.expect("nothing stands against the issue");
    id
}

async fn present(stores: &Stores, id: GiftCardId) -> GiftCard {
    stores.gift_cards.find_many(&[id]).await.expect("the store answers").pop().expect("the card is there")
}

/// What is left on a card, and what its ledger says of each change.
async fn ledger(stores: &Stores, id: GiftCardId) -> (i64, Vec<(&'static str, i64)>) {
    let entries = stores.gift_cards.entries(id, None, GIFT_CARDS_PAGE_MAX).await.expect("the store answers");
    let balance = present(stores, id).await.balance.minor();
    assert_eq!(entries.iter().map(|entry| entry.amount.minor()).sum::<i64>(), balance, "the ledger adds up");
    assert!(entries.iter().all(|entry| entry.card == id));
    (balance, entries.iter().map(|entry| (entry.what.as_str(), entry.amount.minor())).collect())
}

fn paying(number: u128, cards: &[(GiftCardId, i64)]) -> OrderCommit {
    let order = paid_with(order(number), cards);
    OrderCommit { stock: StockWrite::Keep, gift_cards: GiftCardWrite::Spend, ..placing(&order) }
}

fn cancelling(read: &Stored<Order>) -> OrderCommit {
    let reason = CancelReason::Expired;
    let mut commit = step(read, OrderEvent::CancellationBegun { reason }, noon());
    let cancelled = OrderEvent::Cancelled { reason };
    commit.order.apply(&cancelled, noon());
    commit.events.push(cancelled);
    OrderCommit { meters: MeterWrite::Return(read.value.uses.clone()), gift_cards: GiftCardWrite::Return, ..commit }
}

async fn refused(stores: &Stores, commit: OrderCommit) -> Vec<OrderRefused> {
    match stores.orders.commit(commit).await {
        Err(OrderCommitError::Refused(reasons)) => reasons,
        other => panic!("it was not refused: {other:?}"),
    }
}

pub async fn a_card_reads_back_by_its_id_and_by_its_code(stores: &Stores) {
    let note = Some("For the raffle.".parse().expect("a note"));
    let expires_at = Some(noon() + SignedDuration::from_hours(24));
    let card = GiftCard { expires_at, note, ..card(1, euros(5_000)) };

    stores.gift_cards.issue(issuing(card.clone())).await.unwrap();

    assert_eq!(present(stores, card.id).await, card);
    assert_eq!(stores.gift_cards.find_by_digest(&card.digest).await.unwrap(), Some(card.clone()));
    let [entry] = &stores.gift_cards.entries(card.id, None, 9).await.unwrap()[..] else { panic!("one entry") };
    assert_eq!(
        (entry.what, entry.amount, entry.at, &*entry.actor),
        (GiftCardMove::Issued, euros(5_000), noon(), "test")
    );
}

pub async fn a_card_that_nobody_issued_is_absent(stores: &Stores) {
    let card = card(1, euros(1));

    assert_eq!(stores.gift_cards.find_many(&[card.id]).await.unwrap(), []);
    assert_eq!(stores.gift_cards.find_by_digest(&card.digest).await.unwrap(), None);
    assert_eq!(stores.gift_cards.entries(card.id, None, 9).await.unwrap(), []);
    assert_eq!(stores.gift_cards.list(None, 9).await.unwrap(), []);
}

pub async fn the_same_card_is_issued_once_and_another_with_its_code_is_refused(stores: &Stores) {
    let first = card(1, euros(5_000));
    stores.gift_cards.issue(issuing(first.clone())).await.unwrap();
    stores.orders.commit(paying(1, &[(first.id, 100)])).await.unwrap();

    stores.gift_cards.issue(issuing(first.clone())).await.unwrap();

    assert_eq!(ledger(stores, first.id).await, (4_900, vec![("issued", 5_000), ("spent", -100)]));
    let same_code = GiftCard { id: GiftCardId::new(2), ..first.clone() };
    let same_id = GiftCard { id: first.id, ..card(3, euros(1)) };
    for other in [same_code, same_id] {
        let refused = stores.gift_cards.issue(issuing(other)).await;
        assert!(matches!(refused, Err(GiftCardIssueError::Taken)), "{refused:?}");
    }
    assert_eq!(stores.gift_cards.find_many(&[GiftCardId::new(2)]).await.unwrap(), []);
}

pub async fn cards_are_found_in_the_order_asked_for_and_listed_from_the_newest(stores: &Stores) {
    for number in [1, 3, 2] {
        issued(stores, number, 100).await;
    }
    let numbers = |cards: Vec<GiftCard>| cards.into_iter().map(|card| card.id.number()).collect::<Vec<_>>();

    let found = stores.gift_cards.find_many(&[3, 9, 1].map(GiftCardId::new)).await.unwrap();

    assert_eq!(numbers(found), [3, 1]);
    let mut looks = 0;
    while stores.gift_cards.list(None, 9).await.unwrap().len() < 3 && looks < LOOKS_MAX {
        tokio::time::sleep(Duration::from_millis(100)).await;
        looks += 1;
    }
    assert_eq!(numbers(stores.gift_cards.list(None, 2).await.unwrap()), [3, 2]);
    assert_eq!(numbers(stores.gift_cards.list(Some(GiftCardId::new(2)), 2).await.unwrap()), [1]);
}

pub async fn an_order_takes_what_its_cards_pay_and_says_so_in_their_ledgers(stores: &Stores) {
    let (first, second) = (issued(stores, 1, 500).await, issued(stores, 2, 2_000).await);

    stores.orders.commit(paying(1, &[(first, 500), (second, 1_200)])).await.unwrap();

    assert_eq!(ledger(stores, first).await, (0, vec![("issued", 500), ("spent", -500)]));
    assert_eq!(ledger(stores, second).await, (800, vec![("issued", 2_000), ("spent", -1_200)]));
    let entries = stores.gift_cards.entries(first, Some(GiftCardMove::Issued), 9).await.unwrap();
    assert_eq!(entries[0].what, GiftCardMove::Spent(OrderId::new(1)));
    assert_eq!(entries[0].at, noon());
}

pub async fn an_order_that_a_card_cannot_pay_leaves_nothing_and_tells_what_is_left(stores: &Stores) {
    let (first, second) = (issued(stores, 1, 500).await, issued(stores, 2, 99).await);
    let nobody = GiftCardId::new(200);

    let reasons = refused(stores, paying(1, &[(first, 500), (second, 100), (nobody, 1)])).await;

    let told = |card, asked, balance: Option<i64>| OrderRefused::GiftCard {
        card,
        asked: euros(asked),
        balance: balance.map(euros),
    };
    for reason in [told(second, 100, Some(99)), told(nobody, 1, None)] {
        assert!(reasons.contains(&reason), "{reason:?} is missing in {reasons:?}");
    }
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert_eq!(stores.orders.find(OrderId::new(1)).await.unwrap(), None);
    assert_eq!(ledger(stores, first).await, (500, vec![("issued", 500)]));
}

pub async fn a_card_of_another_currency_pays_nothing(stores: &Stores) {
    let francs = card(1, Money::new(5_000, "CHF".parse().expect("a currency")));
    stores.gift_cards.issue(issuing(francs.clone())).await.unwrap();

    let reasons = refused(stores, paying(1, &[(francs.id, 100)])).await;

    assert_eq!(reasons, [OrderRefused::GiftCard { card: francs.id, asked: euros(100), balance: None }]);
    assert_eq!(present(stores, francs.id).await.balance, francs.balance);
}

pub async fn of_50_buyers_with_one_card_for_ten_exactly_ten_are_paid(stores: &Stores) {
    let id = issued(stores, 1, 1_050).await;
    let mut tasks = JoinSet::new();
    for number in 0..50 {
        let stores = stores.clone();
        tasks.spawn(async move { stores.orders.commit(paying(number + 1, &[(id, 100)])).await });
    }

    let results = tasks.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 10, "{results:?}");
    for result in results.into_iter().filter_map(Result::err) {
        let OrderCommitError::Refused(reasons) = result else { panic!("it failed: {result}") };
        let is_told =
            matches!(&reasons[..], [OrderRefused::GiftCard { balance: Some(left), .. }] if left.minor() < 100);
        assert!(is_told, "{reasons:?}");
    }
    let (balance, entries) = ledger(stores, id).await;
    assert_eq!((balance, entries.len()), (50, 11));
}

pub async fn two_orders_with_the_same_cards_in_another_order_never_stand_in_each_others_way(stores: &Stores) {
    let (first, second) = (issued(stores, 1, 3_000).await, issued(stores, 2, 3_000).await);
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let stores = stores.clone();
        let cards = if number % 2 == 0 { [(first, 100), (second, 100)] } else { [(second, 100), (first, 100)] };
        tasks.spawn(async move { stores.orders.commit(paying(number + 1, &cards)).await });
    }

    let results = tasks.join_all().await;

    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!((ledger(stores, first).await.0, ledger(stores, second).await.0), (1_000, 1_000));
}

pub async fn what_cards_paid_comes_back_once_when_an_order_is_cancelled(stores: &Stores) {
    let id = issued(stores, 1, 500).await;
    stores.orders.commit(paying(1, &[(id, 300)])).await.unwrap();
    let read = found(stores, OrderId::new(1)).await;

    stores.orders.commit(cancelling(&read)).await.unwrap();
    let again = refused(stores, cancelling(&read)).await;

    assert!(again.iter().any(|reason| matches!(reason, OrderRefused::OrderStale { .. })), "{again:?}");
    assert_eq!(ledger(stores, id).await, (500, vec![("issued", 500), ("spent", -300), ("returned", 300)]));
    assert_eq!(present(stores, id).await.returned_at, Some(noon()));
}

pub async fn of_16_that_cancel_together_one_gives_back(stores: &Stores) {
    let id = issued(stores, 1, 500).await;
    stores.orders.commit(paying(1, &[(id, 500)])).await.unwrap();
    let read = found(stores, OrderId::new(1)).await;
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let (stores, commit) = (stores.clone(), cancelling(&read));
        tasks.spawn(async move { stores.orders.commit(commit).await });
    }

    let results = tasks.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.iter().all(|result| !matches!(result, Err(OrderCommitError::Store(_)))), "{results:?}");
    assert_eq!(ledger(stores, id).await.0, 500);
}

pub async fn a_refund_gives_back_to_each_card_what_it_says_even_where_the_card_has_expired(stores: &Stores) {
    let expiring = GiftCard { expires_at: Some(noon() + SignedDuration::from_mins(1)), ..card(1, euros(500)) };
    let (first, second) = (expiring.id, issued(stores, 2, 2_672).await);
    stores.gift_cards.issue(issuing(expiring)).await.unwrap();
    stores.orders.commit(paying(1, &[(first, 500), (second, 2_672)])).await.unwrap();
    let later = noon() + SignedDuration::from_hours(1);
    let mut read = found(stores, OrderId::new(1)).await;
    for event in [OrderEvent::Authorised { payment: None }, OrderEvent::Paid] {
        stores.orders.commit(step(&read, event, later)).await.unwrap();
        read = found(stores, OrderId::new(1)).await;
    }
    for (number, minor) in [(1, 2_700), (2, 472)] {
        let requested = read.value.request_refund(euros(minor), later).unwrap().remove(0);
        stores.orders.commit(step(&read, requested, later)).await.unwrap();
        read = found(stores, OrderId::new(1)).await;
        let settled = read.value.settle_refund(number, RefundState::Succeeded, None).unwrap();
        let commit = OrderCommit { gift_cards: GiftCardWrite::Refund(number), ..step(&read, settled, later) };
        stores.orders.commit(commit).await.unwrap();
        read = found(stores, OrderId::new(1)).await;
    }

    let (balance, entries) = ledger(stores, first).await;
    assert_eq!((balance, &entries[1..]), (500, &[("spent", -500), ("refunded", 28), ("refunded", 472)][..]));
    assert_eq!(ledger(stores, second).await.1[1..], [("spent", -2_672), ("refunded", 2_672)]);
    assert!(!present(stores, first).await.is_expired(later), "what came back can be spent");
}

pub async fn what_comes_back_to_an_expired_card_is_all_that_can_be_spent_of_it(stores: &Stores) {
    let id = an_expiring_card_that_paid_for(stores, 3).await;
    let hours = |hours| noon() + SignedDuration::from_hours(hours);
    let cancel = async |number, at| {
        let read = found(stores, OrderId::new(number)).await;
        stores.orders.commit(OrderCommit { at, ..cancelling(&read) }).await.unwrap();
    };

    cancel(1, hours(1)).await;
    cancel(2, hours(2)).await;

    let (balance, entries) = ledger(stores, id).await;
    assert_eq!((balance, &entries[..2]), (200, &[("issued", 1_000), ("expired", -700)][..]));
    let until = present(stores, id).await.spendable_until();
    assert_eq!(until, Some(hours(2) + RETURNED_MONEY_LASTS), "what came back second lasts as long as the first");

    cancel(3, hours(24 * 90)).await;

    let (balance, entries) = ledger(stores, id).await;
    assert_eq!((balance, &entries[1..3]), (100, &[("expired", -700), ("expired", -200)][..]));
    let entries = stores.gift_cards.entries(id, Some(GiftCardMove::Issued), 1).await.unwrap();
    assert_eq!(entries[0].what, GiftCardMove::Expired { at: noon() + SignedDuration::from_mins(1) });
}

pub async fn what_came_back_while_a_clock_was_ahead_lasts_as_long_as_was_said_then(stores: &Stores) {
    let id = an_expiring_card_that_paid_for(stores, 3).await;
    let hours = |hours| noon() + SignedDuration::from_hours(hours);
    let cancel = async |number, at| {
        let read = found(stores, OrderId::new(number)).await;
        stores.orders.commit(OrderCommit { at, ..cancelling(&read) }).await.unwrap();
    };

    cancel(1, hours(10)).await;
    cancel(2, hours(2)).await;
    assert_eq!(present(stores, id).await.spendable_until(), Some(hours(10) + RETURNED_MONEY_LASTS));
    cancel(3, hours(5) + RETURNED_MONEY_LASTS).await;

    let (balance, entries) = ledger(stores, id).await;
    let expired: Vec<_> = entries.into_iter().filter(|(what, _)| *what == "expired").collect();
    assert_eq!((balance, expired), (300, vec![("expired", -700)]), "nothing was written off again");
}

pub async fn of_orders_that_give_back_to_an_expired_card_together_one_writes_off_what_had_expired(stores: &Stores) {
    let id = an_expiring_card_that_paid_for(stores, 8).await;
    let mut tasks = JoinSet::new();
    for number in 1..=8 {
        let stores = stores.clone();
        tasks.spawn(async move {
            let read = found(&stores, OrderId::new(number)).await;
            let at = noon() + SignedDuration::from_hours(1);
            stores.orders.commit(OrderCommit { at, ..cancelling(&read) }).await
        });
    }

    let results = tasks.join_all().await;

    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let (balance, entries) = ledger(stores, id).await;
    let expired: Vec<_> = entries.into_iter().filter(|(what, _)| *what == "expired").collect();
    assert_eq!((balance, expired), (800, vec![("expired", -200)]));
}

/// A card with ten euros that expires after a minute, of which so many orders have taken one each.
async fn an_expiring_card_that_paid_for(stores: &Stores, orders: u128) -> GiftCardId {
    let expiring = GiftCard { expires_at: Some(noon() + SignedDuration::from_mins(1)), ..card(1, euros(1_000)) };
    let id = expiring.id;
    stores.gift_cards.issue(issuing(expiring)).await.unwrap();
    for number in 1..=orders {
        stores.orders.commit(paying(number, &[(id, 100)])).await.unwrap();
    }
    id
}

fn changing(id: GiftCardId, change: GiftCardChange, minute: i64) -> GiftCardBlock {
    GiftCardBlock {
        card: id,
        currency: euros(0).currency(),
        change,
        at: noon() + SignedDuration::from_mins(minute),
        actor: "test".into(),
        note: Some("Lost on the tram.".parse().expect("a note")),
    }
}

pub async fn a_blocked_card_pays_for_no_order_until_it_is_unblocked_and_keeps_what_is_on_it(stores: &Stores) {
    let id = issued(stores, 1, 500).await;
    let change = async |change, minute| stores.gift_cards.block(changing(id, change, minute)).await.unwrap();
    assert!(!change(GiftCardChange::Unblock, 1).await, "it is not blocked");

    assert!(change(GiftCardChange::Block, 2).await);
    assert!(!change(GiftCardChange::Block, 3).await, "it is blocked already");
    let reasons = refused(stores, paying(1, &[(id, 100)])).await;

    assert_eq!(reasons, [OrderRefused::GiftCard { card: id, asked: euros(100), balance: None }]);
    assert_eq!(present(stores, id).await.blocked_at, Some(noon() + SignedDuration::from_mins(2)));
    assert_eq!(ledger(stores, id).await, (500, vec![("issued", 500), ("blocked", 0)]));

    assert!(change(GiftCardChange::Unblock, 4).await);
    stores.orders.commit(paying(1, &[(id, 100)])).await.unwrap();

    assert_eq!(present(stores, id).await.blocked_at, None);
    let (balance, entries) = ledger(stores, id).await;
    assert_eq!((balance, &entries[1..]), (400, &[("blocked", 0), ("unblocked", 0), ("spent", -100)][..]));
    let entries = stores.gift_cards.entries(id, Some(GiftCardMove::Issued), 1).await.unwrap();
    assert_eq!(entries, [changing(id, GiftCardChange::Block, 2).entry()]);
    let nobodys = changing(GiftCardId::new(200), GiftCardChange::Block, 1);
    assert!(!stores.gift_cards.block(nobodys).await.unwrap());
    assert_eq!(stores.gift_cards.entries(GiftCardId::new(200), None, 9).await.unwrap(), []);
}

pub async fn what_a_blocked_card_had_paid_comes_back_to_it(stores: &Stores) {
    let id = issued(stores, 1, 500).await;
    stores.orders.commit(paying(1, &[(id, 300)])).await.unwrap();
    stores.gift_cards.block(changing(id, GiftCardChange::Block, 1)).await.unwrap();

    let read = found(stores, OrderId::new(1)).await;
    stores.orders.commit(cancelling(&read)).await.unwrap();

    assert_eq!(ledger(stores, id).await.0, 500);
    assert!(present(stores, id).await.blocked_at.is_some());
}

pub async fn of_16_that_block_a_card_together_one_does(stores: &Stores) {
    let id = issued(stores, 1, 500).await;
    let mut tasks = JoinSet::new();
    for minute in 0..16 {
        let stores = stores.clone();
        tasks.spawn(async move { stores.gift_cards.block(changing(id, GiftCardChange::Block, minute)).await.unwrap() });
    }

    let done = tasks.join_all().await.into_iter().filter(|is_done| *is_done).count();

    assert_eq!(done, 1);
    assert_eq!(ledger(stores, id).await, (500, vec![("issued", 500), ("blocked", 0)]));
}

/// Whoever heard nothing of a commit makes it again, and finds out that it was made.
pub async fn an_order_of_which_nobody_knows_is_placed_once(stores: &Stores) {
    let id = issued(stores, 1, 1_000).await;
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let stores = stores.clone();
        tasks.spawn(async move { stores.orders.commit(paying(1, &[(id, 400)])).await });
    }

    let results = tasks.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert_eq!(ledger(stores, id).await, (600, vec![("issued", 1_000), ("spent", -400)]));
}

pub async fn a_ledger_is_read_page_by_page(stores: &Stores) {
    let id = issued(stores, 1, 1_000).await;
    for number in 1..=5 {
        stores.orders.commit(paying(number, &[(id, 10)])).await.unwrap();
    }

    let mut moves = Vec::new();
    loop {
        let page = stores.gift_cards.entries(id, moves.last().copied(), 2).await.unwrap();
        moves.extend(page.iter().map(|entry| entry.what));
        if page.len() < 2 {
            break;
        }
    }

    let orders: Vec<_> = moves.iter().filter_map(|what| what.order()).map(OrderId::number).collect();
    assert_eq!((moves[0], orders), (GiftCardMove::Issued, vec![1, 2, 3, 4, 5]));
}
