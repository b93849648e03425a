use std::sync::Arc;

use ecom67_app::document::{CategoryDocument, DocumentKey, DocumentKind, ShopDocument};
use ecom67_app::port::{DocumentSave, SaveError};
use ecom67_domain::{Language, Version};
use tokio::task::JoinSet;

use super::versions::{category, find, try_save};
use crate::steps::{CALLERS, Leads, slug};
use crate::{Stores, a_category, a_collection, a_page, a_product, change_log};

fn with_slug(code: &str, slug: &str) -> CategoryDocument {
    let mut category = a_category(code);
    category.slug.insert("en".to_owned(), slug.to_owned());
    category
}

async fn by_slug(stores: &Stores, kind: DocumentKind, language: Language, text: &str) -> Leads {
    stores.documents.find_by_slug(kind, language, &slug(text)).await.unwrap().into()
}

async fn category_by_slug(stores: &Stores, text: &str) -> Leads {
    by_slug(stores, DocumentKind::Category, Language::ENGLISH, text).await
}

pub async fn a_slug_leads_to_its_document(stores: &Stores) {
    let mut mugs = with_slug("mugs", "all-mugs");
    mugs.slug.insert("de".to_owned(), "becher".to_owned());
    stores.save_document(mugs).await;
    let mut about = a_page("about");
    "about-us".clone_into(&mut about.texts.get_mut("en").unwrap().slug);
    stores.save_document(about).await;

    assert_eq!(category_by_slug(stores, "all-mugs").await, Leads::to("mugs"));
    assert_eq!(category_by_slug(stores, "becher").await, Leads::Nowhere);
    let german = by_slug(stores, DocumentKind::Category, Language::GERMAN, "becher").await;
    assert_eq!(german, Leads::to("mugs"));
    assert_eq!(by_slug(stores, DocumentKind::Page, Language::ENGLISH, "about-us").await, Leads::to("about"));
}

pub async fn the_slug_of_another_document_is_refused(stores: &Stores) {
    stores.save_document(a_category("mugs")).await;
    let read_at = stores.save_document(a_category("cups")).await;

    for (code, read_at) in [("pots", None), ("cups", Some(read_at))] {
        let result = try_save(stores, ShopDocument::Category(with_slug(code, "mugs")), read_at).await;

        let is_refused = matches!(
            &result,
            Err(SaveError::SlugTaken { language: Language::ENGLISH, slug: taken, owner, current: true })
                if *taken == slug("mugs") && owner == "mugs"
        );
        assert!(is_refused, "got {result:?}");
    }
    assert_eq!(find(stores, &category("pots")).await, None);
    assert_eq!(category_by_slug(stores, "mugs").await, Leads::to("mugs"));
    assert_eq!(category_by_slug(stores, "cups").await, Leads::to("cups"));
}

pub async fn slugs_of_two_kinds_are_apart(stores: &Stores) {
    stores.save_document(a_category("mugs")).await;
    stores.save_document(a_collection("mugs")).await;
    stores.save_document(a_page("mugs")).await;

    stores.documents.remove(&category("mugs"), Version::FIRST).await.unwrap();

    assert_eq!(category_by_slug(stores, "mugs").await, Leads::Nowhere);
    assert_eq!(by_slug(stores, DocumentKind::Collection, Language::ENGLISH, "mugs").await, Leads::to("mugs"));
    assert_eq!(by_slug(stores, DocumentKind::Page, Language::ENGLISH, "mugs").await, Leads::to("mugs"));
}

pub async fn slugs_of_documents_and_products_are_apart(stores: &Stores) {
    stores.save_document(a_category("mug")).await;
    stores.save(&a_product("mug").build()).await;

    assert_eq!(category_by_slug(stores, "mug").await, Leads::to("mug"));
    assert_eq!(stores.by_slug(Language::ENGLISH, "mug").await, Leads::to("mug"));
}

pub async fn an_old_slug_still_leads_to_its_document(stores: &Stores) {
    for slug in ["first", "second", "third", "first"] {
        stores.save_document(with_slug("mugs", slug)).await;
    }

    assert_eq!(category_by_slug(stores, "first").await, Leads::to("mugs"));
    assert_eq!(category_by_slug(stores, "second").await, Leads::on_to("mugs"));
    assert_eq!(category_by_slug(stores, "third").await, Leads::on_to("mugs"));
}

pub async fn an_old_slug_is_taken_over_by_whoever_asks(stores: &Stores) {
    stores.save_document(with_slug("mugs", "old")).await;
    stores.save_document(with_slug("mugs", "new")).await;

    stores.save_document(with_slug("cups", "old")).await;

    assert_eq!(category_by_slug(stores, "old").await, Leads::to("cups"));
    assert_eq!(category_by_slug(stores, "new").await, Leads::to("mugs"));
}

pub async fn a_removed_document_frees_its_slugs_old_ones_too(stores: &Stores) {
    stores.save_document(with_slug("mugs", "old")).await;
    let version = stores.save_document(with_slug("mugs", "new")).await;

    stores.documents.remove(&category("mugs"), version).await.unwrap();

    assert_eq!(category_by_slug(stores, "old").await, Leads::Nowhere);
    assert_eq!(category_by_slug(stores, "new").await, Leads::Nowhere);
    stores.save_document(with_slug("cups", "new")).await;
    stores.save_document(with_slug("mugs", "brand-new")).await;
    assert_eq!(category_by_slug(stores, "new").await, Leads::to("cups"));
    assert_eq!(category_by_slug(stores, "old").await, Leads::Nowhere, "the new document never had it");
}

pub async fn a_removed_document_leaves_slugs_to_those_who_took_them_over(stores: &Stores) {
    stores.save_document(with_slug("mugs", "old")).await;
    let version = stores.save_document(with_slug("mugs", "new")).await;
    stores.save_document(with_slug("cups", "old")).await;
    stores.save_document(with_slug("cups", "cups")).await;

    stores.documents.remove(&category("mugs"), version).await.unwrap();

    assert_eq!(category_by_slug(stores, "old").await, Leads::on_to("cups"));
    assert_eq!(category_by_slug(stores, "new").await, Leads::Nowhere);
}

pub async fn of_64_documents_that_want_one_slug_exactly_one_gets_it(stores: &Stores) {
    let mut tasks = JoinSet::new();
    for index in 0..CALLERS {
        let documents = Arc::clone(&stores.documents);
        let document = ShopDocument::Category(with_slug(&format!("mugs-{index}"), "mugs"));
        tasks.spawn(async move { (document.key(), documents.save(DocumentSave { document, read_at: None }).await) });
    }

    let results = tasks.join_all().await;

    let saved: Vec<_> = results.iter().filter(|(_, result)| result.is_ok()).collect();
    assert_eq!(saved.len(), 1, "exactly one is saved: {results:?}");
    let winner = &saved[0].0.code;
    assert_eq!(category_by_slug(stores, "mugs").await, Leads::to(winner));
    for (_, result) in &results {
        let is_taken = matches!(result, Err(SaveError::SlugTaken { owner, current: true, .. }) if owner == winner);
        assert!(result.is_ok() || is_taken, "got {result:?}");
    }
}

pub async fn a_refused_document_leaves_nothing(stores: &Stores) {
    stores.save_document(a_category("mugs")).await;
    let head = stores.changes.head().await.unwrap();
    let mut cups = with_slug("cups", "mugs");
    cups.slug.insert("de".to_owned(), "tassen".to_owned());

    let clash = try_save(stores, ShopDocument::Category(cups.clone()), None).await;
    cups.slug.insert("en".to_owned(), "cups".to_owned());
    let stale = try_save(stores, ShopDocument::Category(cups), Some(Version(2))).await;

    assert!(matches!(clash, Err(SaveError::SlugTaken { .. })), "got {clash:?}");
    assert!(matches!(stale, Err(SaveError::Stale { present: None })), "got {stale:?}");
    assert_eq!(find(stores, &category("cups")).await, None);
    assert_eq!(category_by_slug(stores, "cups").await, Leads::Nowhere);
    let german = by_slug(stores, DocumentKind::Category, Language::GERMAN, "tassen").await;
    assert_eq!(german, Leads::Nowhere);
    let key: DocumentKey = category("cups");
    change_log::assert_untold(stores, &head, |subject| *subject == change_log::document(&key)).await;
}
