//! What tests share: builders, a clock that can be moved, and the contract suites that every adapter must pass.
//!
//! Not for anything that ships. An adapter's tests name a factory of empty stores and get one named test per case:
//!
//! ```ignore
//! ecom67_testkit::product_store_contract!(crate::stores::empty().await);
//! ecom67_testkit::document_store_contract!(crate::stores::empty().await);
//! ecom67_testkit::stock_store_contract!(crate::stores::empty().await);
//! ecom67_testkit::change_log_contract!(crate::stores::empty().await);
//! ```

pub mod builders;
pub mod change_log;
mod clock;
pub mod document_store;
pub mod model;
pub mod product_store;
mod random;
pub mod stock_store;
mod stores;

pub use builders::{
    a_category, a_collection, a_document_of_each_kind, a_market, a_page, a_product, a_product_with_500_variants,
    a_product_with_everything, an_adjustment, euros, noon,
};
pub use clock::MovableClock;
pub use random::Random;
pub use stores::{IntoStores, Stores};
