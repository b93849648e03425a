use ecom67_app::document::DocumentKind;
use ecom67_app::port::PAGE_MAX;

use crate::{Stores, a_category, a_collection, a_document_of_each_kind, a_market};

async fn walk(stores: &Stores, kind: DocumentKind, limit: usize) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    loop {
        let page = stores.documents.list(kind, codes.last().map(String::as_str), limit).await.unwrap();
        let length = page.len();
        assert!(length <= limit, "a page of {limit} has {length} documents");
        codes.extend(page.into_iter().map(|stored| stored.value.key().code));
        if length < limit {
            return codes;
        }
        assert!(codes.len() <= 1_000, "the pages never end: {codes:?}");
    }
}

pub async fn kinds_are_kept_apart(stores: &Stores) {
    for document in a_document_of_each_kind("x") {
        stores.save_document(document).await;
    }
    stores.save_document(a_collection("y")).await;

    for kind in DocumentKind::ALL {
        let expected: &[&str] = if kind == DocumentKind::Collection { &["x", "y"] } else { &["x"] };
        assert_eq!(walk(stores, kind, PAGE_MAX).await, expected, "{kind:?}");
    }
    assert_eq!(stores.documents.list(DocumentKind::Page, None, 0).await.unwrap(), []);
}

pub async fn documents_come_in_ascending_order_of_codes(stores: &Stores) {
    for code in ["b", "a_b", "10", "a", "2", "a-b", "ab", "a0"] {
        stores.save_document(a_market(code)).await;
    }

    assert_eq!(walk(stores, DocumentKind::Market, PAGE_MAX).await, ["10", "2", "a", "a-b", "a0", "a_b", "ab", "b"]);
    let after_absent = stores.documents.list(DocumentKind::Market, Some("a1"), 2).await.unwrap();
    assert_eq!(after_absent[0].value.key().code, "a_b", "a list can begin after a code that is not there");
}

pub async fn no_more_documents_are_read_at_once_than_a_page(stores: &Stores) {
    for index in 0..=PAGE_MAX {
        stores.save_document(a_category(&format!("c{index}"))).await;
    }

    let page = stores.documents.list(DocumentKind::Category, None, PAGE_MAX * 2).await.unwrap();

    assert_eq!(page.len(), PAGE_MAX);
}

pub async fn pages_of_documents_walk_each_once(stores: &Stores) {
    let mut expected: Vec<String> = (0..45).map(|index| format!("c{}", index * 7919 % 1000)).collect();
    for code in &expected {
        stores.save_document(a_category(code)).await;
    }
    expected.sort_unstable();

    for limit in [1, 7, 44, 45, 46, PAGE_MAX] {
        assert_eq!(walk(stores, DocumentKind::Category, limit).await, expected, "in pages of {limit}");
    }
}
