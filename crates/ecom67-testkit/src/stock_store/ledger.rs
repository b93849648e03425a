use ecom67_app::port::{PAGE_MAX, Subject};
use ecom67_domain::stock::StockChange::{By, To};

use super::adjust::{a_record, record};
use crate::steps::sku;
use crate::{Stores, an_adjustment, change_log};

pub async fn pages_of_a_ledger_walk_each_entry_once(stores: &Stores) {
    for units in 1..=23 {
        stores.enter(an_adjustment("MUG", By(units), &units.to_string())).await;
    }

    for limit in [1, 5, 23, 24, 100] {
        let mut sequences = Vec::new();
        loop {
            let after = sequences.last().copied().unwrap_or(0);
            let page = stores.stock.ledger(&sku("MUG"), after, limit).await.unwrap();
            assert!(page.len() <= limit, "a page of {limit} has {} entries", page.len());
            sequences.extend(page.iter().map(|entry| entry.sequence));
            if page.len() < limit {
                break;
            }
        }
        assert!(sequences.iter().copied().eq(1..=23), "in pages of {limit}: {sequences:?}");
    }
    assert_eq!(stores.stock.ledger(&sku("MUG"), 23, 10).await.unwrap(), []);
}

pub async fn no_more_of_a_ledger_is_read_at_once_than_a_page(stores: &Stores) {
    for units in 0..=PAGE_MAX {
        stores.enter(an_adjustment("MUG", By(1), &units.to_string())).await;
    }

    let page = stores.stock.ledger(&sku("MUG"), 0, PAGE_MAX * 2).await.unwrap();

    assert_eq!(page.len(), PAGE_MAX);
}

pub async fn each_variant_has_a_ledger_of_its_own(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(1), "1")).await;
    stores.enter(an_adjustment("MUG-2", To(2), "1")).await;
    stores.enter(an_adjustment("MUG-2", To(3), "2")).await;

    assert_eq!(stores.ledger("MUG").await.len(), 1);
    assert_eq!(stores.ledger("MUG-2").await.len(), 2);
    assert_eq!(stores.ledger("absent").await, []);
}

pub async fn a_damaged_record_is_restated(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(7), "1")).await;
    let damaged = a_record("MUG", [("main", 700, 2), ("ghost", 1, 0)], 1);
    let right = a_record("MUG", [("main", 7, 2)], 1);
    assert!(stores.restate(damaged.clone()).await);
    assert_eq!(record(stores, "MUG").await, Some(damaged));
    let head = stores.changes.head().await.unwrap();

    assert!(stores.restate(right.clone()).await);

    assert_eq!(record(stores, "MUG").await, Some(right));
    assert_eq!(stores.ledger("MUG").await.len(), 1, "the ledger stays as it is");
    change_log::assert_told(stores, Some(&head), &[(Subject::Stock(sku("MUG")), 1)]).await;
    assert_eq!(stores.enter(an_adjustment("MUG", By(1), "2")).await.on_hand, 8);
}

pub async fn a_record_is_not_restated_once_there_is_a_newer_entry(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(7), "1")).await;
    let counted = record(stores, "MUG").await.unwrap();
    stores.enter(an_adjustment("MUG", To(5), "2")).await;
    let head = stores.changes.head().await.unwrap();

    let is_written = stores.stock.restate(counted.clone(), counted).await.unwrap();

    assert!(!is_written);
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 5, 0)], 2)));
    assert!(!stores.restate(a_record("MUG", [("main", 9, 0)], 3)).await, "nor before an entry is made");
    change_log::assert_untold(stores, &head, |subject| matches!(subject, Subject::Stock(_))).await;
}

pub async fn a_record_is_not_restated_over_what_was_held_meanwhile(stores: &Stores) {
    stores.enter(an_adjustment("MUG", To(7), "1")).await;
    let damaged = a_record("MUG", [("main", 700, 0)], 1);
    assert!(stores.restate(damaged.clone()).await);
    assert!(stores.restate(a_record("MUG", [("main", 700, 2)], 1)).await, "two are held meanwhile");

    let is_written = stores.stock.restate(damaged, a_record("MUG", [("main", 7, 0)], 1)).await.unwrap();

    assert!(!is_written);
    assert_eq!(record(stores, "MUG").await, Some(a_record("MUG", [("main", 700, 2)], 1)));
}
