//! The texts under which an order was placed.

use ecom67_domain::order::{LegalTextKind, OrderLegalText};
use ecom67_domain::violation::Invalid;
use serde::{Deserialize, Serialize};

/// A text of the shop under which an order was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderLegalTextDocument {
    /// What it is about.
    pub kind: LegalTextKindDocument,
    /// Its heading.
    pub title: String,
    /// The digest under which it is kept, in hexadecimal digits.
    pub digest: String,
}

/// What a text is about that belongs to the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalTextKindDocument {
    /// The general terms.
    Terms,
    /// The right of withdrawal.
    Withdrawal,
}

impl OrderLegalTextDocument {
    pub(super) fn to_legal_text(&self) -> Result<OrderLegalText, Invalid> {
        let kind = match self.kind {
            LegalTextKindDocument::Terms => LegalTextKind::Terms,
            LegalTextKindDocument::Withdrawal => LegalTextKind::Withdrawal,
        };
        Ok(OrderLegalText { kind, title: self.title.as_str().into(), digest: self.digest.parse()? })
    }
}

impl From<&OrderLegalText> for OrderLegalTextDocument {
    fn from(text: &OrderLegalText) -> Self {
        let kind = match text.kind {
            LegalTextKind::Terms => LegalTextKindDocument::Terms,
            LegalTextKind::Withdrawal => LegalTextKindDocument::Withdrawal,
        };
        Self { kind, title: text.title.to_string(), digest: text.digest.to_string() }
    }
}
