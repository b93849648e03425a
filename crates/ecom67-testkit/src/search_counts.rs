//! What every [`SearchCountStore`](ecom67_app::search_log::SearchCountStore) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use std::collections::BTreeMap;
use std::sync::Arc;

use ecom67_app::search_log::{ADDITIONS_MAX, Addition, Counted, CountedKind, Counts, QueryText, SearchScope, Standing};
use ecom67_domain::Language;
use jiff::civil::{Date, date};
use tokio::task::JoinSet;

use crate::Stores;

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! search_counts_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; search_counts;
            what_was_counted_at_different_times_adds_up
            what_was_found_last_is_what_a_sum_tells
            of_64_that_count_at_once_each_is_added
            each_day_language_market_and_kind_has_sums_of_its_own
            a_flood_of_different_queries_is_counted_together
            what_many_look_for_is_counted_by_itself_in_any_flood
            pages_of_sums_walk_each_once
            forgetting_what_is_old_leaves_what_is_not
        );
    };
}

const DAY: Date = date(2026, 11, 20);
const NO_BOUND: usize = 1_000_000;

fn scope(language: Language, market: &str) -> SearchScope {
    SearchScope { language, market: market.parse().unwrap() }
}

fn query(text: &str) -> Counted {
    Counted::Query(Some(QueryText::of(text, &[]).unwrap()))
}

fn searched(counted: Counted, searches: u64, hits: Option<u64>) -> Addition {
    let empty = if hits == Some(0) { searches } else { 0 };
    Addition {
        scope: scope(Language::ENGLISH, "de"),
        counted,
        counts: Counts { searches, empty, hits, ..Counts::default() },
        standing: Standing::New,
    }
}

async fn add(stores: &Stores, additions: Vec<Addition>, distinct_max: usize) {
    stores.search_counts.add(DAY, additions, distinct_max).await.unwrap();
}

async fn sums_of(stores: &Stores, day: Date, scope: &SearchScope, kind: CountedKind) -> BTreeMap<String, Counts> {
    let page = stores.search_counts.list(day, scope, kind, None, 1_000).await.unwrap();
    page.into_iter().map(|(counted, counts)| (counted.as_str().to_owned(), counts)).collect()
}

async fn queries(stores: &Stores) -> BTreeMap<String, Counts> {
    sums_of(stores, DAY, &scope(Language::ENGLISH, "de"), CountedKind::Query).await
}

pub async fn what_was_counted_at_different_times_adds_up(stores: &Stores) {
    let clicked = Counts { clicks: 2, positions: 9, ..Counts::default() };
    let viewed = Counts { clicks: 1, views: 7, ..Counts::default() };
    let product = Counted::Product(Some("mug".parse().unwrap()));

    add(stores, vec![searched(query("tea towel"), 3, Some(8))], NO_BOUND).await;
    add(stores, vec![Addition { counts: clicked, ..searched(query("tea towel"), 0, None) }], NO_BOUND).await;
    add(stores, vec![Addition { counts: viewed, ..searched(product.clone(), 0, None) }], NO_BOUND).await;
    add(stores, vec![Addition { counts: viewed, ..searched(product, 0, None) }], NO_BOUND).await;

    let towel = Counts { searches: 3, hits: Some(8), ..clicked };
    assert_eq!(queries(stores).await, BTreeMap::from([("tea towel".to_owned(), towel)]));
    let products = sums_of(stores, DAY, &scope(Language::ENGLISH, "de"), CountedKind::Product).await;
    let mug = Counts { clicks: 2, views: 14, ..Counts::default() };
    assert_eq!(products, BTreeMap::from([("mug".to_owned(), mug)]));
}

pub async fn what_was_found_last_is_what_a_sum_tells(stores: &Stores) {
    for hits in [Some(4), Some(0), None] {
        add(stores, vec![searched(query("kite"), 2, hits)], NO_BOUND).await;
    }

    let kite = Counts { searches: 6, empty: 2, hits: Some(0), ..Counts::default() };
    assert_eq!(queries(stores).await["kite"], kite);
}

pub async fn of_64_that_count_at_once_each_is_added(stores: &Stores) {
    let mut tasks = JoinSet::new();
    for counter in 0..64_u64 {
        let store = Arc::clone(&stores.search_counts);
        let own = format!("kite {}", counter % 4);
        tasks.spawn(async move {
            let additions = vec![searched(query("kite"), counter, Some(1)), searched(query(&own), 1, Some(1))];
            store.add(DAY, additions, NO_BOUND).await
        });
    }
    let results = tasks.join_all().await;

    assert!(results.iter().all(Result::is_ok), "got {results:?}");
    let sums = queries(stores).await;
    assert_eq!(sums["kite"].searches, 63 * 64 / 2);
    assert_eq!((0..4).map(|own| sums[&format!("kite {own}")].searches).collect::<Vec<_>>(), [16; 4]);
}

pub async fn each_day_language_market_and_kind_has_sums_of_its_own(stores: &Stores) {
    let mug = Counted::Product(Some("mug".parse().unwrap()));
    let german = Addition { scope: scope(Language::GERMAN, "de"), ..searched(query("mug"), 2, Some(1)) };
    let austrian = Addition { scope: scope(Language::GERMAN, "at"), ..searched(query("mug"), 3, Some(1)) };
    add(stores, vec![searched(query("mug"), 1, Some(1)), german, austrian, searched(mug, 4, None)], NO_BOUND).await;
    let next = DAY.tomorrow().unwrap();
    stores.search_counts.add(next, vec![searched(query("mug"), 5, Some(1))], NO_BOUND).await.unwrap();

    for (day, language, market, kind, expected) in [
        (DAY, Language::ENGLISH, "de", CountedKind::Query, 1),
        (DAY, Language::GERMAN, "de", CountedKind::Query, 2),
        (DAY, Language::GERMAN, "at", CountedKind::Query, 3),
        (DAY, Language::ENGLISH, "de", CountedKind::Product, 4),
        (next, Language::ENGLISH, "de", CountedKind::Query, 5),
    ] {
        let sums = sums_of(stores, day, &scope(language, market), kind).await;
        assert_eq!(sums.len(), 1, "{sums:?}");
        assert_eq!(sums["mug"].searches, expected);
    }
    assert!(sums_of(stores, next, &scope(Language::GERMAN, "de"), CountedKind::Query).await.is_empty());
}

pub async fn a_flood_of_different_queries_is_counted_together(stores: &Stores) {
    add(stores, vec![searched(query("kite"), 1, Some(3))], 10).await;
    for round in 0..5 {
        let flood = (0..20).map(|index| searched(query(&format!("noise {round} {index}")), 1, Some(0)));
        add(stores, flood.collect(), 10).await;
    }
    // What has a sum keeps it.
    add(stores, vec![searched(query("kite"), 1, Some(3))], 10).await;

    let sums = queries(stores).await;
    assert_eq!(sums.len(), 11, "{sums:?}");
    assert_eq!(sums["kite"].searches, 2);
    assert_eq!(sums[""], Counts { searches: 91, empty: 91, hits: None, ..Counts::default() });
    let product = Counted::Product(Some("mug".parse().unwrap()));
    add(stores, vec![searched(product, 1, None)], 10).await;
    let products = sums_of(stores, DAY, &scope(Language::ENGLISH, "de"), CountedKind::Product).await;
    assert!(products.contains_key("mug"), "queries took the room of products: {products:?}");
}

pub async fn what_many_look_for_is_counted_by_itself_in_any_flood(stores: &Stores) {
    let flood = (0..10).map(|index| searched(query(&format!("noise {index}")), 1, Some(0)));
    add(stores, flood.collect(), 5).await;

    add(stores, vec![Addition { standing: Standing::Known, ..searched(query("kite"), 1, Some(3)) }], 5).await;
    add(stores, vec![searched(query("string"), 1, Some(3))], 5).await;

    let sums = queries(stores).await;
    assert_eq!(sums["kite"].searches, 1);
    assert!(!sums.contains_key("string"));
    assert_eq!(sums[""].searches, 6);
}

pub async fn pages_of_sums_walk_each_once(stores: &Stores) {
    let texts: Vec<String> = ["a", "a b", "äpfel", "zz", "日本"].map(str::to_owned).to_vec();
    let mut additions: Vec<_> = texts.iter().map(|text| searched(query(text), 1, Some(1))).collect();
    additions.push(searched(Counted::Query(None), 1, None));
    assert!(additions.len() <= ADDITIONS_MAX);
    add(stores, additions, NO_BOUND).await;

    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let scope = scope(Language::ENGLISH, "de");
        let page = stores.search_counts.list(DAY, &scope, CountedKind::Query, after.as_ref(), 2).await.unwrap();
        after = page.last().map(|(counted, _)| counted.clone());
        let is_last = page.len() < 2;
        walked.extend(page.into_iter().map(|(counted, _)| counted.as_str().to_owned()));
        if is_last {
            break;
        }
    }

    walked.sort();
    let mut expected = texts;
    expected.push(String::new());
    expected.sort();
    assert_eq!(walked, expected);
}

pub async fn forgetting_what_is_old_leaves_what_is_not(stores: &Stores) {
    let old = DAY.yesterday().unwrap();
    stores.search_counts.add(old, vec![searched(query("kite"), 1, Some(1))], NO_BOUND).await.unwrap();
    add(stores, vec![searched(query("kite"), 2, Some(1))], NO_BOUND).await;

    let mut calls = 0;
    while stores.search_counts.forget(DAY).await.unwrap() > 0 {
        calls += 1;
        assert!(calls < 10, "it forgets for ever");
    }

    assert_eq!(queries(stores).await["kite"].searches, 2);
}
