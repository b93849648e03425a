//! What the engine on this machine never does, and AWS's does now and then.

use std::sync::Arc;
use std::time::Duration;

use ecom67_app::port::{
    AdjustError, Adjusted, DocumentSave, DocumentStore as _, OldSlugs, ProductSave, ProductStore as _, SaveError,
    StockStore as _, StoreError,
};
use ecom67_aws::dynamodb::Table;
use ecom67_domain::stock::StockChange::By;
use ecom67_domain::{Product, Version};
use ecom67_testkit::{a_document_of_each_kind, a_product, a_product_with_500_variants, an_adjustment};
use serde_json::json;
use tokio::sync::Notify;

use crate::engine::{TestTable, table_through};
use crate::faulty::{Fate, Way};

/// The reasons of cancelled transactions.
const NO_REASON: &str = "None";
const CONFLICT: &str = "TransactionConflict";

async fn table() -> Option<(TestTable, Way)> {
    let way = Way::new();
    Some((table_through(Some(way.client())).await?, way))
}

fn saving(product: Product) -> ProductSave {
    ProductSave { product, read_at: None, price_changes: vec![], old_slugs: OldSlugs::Respect }
}

pub(crate) async fn save(table: &Table, product: Product) -> Result<Version, SaveError> {
    table.products().save(saving(product)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_met_a_conflict_is_made_all_the_same() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    way.first(3, "TransactWriteItems", || Fate::cancelled(&[NO_REASON, CONFLICT, NO_REASON]));

    let version = save(table, a_product("mug").build()).await.unwrap();

    assert_eq!(version, Version::FIRST);
    assert_eq!(way.seen_of("TransactWriteItems").len(), 4);
    let tokens: Vec<_> = way.seen().iter().map(|request| request.body["ClientRequestToken"].clone()).collect();
    let transactions: Vec<_> = tokens.iter().filter(|token| token.is_string()).collect();
    assert!(transactions.windows(2).all(|pair| pair[0] != pair[1]), "each try is a transaction of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adjustment_that_met_a_conflict_is_entered_once() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    way.first(3, "TransactWriteItems", || Fate::cancelled(&[CONFLICT, NO_REASON, NO_REASON]));

    let adjusted = table.stock().adjust(an_adjustment("MUG", By(3), "1")).await.unwrap();

    assert!(matches!(adjusted, Adjusted::Entered(entry) if entry.sequence == 1 && entry.on_hand == 3));
    assert_eq!(way.seen_of("TransactWriteItems").len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_met_a_throttle_is_saved_and_removed_all_the_same() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let document = a_document_of_each_kind("x").remove(3);
    let key = document.key();

    way.first(2, "TransactWriteItems", || Fate::cancelled(&["ThrottlingError", NO_REASON]));
    let version = table.documents().save(DocumentSave { document, read_at: None }).await.unwrap();
    way.first(7, "TransactWriteItems", || Fate::error("ThrottlingException"));
    table.documents().remove(&key, version).await.unwrap();

    assert_eq!(way.seen_of("TransactWriteItems").len(), 8);
    assert_eq!(table.documents().find(&key).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_meets_conflicts_only_is_told_in_time_that_the_store_is_busy() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let table = table.clone().with_patience(Duration::from_millis(200));
    way.first(usize::MAX, "TransactWriteItems", || Fate::cancelled(&[CONFLICT]));

    let saved = save(&table, a_product("mug").build()).await;
    let adjusted = table.stock().adjust(an_adjustment("MUG", By(3), "1")).await;

    assert!(matches!(saved, Err(SaveError::Store(StoreError::Busy))), "got {saved:?}");
    assert!(matches!(adjusted, Err(AdjustError::Store(StoreError::Busy))), "got {adjusted:?}");
    let tries = way.seen_of("TransactWriteItems").len();
    assert!((2..100).contains(&tries), "{tries} tries in 400 ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_is_asked_for_again_and_nothing_happens_twice() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };

    way.first(1, "TransactWriteItems", || Fate::AnswerLost);
    let version = save(table, a_product("mug").build()).await.unwrap();
    let tokens: Vec<_> = way.seen_of("TransactWriteItems").into_iter().map(|sent| sent.body).collect();
    way.first(1, "TransactWriteItems", || Fate::AnswerLost);
    let adjusted = table.stock().adjust(an_adjustment("MUG", By(3), "1")).await.unwrap();

    assert_eq!(version, Version::FIRST);
    assert!(matches!(adjusted, Adjusted::Entered(entry) if entry.sequence == 1 && entry.on_hand == 3));
    assert_eq!(tokens.len(), 2);
    assert_eq!(tokens[0], tokens[1], "the same transaction with the same token");
    assert_eq!(table.stock().ledger(&"MUG".parse().unwrap(), 0, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adjustment_of_unknown_outcome_is_safe_to_repeat() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    way.first(usize::MAX, "TransactWriteItems", || Fate::AnswerLost);
    let lost = table.stock().adjust(an_adjustment("MUG", By(3), "1")).await;
    way.decide(|_| Fate::Sent);

    let repeated = table.stock().adjust(an_adjustment("MUG", By(3), "1")).await.unwrap();

    assert!(matches!(lost, Err(AdjustError::Store(StoreError::OutcomeUnknown))), "got {lost:?}");
    assert_eq!(repeated, Adjusted::Unchanged, "it had been made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_the_engine_leaves_the_outcome_of_a_save_unknown() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let failure = || Fate::Forged(500, json!({ "__type": "com.amazonaws.dynamodb.v20120810#InternalServerError" }));
    way.first(usize::MAX, "TransactWriteItems", failure);

    let saved = save(table, a_product("mug").build()).await;

    assert!(matches!(saved, Err(SaveError::Store(StoreError::OutcomeUnknown))), "got {saved:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_without_an_answer_says_that_the_store_is_busy() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    way.first(usize::MAX, "GetItem", || Fate::error("ProvisionedThroughputExceededException"));
    let throttled = table.products().find(&"mug".parse().unwrap()).await;
    way.first(usize::MAX, "GetItem", || Fate::error("AccessDeniedException"));
    let forbidden = table.products().find(&"mug".parse().unwrap()).await;

    assert!(matches!(throttled, Err(StoreError::Busy)), "got {throttled:?}");
    assert!(matches!(forbidden, Err(StoreError::Failed(_))), "got {forbidden:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_for_which_the_engine_had_no_time_are_asked_for_again() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let codes: Vec<_> = ["a", "b", "c"].map(|code| code.parse().unwrap()).into();
    for code in ["a", "b", "c"] {
        save(table, a_product(code).build()).await.unwrap();
    }
    let mut unanswered = 2;
    way.decide(move |request| {
        if !request.is("BatchGetItem") || unanswered == 0 {
            return Fate::Sent;
        }
        unanswered -= 1;
        Fate::Forged(200, json!({ "Responses": {}, "UnprocessedKeys": request.body["RequestItems"] }))
    });

    let found = table.products().find_many(&codes).await.unwrap();

    assert_eq!(found.len(), 3);
    assert_eq!(way.seen_of("BatchGetItem").len(), 3);
}

/// Saves a product of 500 variants, while another takes one of its SKUs between its claims and its commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_sku_taken_over_between_claim_and_commit_is_lost_to_the_large_product() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let meanwhile = table.clone();
    let mut is_first = true;
    way.decide(move |request| {
        if !is_first || request.committed_product() != Some("mug") {
            return Fate::Sent;
        }
        is_first = false;
        let table = meanwhile.clone();
        Fate::after(async move {
            save(&table, a_product("cup").skus(["MUG-250"]).build()).await.unwrap();
        })
    });

    let saved = save(table, a_product_with_500_variants("mug", "MUG").build()).await;

    assert!(matches!(&saved, Err(SaveError::SkuTaken { owner, .. }) if owner.as_str() == "cup"), "got {saved:?}");
    let products = table.products();
    assert_eq!(products.find_by_sku(&"MUG-250".parse().unwrap()).await.unwrap(), Some("cup".parse().unwrap()));
    assert_eq!(products.find_by_sku(&"MUG-0".parse().unwrap()).await.unwrap(), None);
}

/// The other way round: the large product's commit comes between the other's look at it and the takeover.
#[tokio::test(flavor = "multi_thread")]
async fn a_sku_is_not_taken_over_from_a_large_product_that_was_saved_since_it_was_looked_at() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    let [claims_made, taking_over, committed] = [(); 3].map(|()| Arc::new(Notify::new()));
    let (made, over, done) = (Arc::clone(&claims_made), Arc::clone(&taking_over), Arc::clone(&committed));
    way.decide(move |request| {
        if request.is_takeover() {
            over.notify_one();
            let done = Arc::clone(&done);
            Fate::after(async move { done.notified().await })
        } else if request.committed_product() == Some("mug") {
            made.notify_one();
            let over = Arc::clone(&over);
            Fate::after(async move { over.notified().await })
        } else {
            Fate::Sent
        }
    });

    let large = tokio::spawn({
        let table = table.clone();
        async move { save(&table, a_product_with_500_variants("mug", "MUG").build()).await }
    });
    claims_made.notified().await;
    let small = tokio::spawn({
        let table = table.clone();
        async move { save(&table, a_product("cup").skus(["MUG-250"]).build()).await }
    });
    let large = large.await.unwrap();
    committed.notify_one();
    let small = small.await.unwrap();

    assert!(large.is_ok(), "got {large:?}");
    assert!(matches!(&small, Err(SaveError::SkuTaken { owner, .. }) if owner.as_str() == "mug"), "got {small:?}");
    let owner = table.products().find_by_sku(&"MUG-250".parse().unwrap()).await.unwrap();
    assert_eq!(owner, Some("mug".parse().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claims_of_a_large_product_that_was_never_saved_bind_nobody() {
    let Some((TestTable { table, .. }, way)) = &table().await else { return };
    // The process ends between the claims and the commit.
    way.decide(|request| {
        let is_commit = request.committed_product().is_some();
        if is_commit { Fate::error("AccessDeniedException") } else { Fate::Sent }
    });
    let saved = save(table, a_product_with_500_variants("mug", "MUG").build()).await;
    assert!(matches!(saved, Err(SaveError::Store(StoreError::Failed(_)))), "got {saved:?}");
    way.decide(|_| Fate::Sent);

    let products = table.products();
    assert_eq!(products.find_by_sku(&"MUG-7".parse().unwrap()).await.unwrap(), None);
    save(table, a_product("cup").skus(["MUG-7"]).build()).await.unwrap();
    let pots = (100..500).map(|index| format!("MUG-{index}"));
    save(table, a_product("pot").skus(pots).build()).await.unwrap();

    assert_eq!(products.find_by_sku(&"MUG-7".parse().unwrap()).await.unwrap(), Some("cup".parse().unwrap()));
    assert_eq!(products.find_by_sku(&"MUG-499".parse().unwrap()).await.unwrap(), Some("pot".parse().unwrap()));
    let again = save(table, a_product_with_500_variants("mug", "MUG").build()).await;
    assert!(matches!(again, Err(SaveError::SkuTaken { .. })), "got {again:?}");
}
