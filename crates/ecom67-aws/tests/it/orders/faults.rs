use std::time::Duration;

use ecom67_app::port::{GiftCardIssueError, StoreError};
use serde_json::Value;

use super::*;
use crate::faulty::Fate;

const NO_REASON: &str = "None";
const CONFLICT: &str = "TransactionConflict";
const CONDITION: &str = "ConditionalCheckFailed";

fn tokens(way: &Way) -> Vec<Value> {
    let sent = way.seen_of("TransactWriteItems").into_iter();
    sent.map(|request| request.body["ClientRequestToken"].clone()).collect()
}

/// The order with this number was placed once, with all that goes with it.
async fn assert_placed_once(table: &Table, number: u64) {
    let kept = found(table, number).await;
    assert_eq!(kept, Stored { value: order(number), version: Version::FIRST });
    assert_eq!(table.orders().events(kept.value.id).await.unwrap().len(), 1);
    assert_eq!(table.orders().used(&kept.value.uses).await.unwrap(), [1]);
    assert_eq!(mugs(table).await.held, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_met_conflicts_and_throttles_is_placed_once() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 3).await;
    let mut fates = [
        Fate::cancelled(&[NO_REASON, NO_REASON, CONFLICT]),
        Fate::cancelled(&["ThrottlingError", CONFLICT]),
        Fate::error("TransactionConflictException"),
        Fate::error("ThrottlingException"),
        Fate::cancelled(&["ProvisionedThroughputExceeded"]),
    ]
    .into_iter();
    way.first(5, "TransactWriteItems", move || fates.next().unwrap());

    let version = table.orders().commit(placing(&order(1))).await.unwrap();

    assert_eq!(version, Version::FIRST);
    assert_eq!(way.seen_of("TransactWriteItems").len(), 6);
    assert_placed_once(table, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_condition_that_does_not_hold_decides_whatever_else_met() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    way.first(1, "TransactWriteItems", || Fate::cancelled(&[CONFLICT, NO_REASON, CONDITION, CONFLICT]));

    let refused = refused(table.orders().commit(placing(&order(1))).await);

    assert_eq!(refused, [OrderRefused::RequestMade]);
    assert_eq!(way.seen_of("TransactWriteItems").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_meets_conflicts_only_is_told_in_time_that_the_store_is_busy() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let table = table.clone().with_patience(Duration::from_millis(200));
    way.first(usize::MAX, "TransactWriteItems", || Fate::cancelled(&[CONFLICT]));

    let answer = table.orders().commit(placing(&order(1))).await;

    assert!(matches!(answer, Err(OrderCommitError::Store(StoreError::Busy))), "got {answer:?}");
    let tries = way.seen_of("TransactWriteItems").len();
    assert!((2..100).contains(&tries), "{tries} tries in 200 ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_answers_were_lost_is_placed_once_and_its_buyer_told_so() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 3).await;
    // More often than the SDK asks again by itself.
    way.first(5, "TransactWriteItems", || Fate::AnswerLost);

    let version = table.orders().commit(placing(&order(1))).await.unwrap();

    assert_eq!(version, Version::FIRST);
    let tokens = tokens(way);
    assert_eq!(tokens.len(), 6);
    assert!(tokens.iter().all(|token| token.is_string() && *token == tokens[0]), "{tokens:?}");
    assert_placed_once(table, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gift_card_pays_and_gets_back_once_though_the_answers_were_lost() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 3).await;
    let euros = |minor| Money::new(minor, "EUR".parse().unwrap());
    let card = a_gift_card(table, 1, euros(1_000)).await;
    let balance = async || table.gift_cards().find_many(&[card]).await.unwrap()[0].balance;
    way.first(5, "TransactWriteItems", || Fate::AnswerLost);

    let order = paid_with(order(1), &[(card, 700)]);
    table.orders().commit(OrderCommit { gift_cards: GiftCardWrite::Spend, ..placing(&order) }).await.unwrap();
    assert_eq!(balance().await, euros(300));
    way.first(5, "TransactWriteItems", || Fate::AnswerLost);
    let read = found(table, 1).await;
    table.orders().commit(OrderCommit { gift_cards: GiftCardWrite::Return, ..cancelling(&read) }).await.unwrap();

    assert_eq!(balance().await, euros(1_000));
    let entries = table.gift_cards().entries(card, None, 10).await.unwrap();
    let amounts: Vec<_> = entries.iter().map(|entry| entry.amount.minor()).collect();
    assert_eq!(amounts, [1_000, -700, 700]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gift_card_is_issued_once_though_the_answers_were_lost() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    way.first(4, "TransactWriteItems", || Fate::AnswerLost);
    let euros = Money::new(1_000, "EUR".parse().unwrap());

    let code = GiftCardCode::drawn([1; 32]);
    let card = GiftCard {
        id: GiftCardId::new(1),
        digest: code.digest(&[9; 32]),
        hint: code.hint(),
        issued: euros,
        balance: euros,
        issued_at: noon(),
        expires_at: None,
        returned_at: None,
        blocked_at: None,
        note: None,
    };
    let issue = GiftCardIssue { card: card.clone(), actor: "test".into() };
    let mut answer = table.gift_cards().issue(issue.clone()).await;
    // As whoever issues does it.
    while let Err(GiftCardIssueError::Store(StoreError::OutcomeUnknown)) = answer {
        answer = table.gift_cards().issue(issue.clone()).await;
    }

    answer.unwrap();
    assert_eq!(table.gift_cards().find_by_digest(&card.digest).await.unwrap(), Some(card.clone()));
    assert_eq!(table.gift_cards().entries(card.id, None, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_whose_answer_was_lost_is_taken_once_and_not_refused_because_of_itself() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 3).await;
    let read = placed(table, 1).await;
    way.first(4, "TransactWriteItems", || Fate::AnswerLost);

    let version = table.orders().commit(cancelling(&read)).await.unwrap();

    assert_eq!(version, Version(2));
    assert_eq!(found(table, 1).await.version, Version(2));
    assert_eq!(mugs(table).await, StockLevel { on_hand: 3, held: 0 });
    assert_eq!(table.orders().used(&read.value.uses).await.unwrap(), [0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_still_under_way_is_asked_for_again() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 3).await;
    way.first(4, "TransactWriteItems", || Fate::error("TransactionInProgressException"));

    table.orders().commit(placing(&order(1))).await.unwrap();

    let tokens = tokens(way);
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    assert_placed_once(table, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_after_an_unknown_outcome_tells_the_truth() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 3).await;
    let impatient = table.clone().with_patience(Duration::from_millis(100));
    way.first(usize::MAX, "TransactWriteItems", || Fate::AnswerLost);
    let placing_lost = impatient.orders().commit(placing(&order(1))).await;
    let read = found(table, 1).await;
    let authorised = step(&read, vec![OrderEvent::Authorised { payment: None }]);
    let step_lost = impatient.orders().commit(authorised.clone()).await;
    way.decide(|_| Fate::Sent);

    let placed_again = refused(table.orders().commit(placing(&order(1))).await);
    let stepped_again = refused(table.orders().commit(authorised).await);

    for lost in [placing_lost, step_lost] {
        assert!(matches!(lost, Err(OrderCommitError::Store(StoreError::OutcomeUnknown))), "got {lost:?}");
    }
    let stale = OrderRefused::OrderStale { present: Some(Version(2)) };
    assert_eq!(placed_again, [stale.clone(), OrderRefused::RequestMade], "no other order has its number");
    assert_eq!(stepped_again, [stale]);
    assert_eq!(mugs(table).await.held, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_unknown_once_stays_unknown_whatever_comes_after_it() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    stocked(table, 3).await;
    let impatient = table.clone().with_patience(Duration::from_secs(1));
    for then in [CONFLICT, "AccessDenied"] {
        let mut sent = 0;
        way.decide(move |request| {
            if !request.is("TransactWriteItems") {
                return Fate::Sent;
            }
            sent += 1;
            match sent {
                1..=3 => Fate::error("TransactionInProgressException"),
                _ if then == CONFLICT => Fate::cancelled(&[CONFLICT]),
                _ => Fate::error("AccessDeniedException"),
            }
        });

        let answer = impatient.orders().commit(placing(&order(1))).await;

        assert!(matches!(answer, Err(OrderCommitError::Store(StoreError::OutcomeUnknown))), "got {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_that_was_never_counted_keeps_no_order_from_being_cancelled() {
    let Some((TestTable { table, .. }, _)) = &table().await else { return };
    stocked(table, 3).await;
    let counted = Meter::Promotion("welcome".parse().unwrap());
    table.orders().commit(OrderCommit { meters: MeterWrite::Keep, ..placing(&order(1)) }).await.unwrap();
    table.orders().commit(placing(&Order { uses: vec![counted.clone()], ..order(2) })).await.unwrap();
    let mut read = found(table, 1).await;
    read.value.uses.push(counted.clone());

    table.orders().commit(cancelling(&read)).await.unwrap();

    assert_eq!(table.orders().used(&read.value.uses).await.unwrap(), [0, 0], "and what was counted is given back");
    assert_eq!(mugs(table).await.held, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_is_held_is_never_released() {
    let Some((TestTable { table, .. }, _)) = &table().await else { return };
    stocked(table, 3).await;
    table.orders().commit(OrderCommit { stock: StockWrite::Keep, ..placing(&order(1)) }).await.unwrap();
    let read = found(table, 1).await;

    let answer = table.orders().commit(cancelling(&read)).await;

    let is_told =
        matches!(&answer, Err(OrderCommitError::Store(StoreError::Unreadable { key, .. })) if key == "stock of MUG");
    assert!(is_told, "got {answer:?}");
    assert_eq!(found(table, 1).await, read);
    assert_eq!(table.orders().used(&read.value.uses).await.unwrap(), [1]);
}
