//! Ports: what the shop needs of the world outside, cut to the weakest backend.
//!
//! One call that writes is one atomic commit in every adapter. Lists go by key, never by offset. Every adapter passes
//! the contract suites of `ecom67-testkit`.

mod carts;
mod dead_letters;
mod gift_cards;
mod legal_texts;
mod mail;
mod meters;
mod orders;
mod outbox;
mod payments;
mod queue;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use ecom67_domain::catalog::MediaId;
use ecom67_domain::price::PriceChange;
use ecom67_domain::stock::{Adjustment, LedgerEntry, StockRecord, StockRefusal};
use ecom67_domain::{Language, Product, ProductCode, Sku, Slug, Version};
use jiff::Timestamp;

use crate::document::{DocumentKey, DocumentKind, ShopDocument};

pub use carts::{
    CartChange, CartChangeError, CartStore, ChangedCart, FORGET_CARTS_MAX, IDEMPOTENCY_KEY_LENGTH_MAX, IdempotencyKey,
    REQUEST_MEMORY, RequestToken,
};
pub use dead_letters::{DEAD_LETTERS_COUNTED_MAX, DeadLetter, DeadLetters, REASON_LENGTH_MAX, Refused};
pub use gift_cards::{
    GIFT_CARDS_PAGE_MAX, GiftCardBlock, GiftCardChange, GiftCardIssue, GiftCardIssueError, GiftCardStore,
};
pub use legal_texts::{LegalText, LegalTexts};
pub use mail::{
    ComposeError, FORGET_MAILS_MAX, HEAD_LINE_LENGTH_MAX, HeadLine, KeptMail, MAIL_ID_LENGTH_MAX, Mail, MailAttachment,
    MailClaim, MailComposer, MailError, MailId, MailKind, MailSummary, Mailbox, Mailer, OrderMail, SENT_MEMORY,
    SentMails,
};
pub use meters::{METERS_PAGE_MAX, MeterStore};
pub use orders::{
    CheckoutRequest, GiftCardWrite, MeterWrite, ORDER_COMMIT_WRITES_MAX, ORDERS_PAGE_MAX, OrderCommit,
    OrderCommitError, OrderEnvelope, OrderFilter, OrderRefused, OrderStore, OrderWrite, StockWrite,
};
pub use outbox::{OUTBOX_PAGE_MAX, Outbox, OutboxEntry};
pub use payments::{
    ClientSecret, Decline, DeclineKind, NewPayment, NewRefund, OperationKey, PAYMENTS_PAGE_MAX, PROVIDER_ID_LENGTH_MAX,
    Payment, PaymentError, PaymentId, PaymentProvider, PaymentStatus, ProviderEvent, ProviderEventSubject,
    ProviderRefund, ProviderRefundId, RefundStatus, WebhookError, WebhookVerifier,
};
pub use queue::{
    BODY_LENGTH_MAX, DEAD_MESSAGES_PAGE_MAX, DEDUPLICATION_WINDOW, DeadMessage, Delivery, Handled, Handler, LEASE_MAX,
    Lease, MessageBody, MessageId, NewMessage, NoticeError, OrderNotice, PutOff, QUEUE_BATCH_MAX, QUEUE_KEY_LENGTH_MAX,
    Queue, QueueDepth, QueueKey, QueueLimits, QueueName, RECEIVE_WAIT_MAX, Receipt, SendError, WHY_LENGTH_MAX,
    one_line,
};

/// The most records one call reads.
pub const PAGE_MAX: usize = 100;

/// A record with the version it was read at.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<T> {
    /// The record.
    pub value: T,
    /// The version to name when saving it again.
    pub version: Version,
}

/// The store could not do what it was asked; nothing about the request itself was wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too much is waiting already: nothing was written, try again later.
    #[error("the store is busy")]
    Busy,
    /// The answer did not come in time: the write may have happened, and is safe to repeat.
    #[error("the store did not answer in time; the outcome is unknown")]
    OutcomeUnknown,
    /// The engine failed; nothing was written.
    #[error("the store failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
    /// What is asked for does not answer, and is not asked for a while: what can do without it goes on.
    #[error("the engine is not available; it is asked again in {} s", retry_after.as_secs_f32())]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// A record cannot be read: damaged, or written by a newer release.
    #[error("the record {key} cannot be read: {reason}")]
    Unreadable {
        /// Which record: as its [`Subject`] is printed, where it has one. Who lists records goes on behind it.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl StoreError {
    /// The engine's own error.
    pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }
}

/// A save that was refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Somebody saved since the record was read (or made it, where none was read).
    #[error("the record has been saved by somebody else; its version is {present:?}")]
    Stale {
        /// The version that is stored; `None` where the record is gone.
        present: Option<Version>,
    },
    /// The slug belongs to another record of the same kind.
    #[error("the slug {slug} in {language} belongs to {owner}")]
    SlugTaken {
        /// The language.
        language: Language,
        /// The slug.
        slug: Slug,
        /// The code of the record that has it, or had it before.
        owner: String,
        /// Whether the owner goes by it at present: an old slug may be taken over explicitly.
        current: bool,
    },
    /// The SKU belongs to another product.
    #[error("the SKU {sku} belongs to the product {owner}")]
    SkuTaken {
        /// The SKU.
        sku: Sku,
        /// The product that has it.
        owner: ProductCode,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A product to be saved.
#[derive(Clone, Debug)]
pub struct ProductSave {
    /// The product.
    pub product: Product,
    /// The version it was read at; `None` if there was none.
    pub read_at: Option<Version>,
    /// What enters the price history in the same commit.
    pub price_changes: Vec<PriceChange>,
    /// Whether slugs that other products once had may be taken over from them.
    pub old_slugs: OldSlugs,
}

/// What a save does about a slug that another record had once and redirects from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldSlugs {
    /// Leaves it to its old owner: [`SaveError::SlugTaken`].
    Respect,
    /// Takes it over: a person asked for this very slug.
    TakeOver,
}

/// Whom a slug leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlugMatch<C> {
    /// The record.
    pub code: C,
    /// Whether the record goes by this slug at present; otherwise it did once, and its present slug is to be told.
    pub current: bool,
}

/// Keeps products with their slugs, SKUs and price history.
#[async_trait]
pub trait ProductStore: Send + Sync {
    /// The product, or `None`: absence is an answer, not a failure.
    async fn find(&self, code: &ProductCode) -> Result<Option<Stored<Product>>, StoreError>;

    /// Those of the products that exist, in the order asked for; at most [`PAGE_MAX`] are read.
    async fn find_many(&self, codes: &[ProductCode]) -> Result<Vec<Stored<Product>>, StoreError>;

    /// Whom each of `slugs` leads to, in the order asked for; at most [`PAGE_MAX`] are read.
    async fn find_by_slugs(
        &self,
        slugs: &[(Language, Slug)],
    ) -> Result<Vec<Option<SlugMatch<ProductCode>>>, StoreError>;

    /// Whom `slug` leads to in `language`.
    async fn find_by_slug(
        &self,
        language: Language,
        slug: &Slug,
    ) -> Result<Option<SlugMatch<ProductCode>>, StoreError> {
        Ok(self.find_by_slugs(&[(language, slug.clone())]).await?.pop().flatten())
    }

    /// The product that the variant with this SKU belongs to.
    async fn find_by_sku(&self, sku: &Sku) -> Result<Option<ProductCode>, StoreError>;

    /// Up to `limit` products, at most [`PAGE_MAX`], whose codes follow `after`, in an order that is the same for every
    /// call of one adapter. A page shorter than `limit` is the last.
    async fn list(&self, after: Option<&ProductCode>, limit: usize) -> Result<Vec<Stored<Product>>, StoreError>;

    /// Saves the product if nobody has since it was read. Its slugs and SKUs become its own in the same commit; slugs
    /// it no longer goes by stay with it as old ones, SKUs of variants it no longer has are free again.
    async fn save(&self, save: ProductSave) -> Result<Version, SaveError>;

    /// The price history of each product since `since`, in the order asked for and each in ascending order of time; at
    /// most [`PAGE_MAX`] are read.
    async fn price_histories(
        &self,
        codes: &[ProductCode],
        since: Timestamp,
    ) -> Result<Vec<Vec<PriceChange>>, StoreError>;

    /// The price history of a product since `since`, in ascending order of time.
    async fn price_history(&self, code: &ProductCode, since: Timestamp) -> Result<Vec<PriceChange>, StoreError> {
        Ok(self.price_histories(std::slice::from_ref(code), since).await?.pop().unwrap_or_default())
    }
}

/// A document to be saved.
#[derive(Clone, Debug)]
pub struct DocumentSave {
    /// The document; its slugs become its own in the same commit.
    pub document: ShopDocument,
    /// The version it was read at; `None` if there was none.
    pub read_at: Option<Version>,
}

/// Keeps what the shop consists of beside products: markets, categories, collections, pages and so on.
#[async_trait]
pub trait DocumentStore: Send + Sync {
    /// The document, or `None`.
    async fn find(&self, key: &DocumentKey) -> Result<Option<Stored<ShopDocument>>, StoreError>;

    /// Whom `slug` leads to among the documents of `kind`.
    async fn find_by_slug(
        &self,
        kind: DocumentKind,
        language: Language,
        slug: &Slug,
    ) -> Result<Option<SlugMatch<String>>, StoreError>;

    /// Up to `limit` documents of `kind`, at most [`PAGE_MAX`], whose codes follow `after`, in ascending order of codes. A page shorter than
    /// `limit` is the last.
    async fn list(
        &self,
        kind: DocumentKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<ShopDocument>>, StoreError>;

    /// Saves the document if nobody has since it was read. Old slugs stay with it; it takes over those that others
    /// have left.
    async fn save(&self, save: DocumentSave) -> Result<Version, SaveError>;

    /// Removes the document and its slugs if nobody has saved since it was read.
    async fn remove(&self, key: &DocumentKey, read_at: Version) -> Result<(), SaveError>;
}

/// What came of an adjustment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adjusted {
    /// The ledger has one more entry.
    Entered(LedgerEntry),
    /// Nothing changed: the count found what was known, or the token has been seen before.
    Unchanged,
}

/// An adjustment that was refused, or failed.
#[derive(Debug, thiserror::Error)]
pub enum AdjustError {
    /// The rules of the ledger forbid it.
    #[error(transparent)]
    Refused(#[from] StockRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps the stock ledger, and per variant one record of what it adds up to.
#[async_trait]
pub trait StockStore: Send + Sync {
    /// Those of the records that exist, in the order asked for; at most [`PAGE_MAX`] are read. No record means that
    /// none is on hand.
    async fn find_many(&self, skus: &[Sku]) -> Result<Vec<StockRecord>, StoreError>;

    /// Changes record and ledger in one commit. Concurrent adjustments of one variant are all made, one after the
    /// other.
    async fn adjust(&self, adjustment: Adjustment) -> Result<Adjusted, AdjustError>;

    /// Up to `limit` entries of a variant's ledger, at most [`PAGE_MAX`], after the entry `after`, in ascending order.
    async fn ledger(&self, sku: &Sku, after: u64, limit: usize) -> Result<Vec<LedgerEntry>, StoreError>;

    /// Up to `limit` records, at most [`PAGE_MAX`], whose SKUs follow `after`, in an order that is the same for every call of one adapter. A
    /// page shorter than `limit` is the last.
    async fn list(&self, after: Option<&Sku>, limit: usize) -> Result<Vec<StockRecord>, StoreError>;

    /// Writes what the ledger adds up to over a damaged record, if that is as it was `read`, with what is held, and no entry
    /// was made since `right.entries`. Returns whether it was written.
    async fn restate(&self, read: StockRecord, right: StockRecord) -> Result<bool, StoreError>;
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A product.
    Product(ProductCode),
    /// The stock of a variant.
    Stock(Sku),
    /// A document.
    Document(DocumentKey),
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Product(code) => write!(formatter, "product {code}"),
            Self::Stock(sku) => write!(formatter, "stock of {sku}"),
            Self::Document(key) => key.fmt(formatter),
        }
    }
}

/// A place in the change log; opaque to everyone but the adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position(pub String);

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One committed change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What changed.
    pub subject: Subject,
    /// When it was committed.
    pub at: Timestamp,
    /// Read on after this to get what came later.
    pub position: Position,
}

/// Tells what was committed: each change at least once, and in order per subject. Changes of different subjects may
/// come in any order. A log forgets what is old (DynamoDB Streams after 24 hours): who comes later must read the whole
/// store.
#[async_trait]
pub trait ChangeLog: Send + Sync {
    /// Up to `limit` changes after `after`; from the oldest kept for `None`. An empty answer means that there is
    /// nothing yet. [`StoreError::Unreadable`] means that the log cannot tell what came after `after`: it has forgotten
    /// some of it, or is another log. Then the whole store must be read.
    async fn read(&self, after: Option<&Position>, limit: usize) -> Result<Vec<Change>, StoreError>;

    /// The position after the last change at present: who rebuilds a projection from the store notes this *before*
    /// reading, and reads on from it.
    async fn head(&self) -> Result<Position, StoreError>;
}

/// A file of a picture in one width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaFile {
    /// WebP.
    pub bytes: Vec<u8>,
}

/// What is known of a stored picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaInfo {
    /// The digest of the picture as it was given.
    pub id: MediaId,
    /// Its natural size in pixels.
    pub width: u32,
    /// Its natural size in pixels.
    pub height: u32,
    /// The widths it can be had in, ascending; the last is the natural one, or the largest that is kept.
    pub widths: Vec<u32>,
}

/// Why a picture was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The bytes are no picture of a format that is known.
    #[error("not a JPEG, PNG or WebP picture")]
    Unreadable,
    /// The picture has too many bytes or would need too much memory.
    #[error("the picture is too large: at most {bytes_max} bytes and {pixels_max} pixels")]
    TooLarge {
        /// The most bytes a picture's file may have.
        bytes_max: u64,
        /// The most pixels a picture may have.
        pixels_max: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps pictures by their content, resized to a set of widths.
#[async_trait]
pub trait MediaStore: Send + Sync {
    /// Keeps the picture; the same bytes again change nothing.
    async fn put(&self, bytes: Vec<u8>) -> Result<MediaInfo, MediaError>;

    /// The id that [`Self::put`] would keep the picture by, if it would take it, without keeping anything: for a dry
    /// run.
    async fn probe(&self, bytes: Vec<u8>) -> Result<MediaId, MediaError>;

    /// What is known of the picture.
    async fn info(&self, id: &MediaId) -> Result<Option<MediaInfo>, StoreError>;

    /// The picture in one of its widths.
    async fn file(&self, id: &MediaId, width: u32) -> Result<Option<MediaFile>, StoreError>;

    /// The bytes that were given: an export carries them, so that an import elsewhere finds the same digest.
    async fn original(&self, id: &MediaId) -> Result<Option<Vec<u8>>, StoreError>;
}
