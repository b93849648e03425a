//! Keys: which item lies where, and what a key says of it.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::document::{DocumentKey, DocumentKind};
use ecom67_app::port::{IdempotencyKey, MailId, MessageId, QueueName, Subject};
use ecom67_app::search_log::{CountedKind, SearchScope};
use ecom67_domain::gift_card::{GiftCardDigest, GiftCardMove};
use ecom67_domain::order::{LegalTextDigest, Meter};
use ecom67_domain::{CartId, GiftCardId, Language, OrderId, OrderNumber, ProductCode, Sku, Slug, Version};
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::item::Item;

pub(super) const PK: &str = "pk";
pub(super) const SK: &str = "sk";

/// How many partitions products are spread over, and stock records likewise. Never changes: it decides where they lie.
pub(super) const SHARDS: u64 = 16;

/// The sort key of an item that is alone in its partition.
const ALONE: &str = "-";

/// Stands before the id of an order.
const ORDER: &str = "order#";

/// Stands before the id of a gift card.
const GIFT_CARD: &str = "gift-card#";

/// What the keys of meters begin with.
pub(super) const METER: &str = "meter#";

/// Stands before what has a sum of its own.
const OWN: char = '=';
/// The partition of all dead letters: they are few, and only their indexer writes them.
pub(super) const DEAD_LETTERS: &str = "dead-letters";

/// Seconds are counted from before the first instant there is, so that they sort as text.
const SECONDS_BEFORE_EPOCH: i64 = 1_000_000_000_000;

/// The key of one item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

/// What a slug is unique among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlugSpace {
    Products,
    Documents(DocumentKind),
}

/// Which list of many records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    Products,
    Stock,
}

impl Spread {
    pub(super) fn partition(self, shard: u64) -> String {
        let name = match self {
            Self::Products => "product",
            Self::Stock => "stock",
        };
        format!("{name}#{shard:02x}")
    }

    fn key(self, code: &str) -> Key {
        Key { pk: self.partition(shard_of(code)), sk: code.to_owned() }
    }
}

/// FNV-1a, written out here: the place of an item must not depend on the version of any library.
pub(super) fn hash_of(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    // The low bits of FNV are its weakest.
    hash ^ (hash >> 32)
}

/// The shard in which the record with this key lies.
pub(super) fn shard_of(code: &str) -> u64 {
    hash_of(code) % SHARDS
}

impl Key {
    fn alone(pk: String) -> Self {
        Self { pk, sk: ALONE.to_owned() }
    }

    pub(super) fn product(code: &ProductCode) -> Self {
        Spread::Products.key(code.as_str())
    }

    pub(super) fn prices(code: &ProductCode, at: Timestamp, version: Version) -> Self {
        Self { pk: prices_partition(code), sk: format!("{}#{:020}", sortable(at), version.0) }
    }

    pub(super) fn document(key: &DocumentKey) -> Self {
        Self { pk: document_partition(key.kind), sk: key.code.clone() }
    }

    pub(super) fn slug(space: SlugSpace, language: Language, slug: &Slug) -> Self {
        let kind = match space {
            SlugSpace::Products => "product",
            SlugSpace::Documents(kind) => kind.as_str(),
        };
        Self::alone(format!("slug#{kind}#{language}#{slug}"))
    }

    pub(super) fn sku(sku: &Sku) -> Self {
        Self::alone(format!("sku#{sku}"))
    }

    pub(super) fn contest(code: &ProductCode) -> Self {
        Self::alone(format!("contest#{code}"))
    }

    pub(super) fn stock(sku: &Sku) -> Self {
        Spread::Stock.key(sku.as_str())
    }

    pub(super) fn ledger(sku: &Sku, sequence: u64) -> Self {
        Self { pk: ledger_partition(sku), sk: ledger_place(sequence) }
    }

    /// A token may be longer than a key can be, so its digest stands for it.
    pub(super) fn token(sku: &Sku, token: &str) -> Self {
        Self { pk: format!("token#{sku}"), sk: format!("{:x}", Sha256::digest(token)) }
    }

    /// What has a sum; an empty `subject` stands for all that have none of their own.
    pub(super) fn count(day: Date, scope: &SearchScope, kind: CountedKind, subject: &str) -> Self {
        let sk = if subject.is_empty() { ALONE.to_owned() } else { format!("{OWN}{subject}") };
        Self { pk: format!("counts#{}", counts_of(day, scope, kind)), sk }
    }

    /// How many sums there are of one kind, on one day.
    pub(super) fn count_places(day: Date, scope: &SearchScope, kind: CountedKind) -> Self {
        Self::alone(format!("places#{}", counts_of(day, scope, kind)))
    }

    /// What the sum at this key is of; empty for the others.
    pub(super) fn counted(&self) -> &str {
        self.sk.strip_prefix(OWN).unwrap_or_default()
    }

    pub(super) fn cart(id: CartId) -> Self {
        Self::alone(format!("cart#{id}"))
    }

    pub(super) fn cart_request(cart: CartId, key: &IdempotencyKey) -> Self {
        Self { pk: format!("cart-request#{cart}"), sk: key.to_string() }
    }

    pub(super) fn order(id: OrderId) -> Self {
        Self::alone(format!("{ORDER}{id}"))
    }

    /// Which order the item at this key is.
    pub(super) fn order_id(&self) -> Option<OrderId> {
        self.pk.strip_prefix(ORDER)?.parse().ok()
    }

    pub(super) fn order_contact(id: OrderId) -> Self {
        Self::alone(format!("order-contact#{id}"))
    }

    pub(super) fn order_events(id: OrderId, version: Version) -> Self {
        Self { pk: order_events_partition(id), sk: format!("{:020}", version.0) }
    }

    pub(super) fn order_number(number: OrderNumber) -> Self {
        Self::alone(format!("order-number#{}", number.as_str()))
    }

    pub(super) fn checkout_request(cart: CartId, key: &IdempotencyKey) -> Self {
        Self { pk: format!("checkout-request#{cart}"), sk: key.to_string() }
    }

    pub(super) fn meter(meter: &Meter) -> Self {
        Self::alone(format!("{METER}{meter}"))
    }

    /// The name of the meter that the item at this key is.
    pub(super) fn meter_name(&self) -> Option<&str> {
        self.pk.strip_prefix(METER)
    }

    pub(super) fn legal_text(digest: &LegalTextDigest) -> Self {
        Self::alone(format!("legal-text#{digest}"))
    }

    pub(super) fn gift_card(id: GiftCardId) -> Self {
        Self::alone(format!("{GIFT_CARD}{id}"))
    }

    /// Which gift card the item at this key is.
    pub(super) fn gift_card_id(&self) -> Option<GiftCardId> {
        self.pk.strip_prefix(GIFT_CARD)?.parse().ok()
    }

    pub(super) fn gift_card_code(digest: &GiftCardDigest) -> Self {
        let digits: String = digest.0.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::alone(format!("gift-card-code#{digits}"))
    }

    pub(super) fn gift_card_entry(id: GiftCardId, what: GiftCardMove) -> Self {
        Self { pk: gift_card_entries_partition(id), sk: what.place() }
    }

    pub(super) fn sent_mail(mail: &MailId) -> Self {
        Self::alone(format!("sent-mail#{mail}"))
    }

    pub(super) fn dead_letter(product: &ProductCode) -> Self {
        Self { pk: DEAD_LETTERS.to_owned(), sk: product.to_string() }
    }

    pub(super) fn dead_message(queue: QueueName, id: &MessageId) -> Self {
        Self { pk: dead_messages_partition(queue), sk: id.to_string() }
    }

    /// What the record at this key is, where it is one that the change log tells of.
    pub(super) fn subject(&self) -> Option<Subject> {
        let (kind, rest) = self.pk.split_once('#')?;
        match kind {
            "product" => Some(Subject::Product(self.sk.parse().ok()?)),
            "stock" => Some(Subject::Stock(self.sk.parse().ok()?)),
            "document" => {
                Some(Subject::Document(DocumentKey { kind: DocumentKind::parse(rest)?, code: self.sk.clone() }))
            }
            _ => None,
        }
    }

    /// The key's attributes.
    pub(super) fn item(&self) -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        Item::from([(PK.to_owned(), text(&self.pk)), (SK.to_owned(), text(&self.sk))])
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.subject() {
            // As every store names it, for whoever has to go on behind it.
            Some(subject) => subject.fmt(formatter),
            None => write!(formatter, "{}/{}", self.pk, self.sk),
        }
    }
}

fn counts_of(day: Date, scope: &SearchScope, kind: CountedKind) -> String {
    format!("{day}#{}#{}#{}", scope.language, scope.market, kind.as_str())
}

pub(super) fn prices_partition(code: &ProductCode) -> String {
    format!("prices#{code}")
}

pub(super) fn document_partition(kind: DocumentKind) -> String {
    format!("document#{}", kind.as_str())
}

pub(super) fn order_events_partition(id: OrderId) -> String {
    format!("order-events#{id}")
}

pub(super) fn gift_card_entries_partition(id: GiftCardId) -> String {
    format!("gift-card-entries#{id}")
}

pub(super) fn dead_messages_partition(queue: QueueName) -> String {
    format!("dead-messages#{queue}")
}

pub(super) fn ledger_partition(sku: &Sku) -> String {
    format!("ledger#{sku}")
}

pub(super) fn ledger_place(sequence: u64) -> String {
    format!("{sequence:020}")
}

/// An instant as text that sorts as instants do.
pub(super) fn sortable(at: Timestamp) -> String {
    let nanoseconds = at.as_nanosecond() + i128::from(SECONDS_BEFORE_EPOCH) * 1_000_000_000;
    format!("{nanoseconds:022}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_sort_as_their_texts_do() {
        let instants = [
            Timestamp::MIN,
            Timestamp::from_nanosecond(-1).unwrap(),
            Timestamp::UNIX_EPOCH,
            Timestamp::from_nanosecond(1).unwrap(),
            Timestamp::from_second(1_793_620_800).unwrap(),
            Timestamp::MAX,
        ];

        let texts = instants.map(sortable);

        assert!(texts.is_sorted(), "{texts:?}");
        assert!(texts.iter().all(|text| text.len() == texts[0].len()), "{texts:?}");
    }

    #[test]
    fn a_record_lies_where_it_always_lay() {
        // Written down on the first day: a change would lose every record.
        let places = ["mug", "MUG-1", "24-MB01", "WS12-XS-Blue 2/4"].map(shard_of);

        assert_eq!(places, PLACES);
    }

    const PLACES: [u64; 4] = [9, 0, 7, 0];

    #[test]
    fn records_spread_evenly_over_the_shards() {
        let mut counts = vec![0_u32; usize::try_from(SHARDS).unwrap()];
        for index in 0..16_000 {
            counts[usize::try_from(shard_of(&format!("SKU-{index:05}"))).unwrap()] += 1;
        }

        assert!(counts.iter().all(|count| (800..1_200).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_key_says_which_record_changed() {
        let key = DocumentKey { kind: DocumentKind::Category, code: "mugs".to_owned() };

        assert_eq!(
            Key::product(&"Mug 1/b".parse().unwrap()).subject(),
            Some(Subject::Product("Mug 1/b".parse().unwrap()))
        );
        assert_eq!(Key::stock(&"MUG#1".parse().unwrap()).subject(), Some(Subject::Stock("MUG#1".parse().unwrap())));
        assert_eq!(Key::document(&key).subject(), Some(Subject::Document(key)));
        assert_eq!(Key::sku(&"MUG".parse().unwrap()).subject(), None);
        assert_eq!(Key::ledger(&"MUG".parse().unwrap(), 1).subject(), None);
        assert_eq!(Key::order(OrderId::new(7)).subject(), None);
        assert_eq!(Key::order(OrderId::new(7)).order_id(), Some(OrderId::new(7)));
        assert_eq!(Key::order_contact(OrderId::new(7)).order_id(), None);
    }

    #[test]
    fn a_record_is_named_as_every_store_names_it() {
        let key = DocumentKey { kind: DocumentKind::Category, code: "mugs".to_owned() };

        assert_eq!(Key::product(&"Mug 1/b".parse().unwrap()).to_string(), "product Mug 1/b");
        assert_eq!(Key::stock(&"MUG#1".parse().unwrap()).to_string(), "stock of MUG#1");
        assert_eq!(Key::document(&key).to_string(), key.to_string());
    }
}
