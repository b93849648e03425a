use std::sync::Arc;

use ecom67_app::document::{DocumentKey, DocumentKind, ShopDocument};
use ecom67_app::port::{DocumentSave, SaveError, Stored};
use ecom67_domain::{Language, Version};
use tokio::task::JoinSet;

use crate::steps::{CALLERS, slug};
use crate::{Stores, a_category, a_document_of_each_kind};

pub(super) fn category(code: &str) -> DocumentKey {
    DocumentKey { kind: DocumentKind::Category, code: code.to_owned() }
}

/// A category that can be told from others with the same code.
pub(super) fn a_category_at(code: &str, position: u32) -> ShopDocument {
    ShopDocument::Category(ecom67_app::document::CategoryDocument { position, ..a_category(code) })
}

pub(super) async fn try_save(
    stores: &Stores,
    document: ShopDocument,
    read_at: Option<Version>,
) -> Result<Version, SaveError> {
    stores.documents.save(DocumentSave { document, read_at }).await
}

pub(super) async fn find(stores: &Stores, key: &DocumentKey) -> Option<Stored<ShopDocument>> {
    stores.documents.find(key).await.unwrap()
}

pub async fn a_document_that_was_never_saved_is_absent(stores: &Stores) {
    assert_eq!(find(stores, &category("mugs")).await, None);
    let by_slug = stores.documents.find_by_slug(DocumentKind::Category, Language::ENGLISH, &slug("mugs")).await;
    assert_eq!(by_slug.unwrap(), None);
    assert_eq!(stores.documents.list(DocumentKind::Category, None, 10).await.unwrap(), []);
}

pub async fn a_document_of_each_kind_reads_back_as_it_was_saved(stores: &Stores) {
    let documents = a_document_of_each_kind("x_1-a");
    assert_eq!(documents.len(), DocumentKind::ALL.len());

    for document in &documents {
        try_save(stores, document.clone(), None).await.unwrap();
    }

    for value in documents {
        let expected = Stored { version: Version::FIRST, value };
        assert_eq!(find(stores, &expected.value.key()).await, Some(expected));
    }
}

pub async fn a_document_cannot_be_created_twice(stores: &Stores) {
    try_save(stores, a_category_at("mugs", 1), None).await.unwrap();

    let result = try_save(stores, a_category_at("mugs", 2), None).await;

    assert!(matches!(result, Err(SaveError::Stale { present: Some(Version::FIRST) })), "got {result:?}");
    assert_eq!(find(stores, &category("mugs")).await.unwrap().value, a_category_at("mugs", 1));
}

pub async fn a_stale_save_of_a_document_is_refused(stores: &Stores) {
    let read_at = stores.save_document(a_category_at("mugs", 1)).await;
    let version = try_save(stores, a_category_at("mugs", 2), Some(read_at)).await.unwrap();

    let result = try_save(stores, a_category_at("mugs", 3), Some(read_at)).await;

    assert_eq!(version, Version(2));
    assert!(matches!(result, Err(SaveError::Stale { present: Some(Version(2)) })), "got {result:?}");
    assert_eq!(find(stores, &category("mugs")).await, Some(Stored { value: a_category_at("mugs", 2), version }));
}

pub async fn a_save_over_a_document_that_is_not_there_is_refused(stores: &Stores) {
    let result = try_save(stores, a_category_at("mugs", 1), Some(Version(3))).await;

    assert!(matches!(result, Err(SaveError::Stale { present: None })), "got {result:?}");
    assert_eq!(find(stores, &category("mugs")).await, None);
}

pub async fn a_removed_document_is_gone(stores: &Stores) {
    stores.save_document(a_category("mugs")).await;
    stores.save_document(a_category("cups")).await;

    stores.documents.remove(&category("mugs"), Version::FIRST).await.unwrap();

    assert_eq!(find(stores, &category("mugs")).await, None);
    let left = stores.documents.list(DocumentKind::Category, None, 10).await.unwrap();
    assert_eq!(left, [Stored { value: ShopDocument::Category(a_category("cups")), version: Version::FIRST }]);
}

pub async fn a_removed_document_can_be_made_anew(stores: &Stores) {
    let version = stores.save_document(a_category("mugs")).await;
    stores.documents.remove(&category("mugs"), version).await.unwrap();

    let stale = try_save(stores, a_category_at("mugs", 2), Some(version)).await;
    let anew = try_save(stores, a_category_at("mugs", 3), None).await;

    assert!(matches!(stale, Err(SaveError::Stale { present: None })), "got {stale:?}");
    assert!(anew.is_ok(), "got {anew:?}");
    assert_eq!(find(stores, &category("mugs")).await.unwrap().value, a_category_at("mugs", 3));
}

pub async fn a_stale_removal_is_refused(stores: &Stores) {
    let read_at = stores.save_document(a_category_at("mugs", 1)).await;
    stores.save_document(a_category_at("mugs", 2)).await;

    let result = stores.documents.remove(&category("mugs"), read_at).await;

    assert!(matches!(result, Err(SaveError::Stale { present: Some(Version(2)) })), "got {result:?}");
    assert_eq!(find(stores, &category("mugs")).await.unwrap().value, a_category_at("mugs", 2));
}

pub async fn the_removal_of_a_document_that_is_not_there_is_refused(stores: &Stores) {
    let result = stores.documents.remove(&category("mugs"), Version::FIRST).await;

    assert!(matches!(result, Err(SaveError::Stale { present: None })), "got {result:?}");
}

pub async fn of_64_savers_of_one_document_exactly_one_wins_per_version(stores: &Stores) {
    for version in [None, Some(Version(1)), Some(Version(2))] {
        let mut tasks = JoinSet::new();
        for position in (0..).take(CALLERS) {
            let documents = Arc::clone(&stores.documents);
            let save = DocumentSave { document: a_category_at("mugs", position), read_at: version };
            tasks.spawn(async move { (save.document.clone(), documents.save(save).await) });
        }

        let results = tasks.join_all().await;

        let saved: Vec<_> = results.iter().filter(|(_, result)| result.is_ok()).collect();
        assert_eq!(saved.len(), 1, "exactly one is saved: {results:?}");
        let is_told = |result: &Result<_, _>| matches!(result, Ok(_) | Err(SaveError::Stale { .. }));
        assert!(results.iter().all(|(_, result)| is_told(result)), "got {results:?}");
        assert_eq!(find(stores, &category("mugs")).await.unwrap().value, saved[0].0);
    }
}
