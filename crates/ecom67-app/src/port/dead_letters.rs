//! Dead letters: products that the index does not have as they are, because something is wrong with them.

use async_trait::async_trait;
use ecom67_domain::ProductCode;
use jiff::Timestamp;

use super::StoreError;

/// The longest reason that is kept, in bytes.
pub const REASON_LENGTH_MAX: usize = 300;

/// So many dead letters are counted at most: beyond that the number says nothing more.
pub const DEAD_LETTERS_COUNTED_MAX: usize = 10_000;

/// A product that was refused for what it is: it will be again, until it changes or whoever refuses it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The product.
    pub product: ProductCode,
    reason: String,
}

impl Refused {
    /// The product, and why: in one line, and no longer than [`REASON_LENGTH_MAX`].
    pub fn new(product: ProductCode, reason: &str) -> Self {
        let mut reason: String =
            reason.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
        reason.truncate(reason.floor_char_boundary(REASON_LENGTH_MAX));
        Self { product, reason }
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// What is kept of a product that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// The product.
    pub product: ProductCode,
    /// Why it was refused the last time.
    pub reason: String,
    /// When it was refused first.
    pub first_at: Timestamp,
    /// When it was refused last.
    pub last_at: Timestamp,
    /// How often it was refused; once more each time that what followed had to be done again.
    pub failures: u64,
}

/// Keeps dead letters: at most one for each product.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// Notes that each of `refused`, [`PAGE_MAX`](super::PAGE_MAX) different products at most, was refused at `at`: as a
    /// letter more, or on the one there is.
    async fn note(&self, refused: &[Refused], at: Timestamp) -> Result<(), StoreError>;

    /// Removes the letters of those of `products`, [`PAGE_MAX`](super::PAGE_MAX) at most, that have one.
    async fn clear(&self, products: &[ProductCode]) -> Result<(), StoreError>;

    /// Up to `limit` letters, at most [`PAGE_MAX`](super::PAGE_MAX), whose products follow `after`, in ascending order
    /// of codes. A page shorter than `limit` is the last.
    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<DeadLetter>, StoreError>;

    /// How many there are, up to [`DEAD_LETTERS_COUNTED_MAX`].
    async fn count(&self) -> Result<usize, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_short_line() {
        let code: ProductCode = "mug".parse().unwrap();

        assert_eq!(Refused::new(code.clone(), "too long\nby far").reason(), "too long by far");
        let long = Refused::new(code, &"ä".repeat(REASON_LENGTH_MAX));
        assert_eq!(long.reason(), "ä".repeat(REASON_LENGTH_MAX / 2));
    }
}
