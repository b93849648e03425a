//! Rows that are wrong: reported, and nothing of them written, while the others go in.

use std::fmt::Write;

use super::*;
use crate::shop::{assert_whole, on_hand};

/// A PNG whose header promises 60,000 by 60,000 pixels.
fn picture_bomb() -> Vec<u8> {
    let mut bytes = picture(1);
    bytes[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    // The header's checksum, so that it is believed.
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    bytes
}

fn with(code: &str, from: &str, to: &str) -> String {
    let line = product_line(code);
    assert!(line.contains(from), "{from} stands in {line}");
    line.replacen(from, to, 1)
}

fn with_picture(code: &str, file: &str) -> String {
    with(code, r#""variants""#, &format!(r#""pictures":[{{"file":"{file}"}}],"variants""#))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_bad_row_is_told_and_the_others_go_in() {
    let shop = ImportShop::open().await;
    shop.write("bomb.png", picture_bomb());
    shop.write("text.png", b"no picture at all");
    shop.write("fine.png", picture(7));
    std::fs::write(shop.folder.path().join("secret.png"), picture(9)).unwrap();
    let mut text = BASICS.as_bytes().to_vec();
    let mut line = |bytes: &[u8]| {
        text.extend_from_slice(bytes);
        text.push(b'\n');
    };
    line(br#"{"type":"product","code":"broken","texts":"#); // 7
    line(b"{\"type\":\"product\",\"code\":\"\xff\xfe\"}"); // 8
    line(format!(r#"{{"type":"product","code":"{}"}}"#, "x".repeat(5 * 1024 * 1024)).as_bytes()); // 9
    line(with("unknown-currency", "\"EUR\"", "\"EURO\"").as_bytes()); // 10
    line(with("other-currency", "\"EUR\"", "\"USD\"").as_bytes()); // 11
    line(with("negative", "1490", "-1").as_bytes()); // 12
    line(with("absurd", "1490", "100000000001").as_bytes()); // 13
    line(with("fraction", "1490", "14.9").as_bytes()); // 14
    line(product_line("first").as_bytes()); // 15
    line(with("same-sku", "\"SAME-SKU\"", "\"FIRST\"").as_bytes()); // 16
    line(with("slug-one", r#""name":"#, r#""slug":"tea-mug","name":"#).as_bytes()); // 17
    line(with("slug-two", r#""name":"#, r#""slug":"tea-mug","name":"#).as_bytes()); // 18
    line(br#"{"type":"category","code":"kitchen","parent":"mugs","name":{"en":"Kitchen"}}"#); // 19
    line(br#"{"type":"category","code":"self","parent":"self","name":{"en":"Self"}}"#); // 20
    line(with_picture("climber", "../secret.png").as_bytes()); // 21
    line(with_picture("bomb", "bomb.png").as_bytes()); // 22
    line(with_picture("text", "text.png").as_bytes()); // 23
    line(with_picture("nowhere", "nowhere.png").as_bytes()); // 24
    line(with_picture("fine", "fine.png").as_bytes()); // 25
    line(with("no-category", "\"mugs\"", "\"cups\"").as_bytes()); // 26
    line(with("no-attribute", "\"capacity\"", "\"depth\"").as_bytes()); // 27
    line(with("no-location", "\"main\"", "\"moon\"").as_bytes()); // 28
    line(with("too-much", "\"main\":7", "\"main\":5000000000").as_bytes()); // 29
    line(br#"{"type":"market","code":"at","countries":["AT"],"currency":"EUR","tax":"included","languages":["de"]}"#); // 30
    line(br#"{"type":"menu","code":"header","links":[{"label":{"en":"Gone"},"to":{"category":"cups"}}]}"#); // 31
    line(b"");
    line(product_line("last").as_bytes()); // 33
    let path = shop.write("catalog.jsonl", text);
    let report_path = shop.folder.path().join("report.jsonl");

    let report =
        shop.import_with(Format::Jsonl, &path, |request| request.report = Some(report_path.clone())).await.unwrap();

    let reports = read_report(&report_path);
    assert_eq!(
        told(&reports),
        [
            (7, "texts", "json_invalid"),
            (8, "", "utf8_invalid"),
            (9, "", "line_too_long"),
            (10, "variants[0].prices.de", "currency_unknown"),
            (11, "variants[0].prices.de.currency", "currency_of_other_market"),
            (12, "variants[0].prices.de", "price_negative"),
            (13, "variants[0].prices.de", "price_absurd"),
            (14, "variants[0].prices.de.amount", "field_invalid"),
            (16, "variants[0].sku", "sku_taken"),
            (18, "texts.en.slug", "slug_taken"),
            (19, "parent", "category_cycle"),
            (20, "parent", "category_cycle"),
            (21, "pictures[0].file", "picture_name_invalid"),
            (22, "pictures[0].file", "picture_too_large"),
            (23, "pictures[0].file", "picture_unreadable"),
            (24, "pictures[0].file", "picture_missing"),
            (26, "categories[0]", "category_unknown"),
            (27, "attributes.depth", "attribute_unknown"),
            (28, "variants[0].stock.moon", "location_unknown"),
            (29, "variants[0].stock.main", "stock_invalid"),
            (30, "countries", "country_taken"),
            (31, "links[0].to.category", "category_unknown"),
        ]
    );
    assert!(refused(&reports));
    assert_eq!(reports[3].record.as_deref(), Some("product/unknown-currency"));
    assert_eq!(reports[3].sku.as_deref(), Some("UNKNOWN-CURRENCY"));
    assert!(reports.iter().all(|report| !report.expected.is_empty()));
    let codes: Vec<_> = shop.products().await.iter().map(|product| product.code.to_string()).collect();
    assert_eq!(codes, ["fine", "first", "last", "slug-one"]);
    assert_eq!(on_hand(&shop.database, "NEGATIVE").await, 0);
    assert_eq!((report.counts.rows, report.counts.created, report.counts.refused), (32, 10, 22));
    assert_eq!(report.samples.len(), 20);
    assert_whole(&shop.database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_whose_rule_no_product_can_ever_fit_is_refused() {
    let shop = ImportShop::open().await;
    let rules = [
        "{}",                                                                    // 8
        r#"{"attributes":{"depth":[1]}}"#,                                       // 9
        r#"{"attributes":{"capacity":["350"]}}"#,                                // 10
        r#"{"attributes":{"colour":["rose","puce"]}}"#,                          // 11
        r#"{"attributes":{"colour":[]}}"#,                                       // 12
        r#"{"attributes":{"care":["by hand"]}}"#,                                // 13
        r#"{"categories":["mugs","cups"]}"#,                                     // 14
        r#"{"prices":{"us":{"currency":"USD","maximum":3000}}}"#,                // 15
        r#"{"prices":{"de":{"currency":"USD","maximum":3000}}}"#,                // 16
        r#"{"prices":{"de":{"currency":"EUR","minimum":3000,"maximum":1000}}}"#, // 17
        r#"{"prices":{"de":{"currency":"EUR"}}}"#,                               // 18
        r#"{"published_within_days":0}"#,                                        // 19
        r#"{"tags":[""]}"#,                                                      // 20
        r#"{"colour":"rose"}"#,                                                  // 21
        r#"{"attributes":{"colour":["rose"],"capacity":[350]},"categories":["kitchen"],"prices":{"de":{"currency":"EUR","maximum":3000}},"tags":["gift"],"brands":["Kiln"],"reduced":true,"published_within_days":30}"#,
    ];
    let mut text = format!(
        "{BASICS}{}\n",
        r#"{"type":"attribute","code":"care","kind":"text","label":{"en":"Care"},"facet":false}"#
    );
    for (number, rule) in rules.iter().enumerate() {
        writeln!(text, r#"{{"type":"collection","code":"c-{number}","name":{{"en":"C {number}"}},"rule":{rule}}}"#)
            .unwrap();
    }
    // 23
    text += r#"{"type":"collection","code":"both","name":{"en":"Both"},"products":["mug"],"rule":{"reduced":true}}"#;
    let path = shop.write("catalog.jsonl", text);

    let checked = shop.import_with(Format::Jsonl, &path, |request| request.dry_run = true).await.unwrap();
    let imported = shop.import(Format::Jsonl, &path).await;

    assert_eq!(
        told(&imported.samples),
        [
            (8, "rule", "rule_empty"),
            (9, "rule.attributes.depth", "attribute_unknown"),
            (10, "rule.attributes.capacity[0]", "attribute_type_wrong"),
            (11, "rule.attributes.colour[1]", "choice_unknown"),
            (12, "rule.attributes.colour", "rule_values_missing"),
            (13, "rule.attributes.care", "attribute_not_filtered"),
            (14, "rule.categories[1]", "category_unknown"),
            (15, "rule.prices.us", "market_unknown"),
            (16, "rule.prices.de.currency", "currency_of_other_market"),
            (17, "rule.prices.de", "price_range_empty"),
            (18, "rule.prices.de", "price_range_empty"),
            (19, "rule.published_within_days", "days_invalid"),
            (20, "rule.tags[0]", "text_invalid"),
            (21, "rule.colour", "field_invalid"),
            (23, "rule", "collection_picked_and_ruled"),
        ]
    );
    assert_eq!(told(&checked.samples), told(&imported.samples));
    assert_eq!((imported.counts.created, imported.counts.refused), (8, 15));
    let again = shop.import(Format::Jsonl, &path).await;
    assert_eq!((again.counts.created, again.counts.updated, again.counts.unchanged), (0, 0, 8));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_finds_the_same_mistakes_and_writes_nothing() {
    let shop = ImportShop::open().await;
    shop.write("fine.png", picture(7));
    shop.write("text.png", b"no picture at all");
    let lines = [
        product_line("first"),
        with("same-sku", "\"SAME-SKU\"", "\"FIRST\""),
        with("slug-one", r#""name":"#, r#""slug":"tea-mug","name":"#),
        with("slug-two", r#""name":"#, r#""slug":"tea-mug","name":"#),
        with_picture("fine", "fine.png"),
        with_picture("text", "text.png"),
        with("no-category", "\"mugs\"", "\"cups\""),
        r#"{"type":"category","code":"cups","name":{"en":"Cups"},"slug":{"en":"mugs"}}"#.to_owned(),
        r#"{"type":"category","code":"other-mugs","name":{"en":"Mugs"}}"#.to_owned(),
        r#"{"type":"home","code":"home","seo":{},"sections":[{"kind":"opening","title":{"en":"Hi"},"text":{"en":"Hi"},"link":{"label":{"en":"Mug"},"to":{"product":"first"}},"tint":"mint"}]}"#.to_owned(),
    ];
    let path = shop.write("catalog.jsonl", format!("{BASICS}{}", lines.join("\n")));
    let before = shop.head().await;

    let checked = shop.import_with(Format::Jsonl, &path, |request| request.dry_run = true).await.unwrap();

    assert_eq!(shop.head().await, before);
    assert!(!shop.folder.path().join("imports/checkpoint.json").exists());
    let imported = shop.import(Format::Jsonl, &path).await;
    assert_eq!(told(&checked.samples), told(&imported.samples));
    assert_eq!(
        told(&imported.samples),
        [
            (8, "variants[0].sku", "sku_taken"),
            (10, "texts.en.slug", "slug_taken"),
            (12, "pictures[0].file", "picture_unreadable"),
            (13, "categories[0]", "category_unknown"),
            (14, "slug.en", "slug_taken"),
        ]
    );
    assert_eq!(checked.counts, imported.counts);
    assert!(checked.dry_run && shop.product("first").await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_knows_pictures_that_the_shop_has() {
    let shop = ImportShop::open().await;
    shop.write("fine.png", picture(7));
    let path = shop.write("catalog.jsonl", format!("{BASICS}{}", with_picture("fine", "fine.png")));
    shop.import(Format::Jsonl, &path).await;

    let same = shop.import_with(Format::Jsonl, &path, |request| request.dry_run = true).await.unwrap();
    shop.write("fine.png", picture(8));
    let other = shop.import_with(Format::Jsonl, &path, |request| request.dry_run = true).await.unwrap();

    assert_eq!((same.counts.unchanged, same.counts.updated), (7, 0));
    assert_eq!((other.counts.unchanged, other.counts.updated), (6, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_cut_off_is_imported_to_where_it_breaks() {
    let shop = ImportShop::open().await;
    let mut lines = BASICS.to_owned();
    for number in 0..2_000 {
        writeln!(lines, "{}", product_line(&format!("mug-{number}"))).unwrap();
    }
    let whole = packed(lines.as_bytes());
    let path = shop.write("catalog.jsonl.gz", &whole[..whole.len() * 2 / 3]);

    let report = shop.import(Format::Jsonl, &path).await;

    let [problem] = report.samples.as_slice() else { panic!("one problem: {:?}", report.samples) };
    assert_eq!((problem.line, problem.code.as_ref()), (report.counts.rows, "gzip_truncated"));
    let count = shop.products().await.len() as u64;
    assert_eq!(count, report.counts.rows - 7);
    assert!((500..2_000).contains(&count), "{count} of 2,000 products are before the break");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_packed_file_that_is_damaged_is_told_as_such() {
    let shop = ImportShop::open().await;
    let mut bytes = packed(format!("{BASICS}{}\n", product_line("mug")).as_bytes());
    bytes.extend_from_slice(b"rubbish behind the end");
    let path = shop.write("catalog.jsonl.gz", bytes);

    let report = shop.import(Format::Jsonl, &path).await;

    assert_eq!(told(&report.samples), [(8, "", "gzip_damaged")]);
    assert!(shop.product("mug").await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_no_store_would_take_is_refused_and_the_next_one_goes_in() {
    let shop = ImportShop::open().await;
    let brand = format!(r#""brand":"{}","texts""#, "x".repeat(3 * 1024 * 1024));
    let texts: Vec<_> = ["bg", "cs", "da", "de", "el", "es", "fr"]
        .into_iter()
        .map(|language| format!(r#""{language}":{{"name":"Mug","description":"{}"}}"#, "x".repeat(48_000)))
        .collect();
    let texts = format!(r#""texts":{{{},"en""#, texts.join(","));
    let lines = [
        with("brand", r#""texts""#, &brand),
        with("texts", r#""texts":{"en""#, &texts),
        format!(
            r#"{{"type":"category","code":"big","name":{{"en":"Big"}},"description":{{"en":"{}"}}}}"#,
            "x".repeat(320_000)
        ),
        product_line("fine"),
    ];

    let report = shop.import_lines(&format!("{BASICS}{}", lines.join("\n"))).await;

    assert_eq!(
        told(&report.samples),
        [(7, "brand", "text_too_long"), (8, "", "record_too_large"), (9, "", "record_too_large")]
    );
    assert!(shop.product("fine").await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_market_keeps_the_currency_that_its_prices_are_in() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}", product_line("mug"))).await;
    let head = shop.head().await;

    let market = BASICS.lines().next().unwrap();
    let report = shop.import_lines(&market.replace("\"EUR\"", "\"CHF\"")).await;

    assert_eq!(told(&report.samples), [(1, "currency", "currency_fixed")]);
    assert_eq!(shop.head().await, head);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_history_that_cannot_be_true_is_refused() {
    let shop = ImportShop::open().await;
    let now = ecom67_app::Clock::now(&shop.clock);
    let days = |count: i64| (now - jiff::SignedDuration::from_hours(24 * count)).to_string();
    let change = |at: &str, sku: &str, was: &str, is: &str| {
        let price = |name: &str, amount: &str| match amount.split_once(' ') {
            Some((amount, currency)) => format!(r#","{name}":{{"currency":"{currency}","amount":{amount}}}"#),
            None => String::new(),
        };
        let (was, is) = (price("was", was), price("is", is));
        format!(r#"{{"at":"{at}","sku":"{sku}","market":"de"{was}{is}}}"#)
    };
    let seeded = |code: &str, changes: &[String]| {
        with(code, r#""variants""#, &format!(r#""price_history":[{}],"variants""#, changes.join(",")))
    };
    let lines = [
        seeded("true", &[change(&days(9), "TRUE", "990 EUR", "1490 EUR"), change(&days(20), "TRUE", "", "990 EUR")]),
        seeded("gap", &[change(&days(20), "GAP", "", "990 EUR"), change(&days(9), "GAP", "980 EUR", "1490 EUR")]),
        seeded("future", &[change(&days(-1), "FUTURE", "", "1490 EUR")]),
        seeded("pounds", &[change(&days(9), "POUNDS", "", "1490 GBP")]),
        seeded("other", &[change(&days(9), "TRUE", "", "1490 EUR")]),
        seeded("once", &[change(&days(9), "GONE", "", "1 EUR"), change(&days(8), "GONE", "1 EUR", "")]),
        seeded("nowhere", &[change(&days(9), "NOWHERE", "", "1 EUR").replace(r#""de""#, r#""us""#)]),
    ];

    let report = shop.import_lines(&format!("{BASICS}{}", lines.join("\n"))).await;

    let code = "price_history_invalid";
    assert_eq!(
        told(&report.samples),
        [
            (8, "price_history[1].was", code),
            (9, "price_history[0].at", code),
            (10, "price_history[0]", code),
            (11, "price_history[0].sku", code),
            (13, "price_history[0].market", code),
        ]
    );
    let history =
        ProductStore::price_history(&shop.database, &crate::shop::code("true"), jiff::Timestamp::MIN).await.unwrap();
    assert_eq!(history.len(), 2);
    assert!(shop.product("once").await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_whose_first_line_cannot_be_read_is_never_taken_for_an_empty_one() {
    let shop = ImportShop::open().await;
    // Bytes that cannot be packed well, so that the end is missing in the first line.
    let mut chance = ecom67_testkit::Random::seeded(4);
    let header: String = (0..5_000).map(|_| format!("{:x}", chance.below(1 << 30))).collect();
    let whole = packed(format!("sku,stock,{header}\nMUG,1\n").as_bytes());
    let truncated = shop.write("truncated.csv.gz", &whole[..whole.len() / 2]);
    let mut bytes = whole.clone();
    bytes[20] ^= 0xff;
    let damaged = shop.write("damaged.csv.gz", &bytes);
    let too_long = shop.write("long.csv", "x,".repeat(3 * 1024 * 1024));
    let empty = shop.write("empty.csv", "");

    let truncated = shop.import(Format::StockPrices, &truncated).await;
    let damaged = shop.import(Format::Magento, &damaged).await;
    let too_long = shop.import_with(Format::Magento, &too_long, |_| {}).await.unwrap_err();
    let empty = shop.import_with(Format::StockPrices, &empty, |_| {}).await.unwrap_err();

    assert_eq!(told(&truncated.samples), [(1, "", "gzip_truncated")]);
    assert_eq!(told(&damaged.samples), [(1, "", "gzip_damaged")]);
    assert!(matches!(too_long, ImportError::Header(_)), "{too_long}");
    assert!(matches!(empty, ImportError::Header(_)), "{empty}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_an_import_is_an_error() {
    let shop = ImportShop::open().await;
    let csv = shop.write("prices.csv", "article,amount\nA,1\n");
    let missing = shop.files.join("missing.jsonl");

    let no_columns = shop.import_with(Format::StockPrices, &csv, |_| {}).await.unwrap_err();
    let no_file = shop.import_with(Format::Jsonl, &missing, |_| {}).await.unwrap_err();
    let folder = shop.import_with(Format::Icecat, &shop.files, |_| {}).await.unwrap_err();
    let no_files = shop.import_with(Format::Jsonl, &shop.files, |_| {}).await.unwrap_err();

    assert!(matches!(no_columns, ImportError::Header(_)), "{no_columns}");
    assert!(matches!(no_file, ImportError::Source(_)), "{no_file}");
    assert!(matches!(folder, ImportError::Source(_)), "{folder}");
    assert!(matches!(no_files, ImportError::Source(_)), "{no_files}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_file_is_imported_in_no_time() {
    let shop = ImportShop::open().await;
    let path = shop.write("empty.jsonl", "\n\n");

    let report = shop.import(Format::Jsonl, &path).await;

    assert_eq!(report.counts.rows, 0);
}
