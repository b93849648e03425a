use std::sync::Arc;

use ecom67_app::search::{ListQuery, Placed, Placement, ProductIndex, Sort, Synonym, Synonyms};
use ecom67_domain::Language;

use super::entries::{a_list, an_entry, by_brand, codes, list, put, valid};

const NOTHING: [&str; 0] = [];

fn synonyms(pairs: &[(&str, &str)]) -> Arc<Synonyms> {
    let synonym = |(typed, finds): &(&str, &str)| Synonym {
        language: Language::ENGLISH,
        typed: (*typed).to_owned(),
        finds: (*finds).to_owned(),
    };
    Arc::new(Synonyms(pairs.iter().map(synonym).collect()))
}

fn searching(text: &str) -> ListQuery {
    ListQuery { text: Some(text.to_owned()), ..a_list() }
}

pub async fn a_synonym_finds_what_has_the_other_word_and_is_not_found_by_it(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").named(Language::ENGLISH, "Red notebooks"),
            an_entry("b").named(Language::ENGLISH, "Red laptop"),
            an_entry("c").named(Language::ENGLISH, "Red kettle"),
        ],
    )
    .await;
    let pairs = synonyms(&[("Laptops", "notebook"), ("Kochgerät", "kettle")]);
    let found = async |text: &str, language: Language| {
        let query = ListQuery { synonyms: Arc::clone(&pairs), language, ..searching(text) };
        let hits = list(index, query).await;
        codes(&hits).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };

    assert_eq!(found("laptop", Language::ENGLISH).await, ["b", "a"], "what was typed comes first");
    assert_eq!(found("notebook", Language::ENGLISH).await, ["a"]);
    assert_eq!(found("kochgerat", Language::ENGLISH).await, ["c"], "a word that no product has");
    assert_eq!(found("laptop", Language::GERMAN).await, NOTHING);
    assert_eq!(found("red laptop", Language::ENGLISH).await[..2], ["b", "a"]);
}

pub async fn a_synonym_may_be_of_several_words(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").named(Language::ENGLISH, "Mobile phone"),
            an_entry("b").named(Language::ENGLISH, "Smartphone"),
            an_entry("c").named(Language::ENGLISH, "Mobile heater"),
            an_entry("d").named(Language::ENGLISH, "Desk phone"),
        ],
    )
    .await;
    let pairs = synonyms(&[("smartphone", "mobile phone"), ("mobile phone", "smartphone")]);
    let found = async |text: &str| {
        let hits = list(index, ListQuery { synonyms: Arc::clone(&pairs), ..searching(text) }).await;
        codes(&hits).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };

    assert_eq!(found("smartphone").await, ["b", "a"], "neither what has one of the words alone");
    assert_eq!(found("mobile phone").await[..2], ["a", "b"]);
    assert!(!found("mobile heater").await.contains(&"b".to_owned()), "the words only together");
}

pub async fn pinned_products_come_first_and_buried_ones_last(index: &dyn ProductIndex) {
    put(
        index,
        [
            an_entry("a").named(Language::ENGLISH, "Kettle").brand("acme"),
            an_entry("b").named(Language::ENGLISH, "Kettle with a long name of many words").brand("acme"),
            an_entry("c").named(Language::ENGLISH, "Green kettle").brand("acme"),
            an_entry("d").named(Language::ENGLISH, "Lamp").brand("other"),
            an_entry("e").named(Language::ENGLISH, "Chair").brand("acme"),
            an_entry("f").named(Language::ENGLISH, "Table").brand("acme"),
        ],
    )
    .await;
    let code = |code: &&str| valid(code);
    let placement = Placement {
        pinned: ["e", "d", "gone", "b"].iter().map(code).collect(),
        buried: ["a", "f"].iter().map(code).collect(),
    };
    let query = || ListQuery { placement: placement.clone(), ..searching("kettle") };

    let all = list(index, query()).await;
    assert_eq!(codes(&all), ["e", "d", "b", "c", "a"], "what is buried is not found by that");
    assert_eq!((all.total, all.partial), (5, false));

    let filters = vec![by_brand(&["acme"])];
    assert_eq!(codes(&list(index, ListQuery { filters, ..query() }).await), ["e", "b", "c", "a"]);

    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let page = list(index, ListQuery { limit: 2, after, ..query() }).await;
        walked.extend(page.hits.into_iter().map(|hit| hit.code.to_string()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(walked, codes(&all));

    let by_name = list(index, ListQuery { sort: Sort::Name, ..query() }).await;
    assert_eq!(by_name.total, 3, "in another order no place is given: {:?}", codes(&by_name));

    let explained = async |product: &str| index.explain(query(), &valid(product)).await.unwrap().unwrap();
    assert_eq!((explained("d").await.place, explained("d").await.placed), (Some(2), Some(Placed::Pinned)));
    assert_eq!((explained("a").await.place, explained("a").await.placed), (Some(5), Some(Placed::Buried)));
    assert_eq!(explained("c").await.placed, None);
}

pub async fn words_that_find_nothing_still_show_what_is_pinned(index: &dyn ProductIndex) {
    put(index, [an_entry("a").named(Language::ENGLISH, "Kettle"), an_entry("b").named(Language::ENGLISH, "Lamp")])
        .await;
    let placement = Placement { pinned: vec![valid("b")], buried: vec![] };

    let hits = list(index, ListQuery { placement, ..searching("zzyzx") }).await;

    assert_eq!(codes(&hits), ["b"]);
}
