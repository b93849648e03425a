//! The check finds what is wrong with a database: or else nothing would follow from its silence.

use std::sync::Arc;

use ecom67_app::document::DocumentKind;
use ecom67_app::port::{
    CartStore, DeadLetters, DocumentSave, DocumentStore, MediaStore, OrderCommit, OrderNotice, OrderStore,
    ProductStore, Queue, QueueLimits, QueueName, Refused, StockWrite,
};
use ecom67_domain::catalog::MediaId;
use ecom67_domain::product::Picture;
use ecom67_domain::{LocalizedText, OrderId, Version};
use ecom67_embedded::media::FolderMediaStore;
use ecom67_embedded::sqlite::SqliteQueue;
use ecom67_testkit::orders::{order, placing};
use ecom67_testkit::{MovableClock, a_cart, a_document_of_each_kind, a_product, a_product_with_everything, noon};

use crate::media::pictures::png;
use crate::shop::{TempShop, code, receive, saving};

async fn a_busy_shop() -> TempShop {
    let shop = TempShop::open();
    for document in a_document_of_each_kind("main") {
        DocumentStore::save(&shop.database, DocumentSave { document, read_at: None }).await.unwrap();
    }
    for product in [a_product("mug").build(), a_product_with_everything("bowl").build()] {
        ProductStore::save(&shop.database, saving(product, None)).await.unwrap();
    }
    receive(&shop.database, "MUG", 7, "delivery").await;
    shop.database.create(a_cart()).await.unwrap();
    shop.database.note(&[Refused::new(code("mug"), "too long")], noon()).await.unwrap();
    let queue = SqliteQueue::new(&shop.database, Arc::new(MovableClock::default()), QueueLimits::default());
    let notices = [(1, 1), (1, 2), (2, 1)]
        .map(|(order, version)| OrderNotice { order: OrderId::new(order), version: Version(version) });
    queue.send(QueueName::Notifications, &notices.map(OrderNotice::to_message)).await.unwrap();
    let placing = OrderCommit { stock: StockWrite::Keep, ..placing(&order(7)) };
    shop.database.commit(placing).await.unwrap();
    shop
}

#[tokio::test]
async fn a_shop_that_is_whole_has_no_problems() {
    let shop = a_busy_shop().await;

    let report = shop.database.check().await.unwrap();

    assert_eq!(report.problems, []);
    assert_eq!((report.products, report.documents, report.stock_records), (2, DocumentKind::ALL.len() as u64, 1));
    assert_eq!(report.carts, 1);
}

#[tokio::test]
async fn each_kind_of_damage_is_told() {
    for (damage, subject) in [
        ("UPDATE products SET record = '{' WHERE code = 'mug'", "product mug"),
        ("UPDATE products SET record = replace(record, '1490', '-1') WHERE code = 'mug'", "product mug"),
        ("UPDATE skus SET sku = 'CUP' WHERE sku = 'MUG'", "product mug"),
        ("DELETE FROM skus WHERE sku = 'bowl-RED'", "product bowl"),
        ("UPDATE slugs SET slug = 'cup' WHERE owner = 'mug'", "product mug"),
        ("UPDATE slugs SET current = 0 WHERE owner = 'bowl' AND language = 'de'", "product bowl"),
        ("DELETE FROM slugs WHERE owner = 'mug'", "product mug"),
        ("DELETE FROM skus WHERE product = 'mug'; DELETE FROM products WHERE code = 'mug'", "product mug"),
        ("DELETE FROM products WHERE code = 'mug'", "foreign_key_check"),
        ("UPDATE documents SET record = '{}' WHERE kind = 'market'", "market main"),
        ("UPDATE documents SET record = replace(record, 'EUR', 'ABC') WHERE kind = 'market'", "market main"),
        ("DELETE FROM slugs WHERE kind = 'page'", "page main"),
        ("DELETE FROM documents WHERE kind = 'category'", "category main"),
        ("UPDATE stock_levels SET on_hand = 8", "stock of MUG at main"),
        ("DELETE FROM stock_levels", "stock of MUG at main"),
        ("INSERT INTO stock_levels VALUES ('MUG', 'attic', 1, 0)", "stock of MUG at attic"),
        ("UPDATE stock_records SET entries = 2", "stock of MUG"),
        ("DELETE FROM stock_ledger", "stock of MUG"),
        ("DELETE FROM stock_records", "foreign_key_check"),
        ("UPDATE queue_messages SET is_head = 0 WHERE id = 1", "message 0000000000000001"),
        ("UPDATE queue_messages SET is_head = 1 WHERE id = 2", "message 0000000000000002"),
        ("UPDATE queue_messages SET body = '' WHERE id = 3", "message 0000000000000003"),
        ("UPDATE queue_messages SET queue = 'other' WHERE id = 3", "message 0000000000000003"),
        ("DELETE FROM queue_messages WHERE id = 2", "queue notifications"),
        ("UPDATE queue_counts SET dead = 1", "queue notifications"),
        ("UPDATE order_outbox SET order_id = zeroblob(16)", "outbox entry 1 of order_00000000000000000000000000000000"),
        ("UPDATE order_outbox SET order_id = zeroblob(8)", "outbox entry 1 of an order"),
        ("UPDATE order_outbox SET version = 9", "outbox entry 9 of order_00000000000000000000000000000007"),
        ("DELETE FROM order_events", "outbox entry 1 of order_00000000000000000000000000000007"),
        (
            "UPDATE order_outbox SET queues = queues || ',other'",
            "outbox entry 1 of order_00000000000000000000000000000007",
        ),
        ("UPDATE carts SET record = '{'", "cart_00000000000000000000000000000007"),
        ("UPDATE carts SET record = replace(record, '0007', '0008')", "cart_00000000000000000000000000000007"),
        ("UPDATE dead_letters SET product = 'm' || char(7)", "dead letter of m\u{7}"),
    ] {
        let shop = a_busy_shop().await;
        let connection = shop.beside();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(damage).unwrap();

        let report = shop.database.check().await.unwrap();

        let subjects: Vec<_> = report.problems.iter().map(|problem| problem.subject.as_str()).collect();
        assert!(subjects.contains(&subject), "{damage}: {:?}", report.problems);
    }
}

#[tokio::test]
async fn a_picture_that_is_missing_is_told_of() {
    let shop = TempShop::open();
    let folder = tempfile::tempdir().unwrap();
    let media = FolderMediaStore::open(folder.path()).unwrap();
    let kept = media.put(png(4, 4)).await.unwrap().id;
    let missing: MediaId = "0".repeat(40).parse().unwrap();
    let shown = |media: &MediaId| Picture { media: media.clone(), alt: LocalizedText::default(), options: [].into() };
    let product = a_product("mug").with(|parts| parts.pictures = vec![shown(&kept), shown(&missing)]).build();
    ProductStore::save(&shop.database, saving(product, None)).await.unwrap();

    let report = shop.database.check_with_pictures(&media).await.unwrap();

    let told: Vec<_> = report.problems.iter().map(|problem| (&*problem.subject, &*problem.message)).collect();
    assert_eq!(told, [("product mug", &*format!("its picture {} is missing", missing.as_str()))]);
    assert_eq!(report.visible_products, 1);
}

#[tokio::test]
async fn a_file_with_a_page_of_rubbish_is_told_of() {
    let shop = a_busy_shop().await;
    for number in 0..200 {
        ProductStore::save(&shop.database, saving(a_product(&format!("mug-{number}")).build(), None)).await.unwrap();
    }
    let folder = shop.close();
    let file = crate::shop::database_in(folder.path());
    let mut bytes = std::fs::read(&file).unwrap();
    // The root of an index: found by the engine itself, whatever is in the records.
    let connection = rusqlite::Connection::open(&file).unwrap();
    let root: usize = connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'slugs_of_owner'", (), |row| row.get(0))
        .unwrap();
    drop(connection);
    bytes[(root - 1) * 4_096..root * 4_096].fill(0xAB);
    std::fs::write(&file, bytes).unwrap();

    let database = crate::shop::open(folder.path());
    let checked = database.check().await;

    assert!(checked.is_err() || !checked.unwrap().problems.is_empty());
}
