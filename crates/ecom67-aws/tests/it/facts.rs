//! What is true of `DynamoDB` only: sizes, numbers of writes, kinds of requests.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::document::{DocumentKey, DocumentKind, ShopDocument};
use ecom67_app::port::{
    ChangeLog as _, DeadLetters as _, DocumentSave, DocumentStore as _, OldSlugs, ProductSave, ProductStore as _,
    Refused, StockStore as _,
};
use ecom67_app::search_log::{Addition, Counted, Counts, QueryText, SearchCountStore as _, SearchScope, Standing};
use ecom67_aws::dynamodb::PAST_SLUGS_MAX;
use ecom67_domain::product::{DESCRIPTION_LENGTH_MAX, LANGUAGES_MAX, VARIANTS_MAX};
use ecom67_domain::stock::StockChange::By;
use ecom67_domain::{Language, Product, Version};
use ecom67_testkit::{Random, a_category, a_product, an_adjustment, euros, noon};

use crate::engine::{TestTable, empty_table, table_through};
use crate::faulty::{Fate, Way};

/// What one item may have before the design says that it must be split (the engine's limit is 400 KB).
const RECORD_BYTES_MAX: usize = 300_000;

fn saving(product: Product) -> ProductSave {
    let price_changes = product.price_changes(None, noon());
    ProductSave { product, read_at: None, price_changes, old_slugs: OldSlugs::Respect }
}

/// A product that hardly compresses: every text, SKU and price is random.
fn a_random_product(code: &str, variants: usize, description_length: usize) -> Product {
    let mut random = Random::seeded(67);
    let mut word = |length: usize| -> String {
        (0..length).map(|_| random.pick(b"abcdefghijklmnopqrstuvwxyz0123456789")).map(char::from).collect()
    };
    let description = word(description_length);
    let skus: Vec<_> = (0..variants).map(|_| word(40)).collect();
    let mut random = Random::seeded(68);
    a_product(code)
        .skus(skus)
        .with(|parts| {
            let text = parts.texts.get_mut(&Language::ENGLISH).unwrap();
            text.description = description;
            for variant in &mut parts.variants {
                variant.weight_grams = u32::try_from(random.below(10_000)).ok();
                for market in ["de", "us", "gb"] {
                    let minor = i64::try_from(random.below(100_000)).unwrap();
                    variant.prices.insert(market.parse().unwrap(), euros(minor));
                }
            }
        })
        .build()
}

/// The size of an item as the engine counts it: names and values.
fn size(item: &std::collections::HashMap<String, AttributeValue>) -> usize {
    let value = |value: &AttributeValue| match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::Bool(_) => 1,
        other => panic!("{other:?} is not part of a product"),
    };
    item.iter().map(|(name, attribute)| name.len() + value(attribute)).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_product_stays_below_300_kb_even_if_it_hardly_compresses() {
    let Some(table) = empty_table().await else { return };
    let product = a_random_product("mug", VARIANTS_MAX, DESCRIPTION_LENGTH_MAX);

    table.products().save(saving(product.clone())).await.unwrap();

    let items = table.items().await;
    let largest = items.iter().map(size).max().unwrap();
    assert!((50_000..RECORD_BYTES_MAX).contains(&largest), "the largest of {} items has {largest} bytes", items.len());
    assert_eq!(table.products().find(&product.code).await.unwrap().unwrap().value, product);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_large_products_is_whole_although_the_engine_s_pages_end_after_1_mb() {
    let Some(table) = empty_table().await else { return };
    for index in 0..40 {
        let product = a_random_product(&format!("mug-{index}"), 1, DESCRIPTION_LENGTH_MAX);
        let product = product.into_parts();
        let skus = [format!("SKU-{index}")];
        let product = a_product(product.code.as_str()).with(|parts| parts.texts = product.texts).skus(skus);
        table.products().save(saving(product.slug(Language::ENGLISH, &format!("mug-{index}")).build())).await.unwrap();
    }

    let page = table.products().list(None, 100).await.unwrap();

    assert_eq!(page.len(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_is_one_transaction_as_long_as_100_writes_are_enough() {
    let way = Way::new();
    let Some(TestTable { table, .. }) = &table_through(Some(way.client())).await else { return };
    // The product, its prices, its slug: 97 SKUs are left.
    let product =
        |code: &str, skus: usize| a_product(code).skus((0..skus).map(|index| format!("{code}-{index}"))).build();

    way.decide(|_| Fate::Sent);
    table.products().save(saving(product("mug", 97))).await.unwrap();
    let just_enough: Vec<_> = way.seen_of("TransactWriteItems").iter().map(|sent| sent.writes().len()).collect();
    way.decide(|_| Fate::Sent);
    table.products().save(saving(product("cup", 98))).await.unwrap();
    let one_too_many: Vec<_> = way.seen_of("TransactWriteItems").iter().map(|sent| sent.writes().len()).collect();

    assert_eq!(just_enough, [100]);
    assert_eq!(one_too_many, [98, 4], "the claims ahead, and a commit that requires that nobody contests them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_in_as_many_languages_as_it_may_have_is_renamed_in_one_commit() {
    let Some(table) = empty_table().await else { return };
    let in_languages = |name: &str| {
        let languages = (b'a'..=b'z').flat_map(|first| [b'a', b'b'].map(|second| [first, second]));
        languages.take(LANGUAGES_MAX).fold(a_product("mug").without(Language::ENGLISH), |product, language| {
            let language: Language = std::str::from_utf8(&language).unwrap().parse().unwrap();
            product.slug(language, &format!("{name}-{language}"))
        })
    };
    table.products().save(saving(in_languages("old").build())).await.unwrap();

    let renamed = in_languages("new").build();
    let save = ProductSave { read_at: Some(Version::FIRST), ..saving(renamed) };
    table.products().save(save).await.unwrap();

    let kept = table.products().find(&"mug".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(kept.value, in_languages("new").build());
    let language: Language = "aa".parse().unwrap();
    for slug in ["old-aa", "new-aa"] {
        let found = table.products().find_by_slug(language, &slug.parse().unwrap()).await.unwrap();
        assert!(found.is_some(), "{slug} leads nowhere");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_scans_the_table_and_every_read_is_strongly_consistent() {
    let way = Way::new();
    let Some(TestTable { table, .. }) = &table_through(Some(way.client())).await else { return };
    way.decide(|_| Fate::Sent);
    let (products, documents, stock) = (table.products(), table.documents(), table.stock());
    let (code, sku) = ("mug".parse().unwrap(), "MUG".parse().unwrap());
    let key = DocumentKey { kind: DocumentKind::Category, code: "mugs".to_owned() };

    products.save(saving(a_product("mug").build())).await.unwrap();
    products.find(&code).await.unwrap();
    products.find_many(std::slice::from_ref(&code)).await.unwrap();
    products.find_by_slug(Language::ENGLISH, &"mug".parse().unwrap()).await.unwrap();
    products.find_by_sku(&sku).await.unwrap();
    products.list(None, 10).await.unwrap();
    products.price_history(&code, noon()).await.unwrap();
    let document = ShopDocument::Category(a_category("mugs"));
    documents.save(DocumentSave { document, read_at: None }).await.unwrap();
    documents.find(&key).await.unwrap();
    documents.find_by_slug(DocumentKind::Category, Language::ENGLISH, &"mugs".parse().unwrap()).await.unwrap();
    documents.list(DocumentKind::Category, None, 10).await.unwrap();
    documents.remove(&key, Version::FIRST).await.unwrap();
    stock.adjust(an_adjustment("MUG", By(1), "1")).await.unwrap();
    stock.find_many(std::slice::from_ref(&sku)).await.unwrap();
    stock.ledger(&sku, 0, 10).await.unwrap();
    let record = stock.list(None, 10).await.unwrap().pop().unwrap();
    stock.restate(record.clone(), record).await.unwrap();
    table.changes().read(None, 10).await.unwrap();
    table.changes().head().await.unwrap();
    let letters = table.dead_letters();
    letters.note(&[Refused::new(code.clone(), "too long")], noon()).await.unwrap();
    letters.list(None, 10).await.unwrap();
    letters.count().await.unwrap();
    letters.clear(std::slice::from_ref(&code)).await.unwrap();

    let seen = way.seen();
    let operations: BTreeSet<_> = seen.iter().map(|request| request.operation.as_str()).collect();
    let expected = [
        "BatchGetItem",
        "DescribeStream",
        "DescribeTable",
        "GetItem",
        "GetRecords",
        "GetShardIterator",
        "Query",
        "TransactWriteItems",
    ];
    assert_eq!(operations, BTreeSet::from(expected));
    for request in seen {
        let is_consistent = match request.operation.as_str() {
            "GetItem" | "Query" => request.body["ConsistentRead"] == true,
            "BatchGetItem" => {
                let tables = request.body["RequestItems"].as_object().unwrap();
                tables.values().all(|table| table["ConsistentRead"] == true)
            }
            _ => true,
        };
        assert!(is_consistent, "{request:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_slug_of_a_document_is_forgotten_in_time_and_none_is_left_behind_a_removal() {
    let Some(table) = empty_table().await else { return };
    let documents = table.documents();
    let key = DocumentKey { kind: DocumentKind::Category, code: "mugs".to_owned() };
    let mut version = None;
    for index in 0..=PAST_SLUGS_MAX + 1 {
        let mut category = a_category("mugs");
        category.slug.insert("en".to_owned(), format!("mugs-{index}"));
        let save = DocumentSave { document: ShopDocument::Category(category), read_at: version };
        version = Some(documents.save(save).await.unwrap());
    }
    let find = async |index: usize| {
        let slug = format!("mugs-{index}").parse().unwrap();
        documents.find_by_slug(DocumentKind::Category, Language::ENGLISH, &slug).await.unwrap()
    };
    assert_eq!(find(0).await, None);
    assert!(find(1).await.is_some_and(|found| !found.current));
    assert!(find(PAST_SLUGS_MAX + 1).await.is_some_and(|found| found.current));

    documents.remove(&key, version.unwrap()).await.unwrap();

    assert_eq!(table.items().await, [], "nothing of it is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_counted_goes_by_itself_once_it_is_old() {
    let Some(table) = empty_table().await else { return };
    let addition = Addition {
        scope: SearchScope { language: Language::ENGLISH, market: "de".parse().unwrap() },
        counted: Counted::Query(QueryText::of("kite", &[])),
        counts: Counts { searches: 1, ..Counts::default() },
        standing: Standing::New,
    };
    table.search_counts().add("2026-11-20".parse().unwrap(), vec![addition], 10).await.unwrap();

    let items = table.items().await;

    assert_eq!(items.len(), 2, "a sum, and how many there are: {items:?}");
    // The 19th of February 2027, a day after ninety, in seconds.
    let expires = AttributeValue::N("1802995200".to_owned());
    assert!(items.iter().all(|item| item.get("expires") == Some(&expires)), "got {items:?}");
}
