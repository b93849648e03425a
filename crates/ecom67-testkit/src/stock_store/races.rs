use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_app::port::{AdjustError, Adjusted};
use ecom67_domain::LocationCode;
use ecom67_domain::stock::StockChange::{By, To};
use ecom67_domain::stock::{Adjustment, StockRefusal, recount};
use tokio::task::JoinSet;

use super::adjust::{a_record, record};
use crate::steps::CALLERS;
use crate::{Stores, an_adjustment};

async fn at_once(
    stores: &Stores,
    adjustments: impl IntoIterator<Item = Adjustment>,
) -> Vec<Result<Adjusted, AdjustError>> {
    let mut tasks = JoinSet::new();
    for adjustment in adjustments {
        let stock = Arc::clone(&stores.stock);
        tasks.spawn(async move { stock.adjust(adjustment).await });
    }
    tasks.join_all().await
}

pub async fn of_64_adjustments_at_once_all_are_entered(stores: &Stores) {
    let received = (1..=64_i64).map(|units| an_adjustment("MUG", By(units), &units.to_string()));

    let results = at_once(stores, received).await;

    assert!(results.iter().all(|result| matches!(result, Ok(Adjusted::Entered(_)))), "got {results:?}");
    let total = 64 * 65 / 2;
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", total, 0)], 64)));
    let ledger = stores.ledger("MUG").await;
    assert!(ledger.iter().map(|entry| entry.sequence).eq(1..=64), "got {ledger:?}");
    assert_eq!(recount(&ledger), BTreeMap::from([(LocationCode::main(), total.cast_signed())]));
    let mut on_hand = 0;
    for entry in &ledger {
        on_hand += entry.delta;
        assert_eq!(entry.on_hand.cast_signed(), on_hand, "after entry {}", entry.sequence);
    }
}

pub async fn of_64_buyers_of_10_units_exactly_10_get_one(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(10), "stock")).await;

    let results = at_once(stores, (0..CALLERS).map(|buyer| an_adjustment("MUG", By(-1), &buyer.to_string()))).await;

    let sold = results.iter().filter(|result| matches!(result, Ok(Adjusted::Entered(_)))).count();
    let is_sold_out =
        |result: &&Result<_, _>| matches!(result, Err(AdjustError::Refused(StockRefusal::BelowZero { on_hand: 0 })));
    assert_eq!((sold, results.iter().filter(is_sold_out).count()), (10, CALLERS - 10), "got {results:?}");
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 0, 0)], 11)));
}

pub async fn of_64_repeats_of_one_adjustment_exactly_one_is_entered(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(5), "stock")).await;

    let results = at_once(stores, (0..CALLERS).map(|_| an_adjustment("MUG", By(-5), "sale"))).await;

    let entered = results.iter().filter(|result| matches!(result, Ok(Adjusted::Entered(_)))).count();
    let repeated = results.iter().filter(|result| matches!(result, Ok(Adjusted::Unchanged))).count();
    assert_eq!((entered, repeated), (1, CALLERS - 1), "got {results:?}");
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 0, 0)], 2)));
}
