//! Texts that belong to contracts, kept as they were.

use async_trait::async_trait;
use ecom67_domain::Language;
use ecom67_domain::order::LegalTextDigest;

use super::StoreError;

/// A text of the shop as it was at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalText {
    /// The language it is in.
    pub language: Language,
    /// Its heading.
    pub title: String,
    /// Markdown.
    pub body: String,
}

impl LegalText {
    /// What tells it from every other text.
    pub fn digest(&self) -> LegalTextDigest {
        // As JSON, in which texts end where they end.
        let text = serde_json::json!([self.language.as_str(), self.title, self.body]);
        LegalTextDigest(*blake3::hash(text.to_string().as_bytes()).as_bytes())
    }
}

/// Keeps texts for good, each under its digest: what an order was placed under can be read as long as there is the order,
/// whatever has become of the shop's pages since.
#[async_trait]
pub trait LegalTexts: Send + Sync {
    /// Keeps the text. One that is kept already stays as it is.
    async fn keep(&self, text: LegalText) -> Result<(), StoreError>;

    /// The text with this digest.
    async fn find(&self, digest: LegalTextDigest) -> Result<Option<LegalText>, StoreError>;
}
