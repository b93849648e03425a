//! Out of one shop and into another.

use std::collections::BTreeMap;

use super::*;
use crate::shop::assert_whole;

pub(super) const CONTENT: &str = r###"{"type":"category","code":"attic","parent":"mugs","name":{"en":"Attic"},"tint":"mint","picture":"pictures/red.png","position":3}
{"type":"collection","code":"new-in","name":{"en":"New","de":"Neu"},"slug":{"en":"new","de":"neu"},"picture":"pictures/blue.webp","products":["teapot","mug"]}
{"type":"product","code":"teapot","status":"draft","brand":"Blauklee","product_type":{"en":"Teapot"},"categories":["attic","mugs"],"tags":["gift"],"texts":{"en":{"name":"Round teapot","slug":"round-teapot","summary":"A pot.","description":"**Pours** well.\n\n- yes","seo_title":"Pot","seo_description":"Pot."},"de":{"name":"Kanne"}},"attributes":{"capacity":0.1},"options":["colour"],"variants":[{"sku":"POT/1","options":{"colour":"rose"},"barcode":"4006381333931","prices":{"de":{"currency":"EUR","amount":990,"compare_at":1490}},"content":{"quantity":250,"unit":"g"},"weight_grams":380,"tax_class":"reduced","stock_policy":"back_order","stock":{"main":25}},{"sku":"POT 2","options":{"colour":"mint"},"stock":{"main":0}}],"pictures":[{"file":"pictures/red.png","alt":{"en":"A pot"}},{"file":"pictures/blue.webp","options":{"colour":"mint"}}],"manufacturer":{"name":"Kiln","address":"Lane 1","email":"kiln@example.com"},"responsible_person":{"name":"Importer","address":"Street 2"},"warnings":{"en":["Hot!"]},"origin":"PT","published_at":"2026-10-01T08:00:00.123456Z","price_history":[{"at":"2026-01-01T00:00:00Z","sku":"POT/1","market":"de","is":{"currency":"EUR","amount":1490}},{"at":"2026-09-01T00:00:00Z","sku":"POT/1","market":"de","was":{"currency":"EUR","amount":1490},"is":{"currency":"EUR","amount":990,"compare_at":1490}}]}
{"type":"page","code":"delivery","kind":"delivery","markets":["de"],"texts":{"en":{"title":"Delivery","slug":"delivery","summary":"Fast.","body":"## Cost\n\nLittle."}}}
{"type":"menu","code":"header","title":{},"links":[{"label":{"en":"Attic"},"to":{"category":"attic"}},{"label":{"en":"Pot"},"to":{"product":"teapot"}},{"label":{"en":"Search"},"to":{"search":"tea"}}]}
{"type":"home","code":"home","seo":{"en":{"title":"Shop","description":"A shop."}},"sections":[{"kind":"opening","title":{"en":"Hello"},"text":{"en":"Tea."},"link":{"label":{"en":"In"},"to":{"collection":"new-in"}},"tint":"butter","product":"teapot"},{"kind":"story","title":{"en":"Story"},"text":{"en":"Once."},"tint":"rose","picture":"pictures/red.png"},{"kind":"products","title":{"en":"New"},"show":"newest","limit":8}]}
{"type":"branding","code":"branding","name":"Pots","tagline":{"en":"Tea"},"delivery_page":"delivery","short_name":"Pots","colors":{"ground":"#fff8f0","ground_dark":"#101112"},"icon":"pictures/red.png","icon_maskable":"pictures/blue.webp"}
"###;

fn webp() -> Vec<u8> {
    let pixels = vec![200; 20 * 10 * 3];
    webp::Encoder::from_rgb(&pixels, 20, 10).encode(80.0).to_vec()
}

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_is_exported_and_imported_is_exported_again_byte_for_byte() {
    let shop = ImportShop::open().await;
    shop.write("pictures/red.png", picture(200));
    shop.write("pictures/blue.webp", webp());
    let mut lines = format!("{BASICS}{}\n{CONTENT}{}", product_line("mug"), super::pricing::PRICES);
    for number in 0..150 {
        lines += &product_line(&format!("mug-{number}"));
        lines.push('\n');
    }
    let path = shop.write("catalog.jsonl", lines);
    let imported = shop.import(Format::Jsonl, &path).await;
    assert_eq!(imported.counts.refused, 0, "{:?}", imported.samples);
    let first = shop.export("first").await;

    let other = ImportShop::open().await;
    other.clock.forward(jiff::SignedDuration::from_hours(100));
    let moved = other.import(Format::Jsonl, &first).await;
    let second = other.export("second").await;

    assert_eq!((moved.counts.refused, moved.counts.mended), (0, 0), "{:?}", moved.samples);
    let (first, second) = (files(&first), files(&second));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    assert_eq!(first.len(), 3);
    for (name, content) in &first {
        assert!(second[name] == *content, "{} differs", name.display());
    }
    assert_whole(&other.database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_tells_of_pictures_that_are_lost_and_never_mixes_with_other_files() {
    let shop = ImportShop::open().await;
    shop.write("red.png", picture(200));
    let mug = product_line("mug").replace(r#""variants""#, r#""pictures":[{"file":"red.png"}],"variants""#);
    let path = shop.write("catalog.jsonl", format!("{BASICS}{mug}"));
    shop.import(Format::Jsonl, &path).await;
    std::fs::remove_dir_all(shop.folder.path().join("media")).unwrap();

    let report = export(&shop.importer, &shop.folder.path().join("export")).await;
    let exporter = ecom67_app::export::Exporter {
        catalog: shop.importer.catalog.clone(),
        media: Arc::clone(&shop.importer.media),
    };
    let mixed = ecom67_app::export::run(&exporter, &shop.files, &|_| {}, &Cancel::default()).await;

    assert_eq!((report.products, report.documents, report.pictures, report.pictures_missing), (1, 6, 0, 1));
    assert_eq!(report.missing.len(), 1);
    assert!(matches!(mixed, Err(ecom67_app::export::ExportError::NotEmpty(_))), "{mixed:?}");
}
