//! `OpenSearch` keeps the contract of the index, and answers as the embedded engine does.

mod dead_letters;
mod facts;
mod outage;
mod relevance;
mod twins;

mod contract {
    ecom67_testkit::product_index_contract!(crate::search_engine::empty().await);
}
