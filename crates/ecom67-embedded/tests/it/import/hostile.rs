//! Files that somebody or something has been at: an import of them reports, and never breaks.

use ecom67_testkit::Random;

use super::*;
use crate::shop::assert_whole;

/// How many files are tried for each format.
const FILES: u64 = 60;

const ICECAT: &str = r#"{"id":"1","name":"T","title":"Toner","ean":["0095205603217"],"short_description":"Black","date_released":"2009-12-10T00:00:00Z","supplier":"Xerox","price":4995,"attr_t_type":"Original","attr_n_pages":23000.0,"attr_b_duplex":false}
{"id":"2","title":"Ink","price":100,"attr_t_product_type":"Cartridge","attr_t_colour__ink_":"Black"}
{"id":"3","title":"Drum","price":0}
"#;

const MAGENTO: &str = r#"sku,product_type,categories,name,description,visibility,price,special_price,special_price_to_date,weight,additional_attributes,qty,configurable_variations
H-XS,simple,Default Category/Men,"Hoodie ""XS""","<p>Warm &amp; <strong>soft</strong></p>",Not Visible Individually,52,40,9/30/36,1.5,"size=XS,color=Black",100.0000,
H,configurable,"Default Category/Men/Tops,Default Category",Hoodie,"<ul><li>a</li></ul>","Catalog, Search",,,,,material=Wool|Silk,0,"sku=H-XS,size=XS,color=Black"
C,simple,,Cap,&bull; one<br />&bull; two,"Catalog, Search",12,,,,new=Yes,-1,
"#;

const STOCK_PRICES: &str =
    "sku;market;price;compare_at;stock;location\nMUG;de;12,90;14,90;30;main\nMUG;;;none;;\nMUG;de;9;;5;\n";

/// What a byte may become: what the formats are made of, and what none of them is.
const BYTES: [u8; 16] = *b"\"{}[]:,;=|\n\\<&\x00\xff";

/// Changes, drops, doubles and cuts off a few bytes.
fn spoiled(text: &str, chance: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=chance.below(6) {
        let place = usize::try_from(chance.below(bytes.len() as u64)).unwrap();
        match chance.below(5) {
            0 => bytes[place] = chance.pick(&BYTES),
            1 => bytes.insert(place, chance.pick(&BYTES)),
            2 => drop(bytes.remove(place)),
            3 => {
                let end = (place + 40).min(bytes.len());
                let again = bytes[place..end].to_vec();
                bytes.splice(place..place, again);
            }
            _ => bytes.truncate(place.max(1)),
        }
    }
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_file_breaks_an_import() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}", product_line("mug"))).await;
    let jsonl = format!("{BASICS}{}\n{}", product_line("cup"), super::round_trip::CONTENT);
    let formats = [
        (Format::Icecat, ICECAT),
        (Format::Magento, MAGENTO),
        (Format::Jsonl, jsonl.as_str()),
        (Format::StockPrices, STOCK_PRICES),
    ];
    let before = shop.head().await;
    let (mut imported, mut refused) = (0, 0);

    for (format, text) in formats {
        for seed in 0..FILES {
            let mut bytes = spoiled(text, &mut Random::seeded(seed));
            if seed % 5 == 0 {
                bytes = packed(&bytes);
                bytes.truncate(bytes.len() - usize::try_from(seed % 7).unwrap());
            }
            let mut request =
                ImportRequest::new(format, Source::Memory(vec![("spoiled".to_owned(), Cow::Owned(bytes))]));
            request.dry_run = true;

            match run(&shop.importer, request, &NoProgress, &Cancel::default()).await {
                Ok(report) => {
                    let counts = &report.counts;
                    // Definitions that are refused count as refused, and are no rows.
                    assert!(
                        counts.created + counts.updated + counts.unchanged + counts.refused >= counts.rows,
                        "{counts:?}"
                    );
                    imported += counts.rows - counts.refused.min(counts.rows);
                    refused += counts.refused;
                }
                Err(error) => assert!(matches!(error, ImportError::Header(_)), "{format:?}, seed {seed}: {error:?}"),
            }
        }
    }

    assert!(imported > 500 && refused > 300, "{imported} rows were fine and {refused} were not");
    assert_eq!(shop.head().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_of_a_spoiled_file_goes_in_and_the_shop_stays_whole() {
    let shop = ImportShop::open().await;
    shop.import_lines(&format!("{BASICS}{}", product_line("mug"))).await;
    let jsonl = format!("{BASICS}{}\n{}", product_line("cup"), super::round_trip::CONTENT);
    let formats = [
        (Format::Icecat, ICECAT),
        (Format::Magento, MAGENTO),
        (Format::Jsonl, jsonl.as_str()),
        (Format::StockPrices, STOCK_PRICES),
    ];
    let mut written = 0;

    for (format, text) in formats {
        for seed in 0..FILES / 4 {
            let bytes = spoiled(text, &mut Random::seeded(1_000 + seed));
            let source = Source::Memory(vec![("spoiled".to_owned(), Cow::Owned(bytes))]);
            match run(&shop.importer, ImportRequest::new(format, source), &NoProgress, &Cancel::default()).await {
                Ok(report) => written += report.counts.created + report.counts.updated,
                Err(error) => assert!(matches!(error, ImportError::Header(_)), "{format:?}, seed {seed}: {error:?}"),
            }
        }
    }

    assert!(written > 15, "{written} rows were written");
    assert_whole(&shop.database).await;
    shop.export("export").await;
}
