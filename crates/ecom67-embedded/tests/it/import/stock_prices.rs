//! Prices and stock from a spreadsheet.

use ecom67_domain::Language;
use ecom67_domain::stock::AdjustmentReason;
use jiff::Timestamp;

use super::*;
use crate::shop::{assert_whole, ledger, on_hand, sku, version_of};

async fn price(shop: &ImportShop, product: &str, number: usize) -> (i64, Option<i64>) {
    let product = shop.product(product).await.unwrap();
    let price = product.variants[number].prices["de"];
    (price.amount().minor(), price.compare_at().map(ecom67_domain::Money::minor))
}

fn shirt(variants: usize) -> String {
    let choices: Vec<_> =
        (0..variants).map(|size| format!(r#"{{"code":"s{size}","label":{{"en":"{size}"}}}}"#)).collect();
    let variants: Vec<_> = (0..variants)
        .map(|size| {
            format!(r#"{{"sku":"SHIRT-{size}","options":{{"size":"s{size}"}},"prices":{{"de":{{"currency":"EUR","amount":2000}}}}}}"#)
        })
        .collect();
    format!(
        "{{\"type\":\"attribute\",\"code\":\"size\",\"kind\":\"choice\",\"label\":{{\"en\":\"Size\"}},\"choices\":[{}]}}\n\
         {{\"type\":\"product\",\"code\":\"shirt\",\"texts\":{{\"en\":{{\"name\":\"Shirt\"}}}},\"options\":[\"size\"],\"variants\":[{}]}}\n",
        choices.join(","),
        variants.join(",")
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_and_stock_are_set_in_place_and_the_rest_stays() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}\n{}", product_line("mug"), shirt(3))).await;
    let name = shop.product("mug").await.unwrap().text(Language::ENGLISH).name.clone();
    shop.clock.forward(jiff::SignedDuration::from_hours(24));
    let path = shop.write(
        "prices.csv",
        "\u{feff}sku;market;price;compare_at;stock;location\r\nMUG;de;12,90;14,90;30;main\r\nSHIRT-0;de;19,00;;;\r\nSHIRT-2;;;;4;\r\n",
    );

    let report = shop.import(Format::StockPrices, &path).await;

    assert_eq!((report.counts.updated, report.counts.refused), (3, 0), "{:?}", report.samples);
    assert_eq!(price(&shop, "mug", 0).await, (1290, Some(1490)));
    assert_eq!((price(&shop, "shirt", 0).await, price(&shop, "shirt", 1).await), ((1900, None), (2000, None)));
    assert_eq!((on_hand(&shop.database, "MUG").await, on_hand(&shop.database, "SHIRT-2").await), (30, 4));
    assert_eq!(shop.product("mug").await.unwrap().text(Language::ENGLISH).name, name);
    let history = ProductStore::price_history(&shop.database, &code("mug"), Timestamp::MIN).await.unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[1].is.map(|price| price.amount().minor()), Some(1290));
    let head = shop.head().await;
    let again = shop.import(Format::StockPrices, &path).await;
    assert_eq!((again.counts.unchanged, shop.head().await), (3, head));
    assert_whole(&shop.database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_is_wrong_leaves_its_neighbours_in_the_same_product_alone() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}\n{}", product_line("mug"), shirt(4))).await;
    let path = shop.write(
        "prices.csv",
        "sku,market,price,compare_at,stock\nSHIRT-0,de,10.00,,\nSHIRT-1,de,10.00,9.00,50\nSHIRT-2,de,-1,,\n\
         SHIRT-3,us,1,,\nNOBODY,de,1,,\nSHIRT-3,de,10.00,none,1\nMUG,de,1.234,,\nMUG,de,,,2\n",
    );

    let report = shop.import(Format::StockPrices, &path).await;

    assert_eq!(
        told(&report.samples),
        [
            (3, "compare_at", "compare_at_invalid"),
            (4, "price", "price_negative"),
            (5, "market", "market_unknown"),
            (6, "sku", "sku_unknown"),
            (8, "price", "price_invalid"),
        ]
    );
    assert_eq!((report.counts.updated, report.counts.refused), (3, 5));
    assert_eq!((price(&shop, "shirt", 0).await.0, price(&shop, "shirt", 3).await.0), (1000, 1000));
    assert_eq!((price(&shop, "shirt", 1).await.0, on_hand(&shop.database, "SHIRT-1").await), (2000, 0));
    assert_eq!(on_hand(&shop.database, "MUG").await, 2);
    // All of it in one save.
    assert_eq!(version_of(&shop.database, "shirt").await, Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_count_leaves_its_line_in_the_ledger() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}", product_line("mug"))).await;
    let path = shop.write("stock.csv", "sku,stock\nMUG,9\nMUG,9\nMUG,5\n");

    let report = shop.import(Format::StockPrices, &path).await;

    assert_eq!(report.counts.refused, 0);
    let entries = ledger(&shop.database, "MUG").await;
    assert_eq!(entries.iter().map(|entry| entry.on_hand).collect::<Vec<_>>(), [7, 9, 5]);
    assert!(entries.iter().all(|entry| entry.reason == AdjustmentReason::Import && entry.actor == "import"));
    let found = ecom67_app::port::StockStore::find_many(&shop.database, &[sku("MUG")]).await.unwrap();
    assert_eq!(found[0].entries, 3);
}
