//! Slugs that records are given while others want them too.

use ecom67_app::document::{DocumentKey, DocumentKind};
use ecom67_app::port::DocumentStore;
use ecom67_domain::Language;

use super::*;

impl ImportShop {
    async fn slug(&self, product: &str) -> String {
        self.product(product).await.unwrap().text(Language::ENGLISH).slug.to_string()
    }

    async fn slug_of(&self, kind: DocumentKind, code: &str) -> String {
        let key = DocumentKey { kind, code: code.to_owned() };
        let stored = DocumentStore::find(&self.database, &key).await.unwrap().unwrap();
        stored.value.slugs()[&Language::ENGLISH].to_string()
    }
}

fn named(code: &str, name: &str) -> String {
    let line = product_line(code).replace(&format!("Mug {code}"), name);
    assert!(line.contains(name), "{line}");
    line
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_names_that_are_spelled_alike_the_first_in_the_file_has_the_plain_slug() {
    let shop = ImportShop::open().await;
    shop.write("slow.png", picture(7));
    // A picture holds the first one up, so that the second would overtake it.
    let slow = |line: String| line.replace(r#""variants""#, r#""pictures":[{"file":"slow.png"}],"variants""#);
    let lines = [
        r#"{"type":"category","code":"one","name":{"en":"Ink & Toner"},"picture":"slow.png"}"#.to_owned(),
        r#"{"type":"category","code":"two","name":{"en":"Ink-Toner"}}"#.to_owned(),
        slow(named("first", "HP 301")),
        named("second", "HP-301"),
    ];
    let path = shop.write("catalog.jsonl", format!("{BASICS}{}", lines.join("\n")));

    let report = shop.import(Format::Jsonl, &path).await;

    assert_eq!(report.counts.refused, 0, "{:?}", report.samples);
    assert_eq!((shop.slug("first").await, shop.slug("second").await), ("hp-301".into(), "hp-301-second".into()));
    let [one, two] =
        [shop.slug_of(DocumentKind::Category, "one").await, shop.slug_of(DocumentKind::Category, "two").await];
    assert_eq!((one.as_str(), two.as_str()), ("ink-toner", "ink-toner-two"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn categories_and_collections_of_one_name_have_slugs_of_their_own_and_keep_them() {
    let shop = ImportShop::open().await;
    let lines = r#"{"type":"category","code":"men","name":{"en":"Men"},"slug":{"en":"men"}}
{"type":"category","code":"men_tops","parent":"men","name":{"en":"Tops"}}
{"type":"category","code":"women_tops","name":{"en":"Tops"}}
{"type":"category","code":"tops","name":{"en":"Tops"},"slug":{"en":"tops"}}
{"type":"category","code":"hats","name":{"en":"Hats"},"slug":{"en":"No slug"}}
{"type":"collection","code":"spring","name":{"en":"New"}}
{"type":"collection","code":"autumn","name":{"en":"New"}}
"#;
    let first = shop.import_lines(lines).await;
    let head = shop.head().await;

    let again = shop.import_lines(lines).await;

    let refused = [(4, "slug.en", "slug_taken"), (5, "slug.en", "slug_invalid")];
    assert_eq!((told(&first.samples), told(&again.samples)), (refused.to_vec(), refused.to_vec()));
    assert_eq!((first.counts.created, again.counts.unchanged), (5, 5));
    assert_eq!(shop.head().await, head);
    assert_eq!(shop.slug_of(DocumentKind::Category, "men_tops").await, "tops");
    assert_eq!(shop.slug_of(DocumentKind::Category, "women_tops").await, "tops-women-tops");
    assert_eq!(shop.slug_of(DocumentKind::Collection, "autumn").await, "new-autumn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_slug_is_taken_over_by_whom_it_was_asked_for_and_not_by_whom_it_was_derived_for() {
    let shop = ImportShop::open().await;
    let texts = |code: &str, texts: &str| {
        product_line(code)
            .replace(&format!(r#""texts":{{"en":{{"name":"Mug {code}"}}}}"#), &format!(r#""texts":{texts}"#))
    };
    let old = texts("old", r#"{"en":{"name":"Tea mug"},"de":{"name":"Teebecher"}}"#);
    shop.import_lines(&format!("{BASICS}{old}")).await;
    shop.import_lines(&old.replace("Tea mug", "Big mug").replace("Teebecher", "Kanne")).await;

    let new = texts("new", r#"{"en":{"name":"New","slug":"tea-mug"},"de":{"name":"Teebecher"}}"#);
    let report = shop.import_lines(&new).await;

    assert_eq!(report.counts.created, 1, "{:?}", report.samples);
    assert_eq!((shop.slug("old").await, shop.slug("new").await), ("big-mug".into(), "tea-mug".into()));
    let german = shop.product("new").await.unwrap().text(Language::GERMAN).slug.to_string();
    assert_eq!(german, "teebecher-new");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_without_a_word_in_it_makes_no_slug_that_is_none() {
    let shop = ImportShop::open().await;
    let lines = format!("{BASICS}{}\n{}", named("first", "Same"), named("##", "Same"));

    let report = shop.import_lines(&lines).await;

    assert_eq!(report.counts.refused, 0, "{:?}", report.samples);
    assert_eq!(shop.slug("##").await, "same-1");
}
