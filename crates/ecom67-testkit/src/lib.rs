//! What tests share: builders, a clock that can be moved, and the contract suites that every adapter must pass.
//!
//! Not for anything that ships. An adapter's tests name a factory of empty stores and get one named test per case:
//!
//! ```ignore
//! ecom67_testkit::product_store_contract!(crate::stores::empty().await);
//! ecom67_testkit::document_store_contract!(crate::stores::empty().await);
//! ecom67_testkit::stock_store_contract!(crate::stores::empty().await);
//! ecom67_testkit::change_log_contract!(crate::stores::empty().await);
//! ecom67_testkit::search_counts_contract!(crate::stores::empty().await);
//! ecom67_testkit::dead_letters_contract!(crate::stores::empty().await);
//! ecom67_testkit::carts_contract!(crate::stores::empty().await);
//! ecom67_testkit::orders_contract!(crate::stores::empty().await);
//! ecom67_testkit::outbox_contract!(crate::stores::empty().await);
//! ecom67_testkit::sent_mails_contract!(crate::stores::empty().await);
//! ecom67_testkit::gift_cards_contract!(crate::stores::empty().await);
//! ecom67_testkit::legal_texts_contract!(crate::stores::empty().await);
//! ecom67_testkit::product_index_contract!(crate::index::empty());
//! ecom67_testkit::queue_contract!(crate::queues::empty().await);
//! ```

pub mod builders;
pub mod carts;
pub mod change_log;
mod clock;
pub mod dead_letters;
pub mod document_store;
pub mod gift_cards;
pub mod legal_texts;
pub mod meters;
mod model;
pub mod orders;
pub mod outbox;
pub mod product_index;
pub mod product_store;
pub mod queue;
mod random;
pub mod search_counts;
pub mod sent_mails;
mod steps;
pub mod stock_store;
mod stores;

pub use builders::{
    a_cart, a_category, a_collection, a_document_of_each_kind, a_legal_text, a_market, a_page, a_product,
    a_product_with_500_variants, a_product_with_everything, an_address, an_adjustment, an_order, euros, noon,
    paid_with,
};
pub use clock::MovableClock;
pub use random::Random;
pub use stores::{IntoStores, Stores};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// The names of all cases that are written down below `path`.
    fn written(path: &Path, names: &mut BTreeSet<String>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                written(&entry.unwrap().path(), names);
            }
        } else {
            let source = fs::read_to_string(path).unwrap();
            let functions = source.lines().filter_map(|line| line.strip_prefix("pub async fn "));
            names.extend(functions.filter_map(|line| line.split_once('(')).map(|(name, _)| name.to_owned()));
        }
    }

    #[test]
    fn no_case_of_a_suite_is_forgotten_in_its_macro() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut cases = BTreeSet::new();
        written(&source, &mut cases);
        assert!(cases.len() > 90, "only {} cases were found", cases.len());

        let mut listed = BTreeSet::new();
        let suites = [
            "product_store",
            "document_store",
            "stock_store",
            "change_log",
            "search_counts",
            "dead_letters",
            "carts",
            "orders",
            "outbox",
            "queue",
            "sent_mails",
            "gift_cards",
            "legal_texts",
            "meters",
            "product_index",
        ];
        for suite in suites {
            let text = fs::read_to_string(source.join(suite).with_extension("rs")).unwrap();
            let (_, list) = text.split_once("contract_cases!").unwrap();
            let (list, _) = list.split_once(");").unwrap();
            listed.extend(list.lines().skip(1).map(str::trim).filter(|line| cases.contains(*line)).map(str::to_owned));
        }

        assert_eq!(cases, listed);
    }
}
