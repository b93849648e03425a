use ecom67_app::search::{IndexChange, LIST_LIMIT_MAX, ListQuery, ProductIndex, Sort, SortKey, SortValue};
use ecom67_domain::Language;

use super::entries::{EntryBuilder, a_list, an_entry, codes, list, put, valid};

pub async fn a_product_is_listed_only_where_it_has_a_price(index: &dyn ProductIndex) {
    put(index, [an_entry("mug"), an_entry("pot").price("us", 1_900).with(|entry| entry.prices.remove(0).1 = 0)]).await;

    let german = list(index, a_list()).await;
    let american = list(index, ListQuery { market: valid("us"), ..a_list() }).await;
    let other = list(index, ListQuery { market: valid("nowhere"), ..a_list() }).await;

    assert_eq!((codes(&german), german.total), (vec!["mug"], 1));
    assert_eq!((codes(&american), american.total), (vec!["pot"], 1));
    assert_eq!((codes(&other), other.total), (vec![], 0));
}

pub async fn a_category_lists_everything_below_it(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("mug").category("kitchen").category("mugs"),
            an_entry("pot").category("kitchen").category("pots"),
            an_entry("lamp").category("light"),
        ],
    )
    .await;

    let kitchen = list(index, ListQuery { category: Some(valid("kitchen")), ..a_list() }).await;
    let mugs = list(index, ListQuery { category: Some(valid("mugs")), ..a_list() }).await;

    assert_eq!(codes(&kitchen), ["mug", "pot"]);
    assert_eq!(codes(&mugs), ["mug"]);
}

pub async fn a_collection_keeps_the_order_it_was_picked_in(index: &dyn ProductIndex) {
    put(index, [an_entry("a").collection("gifts", 7), an_entry("b").collection("gifts", 0)]).await;
    put(index, [an_entry("c").collection("gifts", 3).collection("other", 0), an_entry("d")]).await;

    let query = || ListQuery { collection: Some(valid("gifts")), ..a_list() };
    let picked = list(index, query()).await;
    let by_name = list(index, ListQuery { sort: Sort::Name, ..query() }).await;
    let first = list(index, ListQuery { limit: 2, ..query() }).await;
    let second = list(index, ListQuery { limit: 2, after: first.next, ..query() }).await;

    assert_eq!(codes(&picked), ["b", "c", "a"]);
    assert_eq!(codes(&by_name), ["a", "b", "c"]);
    assert_eq!(codes(&second), ["a"]);
}

fn for_sorting() -> [EntryBuilder; 5] {
    let entry = |code: &str, name: &str, price, days| {
        an_entry(code).named(Language::ENGLISH, name).price("de", price).days_later(days)
    };
    [
        entry("e", "Äpfel 2", 300, 1),
        entry("d", "apfel", 100, 3),
        entry("c", "Zebra", 200, 3),
        entry("b", "zebra", 200, 2),
        entry("a", "(Mug)", 0, 0),
    ]
}

#[expect(clippy::many_single_char_names, reason = "products are named a to e, and nothing more is known of them")]
pub async fn each_sort_has_its_order_and_codes_decide_between_equals(index: &dyn ProductIndex) {
    let [e, d, c, b, a] = for_sorting();
    put(index, [e, d]).await;
    put(index, [c, b, a]).await;

    for (sort, expected) in [
        (Sort::Relevance, ["c", "d", "b", "e", "a"]),
        (Sort::Newest, ["c", "d", "b", "e", "a"]),
        (Sort::Price, ["a", "d", "b", "c", "e"]),
        (Sort::PriceDescending, ["e", "b", "c", "d", "a"]),
        (Sort::Name, ["d", "e", "a", "b", "c"]),
    ] {
        let hits = list(index, ListQuery { sort, ..a_list() }).await;
        assert_eq!(codes(&hits), expected, "{sort:?}");
    }
}

pub async fn a_product_without_a_name_in_the_language_comes_first_by_name(index: &dyn ProductIndex) {
    let french: Language = valid("fr");
    put(index, [an_entry("b"), an_entry("c").named(french, "Bol"), an_entry("a")]).await;
    put(index, [an_entry("d")]).await;

    let query = || ListQuery { language: french, sort: Sort::Name, limit: 1, ..a_list() };
    let mut walked = Vec::new();
    let mut after = None;
    for _ in 0..4 {
        let hits = list(index, ListQuery { after, ..query() }).await;
        walked.extend(codes(&hits).into_iter().map(str::to_owned));
        after = hits.next;
    }

    assert_eq!(walked, ["a", "b", "d", "c"]);
    assert_eq!(after, None);
}

pub async fn a_page_is_full_or_the_last(index: &dyn ProductIndex) {
    put(index, ["a", "b", "c", "d"].map(an_entry)).await;

    let first = list(index, ListQuery { limit: 2, ..a_list() }).await;
    let second = list(index, ListQuery { limit: 2, after: first.next.clone(), ..a_list() }).await;

    assert_eq!(codes(&first), ["a", "b"]);
    assert!(first.next.is_some(), "there is more");
    assert_eq!(codes(&second), ["c", "d"]);
    assert_eq!(second.next, None, "nothing is left, though the page is full");
    assert_eq!((first.total, second.total), (4, 4));
}

pub async fn no_page_is_longer_than_the_most(index: &dyn ProductIndex) {
    put(index, (0..=LIST_LIMIT_MAX).map(|number| an_entry(&format!("mug-{number:03}")))).await;

    let hits = list(index, ListQuery { limit: LIST_LIMIT_MAX * 10, ..a_list() }).await;

    assert_eq!(hits.hits.len(), LIST_LIMIT_MAX);
    assert!(hits.next.is_some());
    assert_eq!(hits.total, LIST_LIMIT_MAX as u64 + 1);
}

pub async fn a_list_of_none_tells_total_and_facets(index: &dyn ProductIndex) {
    put(index, [an_entry("mug").brand("Kiln"), an_entry("pot")]).await;

    let hits = list(index, ListQuery { limit: 0, ..a_list() }).await;

    assert_eq!((hits.hits.len(), hits.total, hits.next), (0, 2, None));
    assert!(!hits.facets.is_empty());
}

pub async fn a_cursor_leads_on_when_its_product_is_gone(index: &dyn ProductIndex) {
    put(index, ["a", "b", "c", "d"].map(an_entry)).await;
    for sort in [Sort::Newest, Sort::Price, Sort::Name] {
        put(index, [an_entry("b")]).await;
        let first = list(index, ListQuery { limit: 2, sort, ..a_list() }).await;

        index.apply(vec![IndexChange::Remove(valid("b"))], None).await.unwrap();

        let second = list(index, ListQuery { limit: 2, sort, after: first.next, ..a_list() }).await;
        assert_eq!(codes(&second), ["c", "d"], "{sort:?}");
    }
}

pub async fn a_cursor_of_another_order_is_an_error(index: &dyn ProductIndex) {
    put(index, [an_entry("a")]).await;

    let after = SortKey { value: SortValue::Name("a".to_owned()), code: valid("a") };
    let answer = index.list(ListQuery { sort: Sort::Price, after: Some(after), ..a_list() }).await;

    assert!(answer.is_err(), "got {answer:?}");
}
