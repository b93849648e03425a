//! The stores that a suite runs on.

use std::any::Any;
use std::sync::Arc;

use ecom67_app::port::{
    CartStore, ChangeLog, DeadLetters, DocumentStore, GiftCardStore, LegalTexts, MeterStore, OrderStore, Outbox,
    ProductStore, SentMails, StockStore,
};
use ecom67_app::search_log::SearchCountStore;

/// Empty stores over one and the same engine.
#[derive(Clone)]
pub struct Stores {
    /// Products.
    pub products: Arc<dyn ProductStore>,
    /// Documents.
    pub documents: Arc<dyn DocumentStore>,
    /// Stock.
    pub stock: Arc<dyn StockStore>,
    /// What they tell of their commits.
    pub changes: Arc<dyn ChangeLog>,
    /// What was searched.
    pub search_counts: Arc<dyn SearchCountStore>,
    /// Products that the index cannot have.
    pub dead_letters: Arc<dyn DeadLetters>,
    /// Carts.
    pub carts: Arc<dyn CartStore>,
    /// Orders.
    pub orders: Arc<dyn OrderStore>,
    /// What they have told and nobody has published.
    pub outbox: Arc<dyn Outbox>,
    /// Which mails were sent.
    pub sent_mails: Arc<dyn SentMails>,
    /// Texts that orders were placed under.
    pub legal_texts: Arc<dyn LegalTexts>,
    /// How often what is limited was used.
    pub meters: Arc<dyn MeterStore>,
    /// Gift cards.
    pub gift_cards: Arc<dyn GiftCardStore>,
    /// Whatever must live as long as the stores, such as a temporary folder.
    pub guard: Arc<dyn Any + Send + Sync>,
}

/// What a factory of stores may answer: stores, or `None` where their engine is absent and it has said so.
pub trait IntoStores {
    /// The stores, if there are any.
    fn into_stores(self) -> Option<Stores>;
}

impl IntoStores for Stores {
    fn into_stores(self) -> Option<Stores> {
        Some(self)
    }
}

impl IntoStores for Option<Stores> {
    fn into_stores(self) -> Option<Stores> {
        self
    }
}

/// Makes one named test of each case; see the suites' own macros.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_cases {
    ($stores:expr; $suite:ident; $($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                if let Some(stores) = $crate::IntoStores::into_stores($stores) {
                    $crate::$suite::$case(&stores).await;
                }
            }
        )*
    };
}
