use ecom67_app::port::{AdjustError, Adjusted, Subject};
use ecom67_domain::LocationCode;
use ecom67_domain::stock::StockChange::{By, To};
use ecom67_domain::stock::{
    Adjustment, AdjustmentReason, LedgerEntry, ON_HAND_MAX, StockLevel, StockRecord, StockRefusal,
};
use jiff::SignedDuration;

use crate::steps::sku;
use crate::{Stores, an_adjustment, change_log, noon};

pub(super) async fn record(stores: &Stores, text: &str) -> Option<StockRecord> {
    stores.stock.find_many(&[sku(text)]).await.unwrap().pop()
}

pub(super) fn a_record<const N: usize>(text: &str, levels: [(&str, u64, u64); N], entries: u64) -> StockRecord {
    let level = |(location, on_hand, held): (&str, u64, u64)| {
        (location.parse::<LocationCode>().unwrap(), StockLevel { on_hand, held })
    };
    StockRecord { sku: sku(text), levels: levels.map(level).into(), entries }
}

pub async fn an_adjustment_changes_record_and_ledger(stores: &Stores) {
    let later = noon() + SignedDuration::from_micros(1_500_001);
    let received = Adjustment {
        reason: AdjustmentReason::Received,
        actor: "ann ☕".to_owned(),
        ..an_adjustment("MUG", By(10), "delivery 17/2")
    };
    let broken = Adjustment { reason: AdjustmentReason::Loss, at: later, ..an_adjustment("MUG", To(7), "shelf") };

    let first = stores.enter(received.clone()).await;
    let second = stores.enter(broken.clone()).await;

    let entry = |adjustment: Adjustment, sequence, delta, on_hand| LedgerEntry {
        sequence,
        location: adjustment.location,
        delta,
        on_hand,
        reason: adjustment.reason,
        actor: adjustment.actor,
        token: adjustment.token,
        at: adjustment.at,
    };
    assert_eq!(first, entry(received, 1, 10, 10));
    assert_eq!(second, entry(broken, 2, -3, 7));
    assert_eq!(stores.ledger("MUG").await, [first, second]);
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 7, 0)], 2)));
}

pub async fn a_token_seen_before_changes_nothing(stores: &Stores) {
    stores.enter(an_adjustment("MUG", By(10), "once")).await;
    stores.enter(an_adjustment("MUG", By(5), "again")).await;

    for change in [By(10), To(3)] {
        let repeated = stores.stock.adjust(an_adjustment("MUG", change, "once")).await.unwrap();
        assert_eq!(repeated, Adjusted::Unchanged);
    }

    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 15, 0)], 2)));
    assert_eq!(stores.ledger("MUG").await.len(), 2);
}

pub async fn a_token_seen_before_is_no_refusal(stores: &Stores) {
    stores.enter(an_adjustment("MUG", By(10), "in")).await;
    stores.enter(an_adjustment("MUG", By(-10), "out")).await;

    let repeated = stores.stock.adjust(an_adjustment("MUG", By(-10), "out")).await;

    assert!(matches!(repeated, Ok(Adjusted::Unchanged)), "it was made already, not refused: {repeated:?}");
}

pub async fn a_token_names_an_adjustment_of_one_variant_only(stores: &Stores) {
    stores.enter(an_adjustment("MUG", By(1), "count of monday")).await;
    stores.enter(an_adjustment("CUP", By(2), "count of monday")).await;

    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 1, 0)], 1)));
    assert_eq!(record(stores, "CUP").await, Some(a_record("CUP", [("main", 2, 0)], 1)));
}

pub async fn a_count_that_finds_what_is_known_leaves_no_trace(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(7), "first")).await;
    let head = stores.changes.head().await.unwrap();

    let same = stores.stock.adjust(an_adjustment("MUG", To(7), "second")).await.unwrap();
    let nothing = stores.stock.adjust(an_adjustment("MUG", By(0), "third")).await.unwrap();

    assert_eq!((same, nothing), (Adjusted::Unchanged, Adjusted::Unchanged));
    assert_eq!(stores.ledger("MUG").await.len(), 1);
    change_log::assert_untold(stores, &head, |subject| *subject == Subject::Stock(sku("MUG"))).await;
}

pub async fn counting_none_of_what_was_never_there_makes_no_record(stores: &Stores) {
    let counted = stores.stock.adjust(an_adjustment("MUG", To(0), "count")).await.unwrap();

    assert_eq!(counted, Adjusted::Unchanged);
    assert_eq!(record(stores, "MUG").await, None);
}

pub async fn each_location_has_a_level_of_its_own(stores: &Stores) {
    let at = |location: &str, change, token| Adjustment {
        location: location.parse().unwrap(),
        ..an_adjustment("MUG", change, token)
    };
    stores.enter(at("main", To(5), "1")).await;
    stores.enter(at("shop-2", To(3), "2")).await;
    stores.enter(at("main", By(-1), "3")).await;

    let refused = stores.stock.adjust(at("shop-2", By(-4), "4")).await;

    assert!(matches!(refused, Err(AdjustError::Refused(StockRefusal::BelowZero { on_hand: 3 }))), "got {refused:?}");
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 4, 0), ("shop-2", 3, 0)], 3)));
}

pub async fn units_below_zero_are_refused(stores: &Stores) {
    let of_nothing = stores.stock.adjust(an_adjustment("MUG", By(-1), "1")).await;
    stores.enter(an_adjustment("MUG", To(2), "2")).await;
    let of_two = stores.stock.adjust(an_adjustment("MUG", By(-3), "3")).await;

    let is_refused = |result: &Result<_, _>, left| matches!(result, Err(AdjustError::Refused(StockRefusal::BelowZero { on_hand })) if *on_hand == left);
    assert!(is_refused(&of_nothing, 0), "got {of_nothing:?}");
    assert!(is_refused(&of_two, 2), "got {of_two:?}");
}

pub async fn units_beyond_the_most_are_refused(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(ON_HAND_MAX), "1")).await;

    let result = stores.stock.adjust(an_adjustment("MUG", By(1), "2")).await;

    assert!(matches!(result, Err(AdjustError::Refused(StockRefusal::TooMany))), "got {result:?}");
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", ON_HAND_MAX, 0)], 1)));
}

pub async fn promised_units_vanish_only_by_a_recorded_loss(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(5), "1")).await;
    assert!(stores.restate(a_record("MUG", [("main", 5, 3)], 1)).await);

    let counted = stores.stock.adjust(an_adjustment("MUG", To(2), "2")).await;
    let loss = Adjustment { reason: AdjustmentReason::Loss, ..an_adjustment("MUG", To(2), "3") };
    stores.enter(loss).await;

    assert!(matches!(counted, Err(AdjustError::Refused(StockRefusal::BelowHeld { held: 3 }))), "got {counted:?}");
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 2, 3)], 2)));
    // What comes in afterwards is welcome, though it does not make up for all of it.
    assert_eq!(stores.enter(an_adjustment("MUG", By(1), "4")).await.on_hand, 3);
}

pub async fn a_refused_adjustment_leaves_nothing(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(2), "1")).await;
    let head = stores.changes.head().await.unwrap();

    for (change, sku) in [(By(-3), "MUG"), (To(ON_HAND_MAX + 1), "MUG"), (By(-1), "CUP")] {
        let result = stores.stock.adjust(an_adjustment(sku, change, "2")).await;
        assert!(matches!(result, Err(AdjustError::Refused(_))), "got {result:?}");
    }

    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 2, 0)], 1)));
    assert_eq!(stores.ledger("MUG").await.len(), 1);
    assert_eq!(record(stores, "CUP").await, None);
    change_log::assert_untold(stores, &head, |subject| matches!(subject, Subject::Stock(_))).await;
    assert_eq!(stores.enter(an_adjustment("MUG", By(1), "2")).await.sequence, 2, "the token is still free");
}
