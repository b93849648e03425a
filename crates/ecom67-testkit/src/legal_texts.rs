//! What every [`LegalTexts`](ecom67_app::port::LegalTexts) must do.

#![expect(missing_docs, reason = "the name of a case is the sentence that says what it is about")]

use ecom67_app::document::BODY_LENGTH_MAX;
use ecom67_app::port::LegalText;
use ecom67_domain::Language;
use ecom67_domain::order::LegalTextDigest;
use tokio::task::JoinSet;

use crate::Stores;

/// One test per case of the contract, on the stores that the expression makes anew for each.
#[macro_export]
macro_rules! legal_texts_contract {
    ($stores:expr) => {
        $crate::contract_cases!($stores; legal_texts;
            a_text_that_nobody_kept_is_absent
            each_version_of_a_text_stays_what_it_was
            the_longest_page_is_kept_whole
            of_16_that_keep_a_text_at_once_none_fails
        );
    };
}

fn terms(body: &str) -> LegalText {
    LegalText { language: Language::GERMAN, title: "Geschäftsbedingungen".to_owned(), body: body.to_owned() }
}

pub async fn a_text_that_nobody_kept_is_absent(stores: &Stores) {
    stores.legal_texts.keep(terms("Erst zahlen.")).await.unwrap();

    assert_eq!(stores.legal_texts.find(terms("Später zahlen.").digest()).await.unwrap(), None);
    assert_eq!(stores.legal_texts.find(LegalTextDigest([0; 32])).await.unwrap(), None);
}

pub async fn each_version_of_a_text_stays_what_it_was(stores: &Stores) {
    let (first, second) = (terms("Erst zahlen."), terms("Später zahlen."));
    let english = LegalText { language: Language::ENGLISH, ..first.clone() };
    for text in [&first, &second, &english, &first] {
        stores.legal_texts.keep(text.clone()).await.unwrap();
    }

    for text in [first, second, english] {
        assert_eq!(stores.legal_texts.find(text.digest()).await.unwrap(), Some(text));
    }
}

pub async fn the_longest_page_is_kept_whole(stores: &Stores) {
    // Of letters that nothing makes shorter.
    let mut random = crate::Random::seeded(67);
    let letters: Vec<char> = ('!'..='z').collect();
    let mut letter = || letters[usize::try_from(random.below(90)).unwrap()];
    let body: String = (0..BODY_LENGTH_MAX).map(|_| letter()).collect();
    let text = terms(&body);

    stores.legal_texts.keep(text.clone()).await.unwrap();

    assert_eq!(stores.legal_texts.find(text.digest()).await.unwrap(), Some(text));
}

pub async fn of_16_that_keep_a_text_at_once_none_fails(stores: &Stores) {
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let stores = stores.clone();
        tasks.spawn(async move { stores.legal_texts.keep(terms("Erst zahlen.")).await });
    }

    assert!(tasks.join_all().await.iter().all(Result::is_ok));
}
