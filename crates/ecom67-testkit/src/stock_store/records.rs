use ecom67_app::port::PAGE_MAX;
use ecom67_domain::Sku;
use ecom67_domain::stock::StockChange::To;

use super::adjust::a_record;
use crate::steps::sku;
use crate::{Stores, an_adjustment};

const RECORDS: usize = 41;

pub async fn stock_records_come_in_the_order_asked_for_without_the_absent(stores: &Stores) {
    for (units, name) in (1..).zip(["A", "B", "C"]) {
        stores.enter(an_adjustment(name, To(units), "1")).await;
    }

    let found = stores.stock.find_many(&["C", "X", "A", "C"].map(sku)).await.unwrap();

    let expected = [("C", 3), ("A", 1), ("C", 3)].map(|(name, units)| a_record(name, [("main", units, 0)], 1));
    assert_eq!(found, expected);
    assert_eq!(stores.stock.find_many(&[]).await.unwrap(), []);
    assert_eq!(stores.stock.list(None, 0).await.unwrap(), []);
}

pub async fn at_most_a_page_of_stock_records_is_read_by_sku(stores: &Stores) {
    stores.enter(an_adjustment("A", To(1), "1")).await;
    stores.enter(an_adjustment("Z", To(1), "1")).await;
    let absent = (2..PAGE_MAX).map(|index| sku(&format!("absent-{index}")));
    let skus: Vec<_> = [sku("A")].into_iter().chain(absent).chain([sku("A"), sku("Z")]).collect();

    let found = stores.stock.find_many(&skus).await.unwrap();

    assert_eq!(found.len(), 2, "the last of {} SKUs is beyond the page: {found:?}", skus.len());
    assert!(found.iter().all(|record| record.sku == sku("A")));
}

async fn walk(stores: &Stores, limit: usize) -> Vec<Sku> {
    let mut skus: Vec<Sku> = Vec::new();
    loop {
        let page = stores.stock.list(skus.last(), limit).await.unwrap();
        let length = page.len();
        assert!(length <= limit, "a page of {limit} has {length} records");
        skus.extend(page.into_iter().map(|record| record.sku));
        if length < limit {
            return skus;
        }
        assert!(skus.len() <= RECORDS, "the pages never end: {skus:?}");
    }
}

pub async fn pages_of_stock_records_walk_each_once(stores: &Stores) {
    let mut expected: Vec<Sku> = (0..RECORDS).map(|index| sku(&format!("S{}", index * 7919 % 1000))).collect();
    for sku in &expected {
        stores.enter(an_adjustment(sku.as_str(), To(1), "1")).await;
    }

    let mut walked = walk(stores, PAGE_MAX).await;

    for limit in [1, 7, RECORDS] {
        assert_eq!(walk(stores, limit).await, walked, "in pages of {limit}");
    }
    walked.sort_unstable();
    expected.sort_unstable();
    assert_eq!(walked, expected);
}
