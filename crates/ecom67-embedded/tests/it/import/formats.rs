//! What each format becomes in the shop.

use ecom67_domain::Language;

use super::*;
use crate::shop::{assert_whole, on_hand, version_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_repeated_changes_nothing() {
    let shop = ImportShop::open().await;
    shop.write("pictures/mug.png", picture(3));
    let mug = product_line("mug").replace(r#""variants""#, r#""pictures":[{"file":"pictures/mug.png"}],"variants""#);
    let path = shop.write("catalog.jsonl", format!("{BASICS}{mug}\n{}\n", product_line("cup")));
    let first = shop.import(Format::Jsonl, &path).await;
    let head = shop.head().await;
    shop.clock.forward(jiff::SignedDuration::from_hours(1));

    let second = shop.import(Format::Jsonl, &path).await;

    assert_eq!((first.counts.created, first.counts.refused), (8, 0), "{:?}", first.samples);
    assert_eq!((second.counts.unchanged, second.counts.created, second.counts.updated), (8, 0, 0));
    assert_eq!(shop.head().await, head);
    assert_eq!(version_of(&shop.database, "mug").await, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opening_stock_is_entered_once_and_never_brings_back_what_was_sold() {
    let shop = ImportShop::open().await;
    let path = shop.write("catalog.jsonl", format!("{BASICS}{}\n", product_line("mug")));
    shop.import(Format::Jsonl, &path).await;
    assert_eq!(on_hand(&shop.database, "MUG").await, 7);
    crate::shop::receive(&shop.database, "MUG", -3, "sold").await;

    shop.import(Format::Jsonl, &path).await;
    assert_eq!(on_hand(&shop.database, "MUG").await, 4);
    for _ in 0..2 {
        shop.clock.forward(jiff::SignedDuration::from_mins(1));
        let report = shop.import_with(Format::Jsonl, &path, |request| request.set_stock = true).await.unwrap();

        assert_eq!(report.counts.refused, 0);
        assert_eq!(on_hand(&shop.database, "MUG").await, 7);
        crate::shop::receive(&shop.database, "MUG", -1, &shop.head().await).await;
    }
    assert_whole(&shop.database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn products_of_one_name_get_slugs_of_their_own_in_the_order_of_the_file() {
    let shop = ImportShop::open().await;
    let same = |code: &str| product_line(code).replace(&format!("Mug {code}"), "Blue Mug");
    let lines: Vec<_> = (0..60).map(|number| same(&format!("mug-{number}"))).collect();

    let report = shop.import_lines(&format!("{BASICS}{}", lines.join("\n"))).await;

    assert_eq!(report.counts.refused, 0, "{:?}", report.samples);
    let slug = |product: &Product| product.text(Language::ENGLISH).slug.to_string();
    assert_eq!(slug(&shop.product("mug-0").await.unwrap()), "blue-mug");
    assert_eq!(slug(&shop.product("mug-59").await.unwrap()), "blue-mug-mug-59");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::format_push_string, reason = "a few lines of a test file, built as they read")]
async fn a_tree_of_categories_goes_in_at_any_depth_and_moves() {
    let shop = ImportShop::open().await;
    let mut lines = BASICS.to_owned();
    for top in 0..20 {
        lines += &format!("{{\"type\":\"category\",\"code\":\"c{top}\",\"name\":{{\"en\":\"C {top}\"}}}}\n");
        for below in 0..5 {
            lines += &format!(
                "{{\"type\":\"category\",\"code\":\"c{top}-{below}\",\"parent\":\"c{top}\",\"name\":{{\"en\":\"C {top} {below}\"}}}}\n"
            );
        }
    }
    // A cycle of three, closed by categories that move.
    for (code, parent) in [("c1", "c2"), ("c2", "c3"), ("c3", "c1")] {
        lines += &format!(
            "{{\"type\":\"category\",\"code\":\"{code}\",\"parent\":\"{parent}\",\"name\":{{\"en\":\"C {}\"}}}}\n",
            &code[1..]
        );
    }

    let report = shop.import_lines(&lines).await;

    assert_eq!(told(&report.samples), [(129, "parent", "category_cycle")]);
    let present = shop.importer.shop.present();
    assert_eq!(present.categories.path(&"c1-4".parse().unwrap()).len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_is_read_in_the_order_of_its_files_names() {
    let shop = ImportShop::open().await;
    shop.write("10-basics.jsonl", BASICS);
    shop.write("20-products.jsonl.gz", packed(product_line("mug").as_bytes()));
    shop.write("30-broken.jsonl", "{");
    shop.write("notes.txt", "not read");

    let report = shop.import(Format::Jsonl, &shop.files.clone()).await;

    assert_eq!(report.counts.created, 7);
    assert_eq!(told(&report.samples), [(1, "", "json_invalid")]);
    assert_eq!(report.samples[0].file.as_deref(), Some("30-broken.jsonl"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn icecat_brings_its_own_market_attributes_and_categories() {
    let shop = ImportShop::open().await;
    let lines = [
        r#"{"id":"1","title":"Toner","ean":[],"price":4995,"supplier":"Xerox","attr_t_type":"Original","attr_n_pages":23000.0}"#,
        r#"{"id":"2","title":"Toner","price":1,"attr_t_product_type":"Original","attr_t_pages":"many","attr_b_duplex":true}"#,
        r#"{"id":"3","title":"Тонер 黑色","price":0}"#,
        r#"{"id":"4","title":"Toner","price":-1}"#,
    ];
    let path = shop.write("products.jsonl", lines.join("\n"));

    let report = shop.import(Format::Icecat, &path).await;

    assert_eq!(told(&report.samples), [(4, "price", "price_negative")]);
    assert_eq!((report.counts.created, report.definitions), (3, 8));
    let present = shop.importer.shop.present();
    assert_eq!(
        present.categories.get("original").map(|category| category.name.get(Language::ENGLISH)),
        Some("Original")
    );
    assert!(present.attributes.contains_key("pages") && present.attributes.contains_key("pages_text"));
    assert_eq!(on_hand(&shop.database, "3").await, 100);
    let slugs: Vec<_> =
        shop.products().await.iter().map(|product| product.text(Language::ENGLISH).slug.to_string()).collect();
    assert_eq!(slugs, ["toner", "toner-2", "toner-hei-se"]);
    let head = shop.head().await;
    assert_eq!(shop.import(Format::Icecat, &path).await.counts.unchanged, 3);
    assert_eq!(shop.head().await, head);
}

const LUMA_LIKE: &str = r#"sku,product_type,categories,name,description,visibility,price,base_image,additional_attributes,qty,configurable_variations,additional_images
H-XS-Black,simple,Default Category/Men,Hoodie XS Black,,Not Visible Individually,52,/h/black.png,,100,,
H-XS-Gray,simple,Default Category/Men,Hoodie XS Gray,,Not Visible Individually,-52,/h/gray.png,,100,,
H-S-Gray,simple,Default Category/Men,Hoodie S Gray,,Not Visible Individually,52,/h/lost.png,,5,,
H,configurable,Default Category/Men,Hoodie,"<p>Warm,
soft.</p>","Catalog, Search",,/h/gray.png,material=Wool,0,"sku=H-XS-Black,size=XS,color=Black|sku=H-XS-Gray,size=XS,color=Gray|sku=H-S-Gray,size=S,color=Gray",
B-S,simple,Default Category/Men,Shirt S,,Not Visible Individually,30,/h/black.png,,1,,
B,configurable,Default Category/Men,Shirt,,"Catalog, Search",,,,0,"sku=B-S,size=S",
C,simple,Default Category/Men,Cap,,"Catalog, Search",12,/../secret.png,,1,,
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn magento_rows_become_products_with_variants_and_pictures() {
    let shop = ImportShop::open().await;
    shop.write("media/h/black.png", picture(1));
    shop.write("media/h/gray.png", picture(2));
    shop.write("secret.png", picture(3));
    let path = shop.write("products.csv", LUMA_LIKE);

    let wrong = shop.import(Format::Magento, &path).await;
    let path = shop.write("products.csv", LUMA_LIKE.replace(",-52,", ",52,"));
    let right = shop.import(Format::Magento, &path).await;

    // A price is wrong in the row of one variant, on a line of its own.
    assert_eq!(
        told(&wrong.samples),
        [(3, "price", "price_negative"), (9, "additional_images", "picture_name_invalid")]
    );
    assert_eq!(
        (wrong.samples[0].sku.as_deref(), wrong.samples[0].record.as_deref()),
        (Some("H-XS-Gray"), Some("product/H"))
    );
    assert_eq!((wrong.counts.rows, wrong.counts.refused, wrong.counts.created), (7, 5, 2));
    assert_eq!(
        told(&right.samples),
        [(5, "additional_images", "picture_missing"), (9, "additional_images", "picture_name_invalid")]
    );
    assert_eq!((right.samples[0].outcome, right.samples[1].outcome), (Outcome::Mended, Outcome::Refused));
    let hoodie = shop.product("H").await.unwrap();
    assert_eq!((hoodie.variants.len(), hoodie.pictures.len()), (3, 2));
    assert_eq!(hoodie.text(Language::ENGLISH).description, "Warm, soft.");
    assert_eq!(on_hand(&shop.database, "H-S-Gray").await, 5);
    let head = shop.head().await;
    let again = shop.import(Format::Magento, &path).await;
    assert_eq!((again.counts.unchanged, again.counts.mended), (6, 1));
    assert_eq!(shop.head().await, head);
}
