//! Gift cards: an item each, one for the digest of its code, and one for each entry of its ledger.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use ecom67_app::port::{
    GIFT_CARDS_PAGE_MAX, GiftCardBlock, GiftCardChange, GiftCardIssue, GiftCardIssueError, GiftCardStore, OrderCommit,
    OrderRefused, StoreError,
};
use ecom67_domain::gift_card::{GiftCard, GiftCardDigest, GiftCardEntry, GiftCardMove, RETURNED_MONEY_LASTS};
use ecom67_domain::{Currency, GiftCardId, Money};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use uuid::Uuid;

use super::Table;
use super::call::Attempts;
use super::item::{Item, Reader, text};
use super::key::{Key, SHARDS, gift_card_entries_partition, shard_of};
use super::orders::{Bound, LISTED, query};
use super::transaction::{Condition, Outcome, Transaction};

const DIGEST: &str = "digest";
const HINT: &str = "hint";
const CURRENCY: &str = "currency";
const ISSUED: &str = "issued";
const BALANCE: &str = "balance";
const ISSUED_AT: &str = "issued_at";
const EXPIRES_AT: &str = "expires_at";
const RETURNED_AT: &str = "returned_at";
const BLOCKED_AT: &str = "blocked_at";
const NOTE: &str = "note";
const CARD: &str = "card";
const AMOUNT: &str = "amount";
const AT: &str = "at";
const ACTOR: &str = "actor";

/// Sorts behind every id.
const BEHIND_ALL: &str = "~";

/// Keeps gift cards.
#[derive(Clone, Debug)]
pub struct GiftCardBox {
    pub(super) table: Table,
}

#[async_trait]
impl GiftCardStore for GiftCardBox {
    async fn issue(&self, issue: GiftCardIssue) -> Result<(), GiftCardIssueError> {
        let table = &self.table;
        let card = &issue.card;
        let mut transaction = Transaction::new();
        transaction.put(table, card_item(card), Condition::absent(), ())?;
        transaction.put(table, code_item(card), Condition::absent(), ())?;
        transaction.put(table, entry_item(&issue.entry()), Condition::absent(), ())?;
        let mut attempts = Attempts::within(table.patience);
        // All tries have one token: one whose answer was lost is not refused because of itself.
        let token = Uuid::now_v7().to_string();
        loop {
            match transaction.clone().commit_once(table, &token).await? {
                Outcome::Committed => return Ok(()),
                Outcome::Conflict => attempts.pause().await?,
                Outcome::Refused(_) => {
                    // Issued before, and its answer was lost.
                    let present = table.get(&Key::gift_card(card.id)).await?.as_ref().map(read_card).transpose()?;
                    let is_same = present.is_some_and(|present| present.digest == card.digest);
                    return if is_same { Ok(()) } else { Err(GiftCardIssueError::Taken) };
                }
            }
        }
    }

    async fn block(&self, block: GiftCardBlock) -> Result<bool, StoreError> {
        let table = &self.table;
        let (change, condition) = match block.change {
            GiftCardChange::Block => {
                let condition = Condition::new("attribute_exists(pk) AND attribute_not_exists(#blocked)");
                ("SET #blocked = :at", condition.value(":at", instant(block.at)))
            }
            GiftCardChange::Unblock => ("REMOVE #blocked", Condition::new("attribute_exists(#blocked)")),
        };
        let mut transaction = Transaction::new();
        let condition = condition.name("#blocked", BLOCKED_AT);
        transaction.update(table, &Key::gift_card(block.card), change, condition, ())?;
        transaction.put(table, entry_item(&block.entry()), Condition::absent(), ())?;
        let mut attempts = Attempts::within(table.patience);
        let token = Uuid::now_v7().to_string();
        loop {
            match transaction.clone().commit_once(table, &token).await? {
                Outcome::Committed => return Ok(true),
                Outcome::Conflict => attempts.pause().await?,
                Outcome::Refused(_) => return Ok(false),
            }
        }
    }

    async fn find_many(&self, ids: &[GiftCardId]) -> Result<Vec<GiftCard>, StoreError> {
        let keys: Vec<Key> = ids.iter().take(GIFT_CARDS_PAGE_MAX).copied().map(Key::gift_card).collect();
        let items = self.table.get_many(&keys).await?;
        keys.iter().filter_map(|key| items.get(key)).map(read_card).collect()
    }

    async fn find_by_digest(&self, digest: &GiftCardDigest) -> Result<Option<GiftCard>, StoreError> {
        let Some(item) = self.table.get(&Key::gift_card_code(digest)).await? else { return Ok(None) };
        let id: GiftCardId = Reader::new(&item).parsed(CARD)?;
        self.table.get(&Key::gift_card(id)).await?.as_ref().map(read_card).transpose()
    }

    async fn entries(
        &self,
        id: GiftCardId,
        after: Option<GiftCardMove>,
        limit: usize,
    ) -> Result<Vec<GiftCardEntry>, StoreError> {
        let after = after.map(GiftCardMove::place);
        let limit = limit.min(GIFT_CARDS_PAGE_MAX);
        let items = self.table.query(&gift_card_entries_partition(id), after.as_deref(), limit).await?;
        items.iter().map(|item| read_entry(id, item)).collect()
    }

    async fn list(&self, before: Option<GiftCardId>, limit: usize) -> Result<Vec<GiftCard>, StoreError> {
        let limit = limit.min(GIFT_CARDS_PAGE_MAX);
        let before = before.map_or_else(|| BEHIND_ALL.to_owned(), |id| id.to_string());
        let shards = (0..SHARDS).map(|shard| {
            let (partition, before) = (listed_partition(shard), before.as_str());
            async move { query(&self.table, LISTED, &partition, Bound::Before(before), limit).await }
        });
        let items = try_join_all(shards).await?;
        let ids = items.iter().flatten().map(|item| Reader::new(item).parsed(LISTED.place));
        let mut ids: Vec<GiftCardId> = ids.collect::<Result<_, _>>()?;
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        ids.truncate(limit);
        self.find_many(&ids).await
    }
}

fn listed_partition(shard: u64) -> String {
    format!("gift-cards#{shard:02x}")
}

fn instant(at: Timestamp) -> AttributeValue {
    minor(at.as_microsecond())
}

fn minor(amount: i64) -> AttributeValue {
    AttributeValue::N(amount.to_string())
}

fn card_item(card: &GiftCard) -> Item {
    let mut item = Key::gift_card(card.id).item();
    let id = card.id.to_string();
    let partition = listed_partition(shard_of(&id));
    let always = [
        (DIGEST, AttributeValue::B(Blob::new(card.digest.0))),
        (HINT, text(card.hint.as_str())),
        (CURRENCY, text(card.issued.currency().code())),
        (ISSUED, minor(card.issued.minor())),
        (BALANCE, minor(card.balance.minor())),
        (ISSUED_AT, instant(card.issued_at)),
        (LISTED.partition, text(&partition)),
        (LISTED.place, text(&id)),
    ];
    let sometimes = [
        card.expires_at.map(|at| (EXPIRES_AT, instant(at))),
        card.returned_at.map(|at| (RETURNED_AT, instant(at))),
        card.blocked_at.map(|at| (BLOCKED_AT, instant(at))),
        card.note.as_ref().map(|note| (NOTE, text(note.as_str()))),
    ];
    item.extend(
        always.into_iter().chain(sometimes.into_iter().flatten()).map(|(name, value)| (name.to_owned(), value)),
    );
    item
}

fn code_item(card: &GiftCard) -> Item {
    let mut item = Key::gift_card_code(&card.digest).item();
    item.insert(CARD.to_owned(), text(&card.id.to_string()));
    item
}

fn entry_item(entry: &GiftCardEntry) -> Item {
    let mut item = Key::gift_card_entry(entry.card, entry.what).item();
    let attributes = [
        (AMOUNT, minor(entry.amount.minor())),
        (CURRENCY, text(entry.amount.currency().code())),
        (AT, instant(entry.at)),
        (ACTOR, text(&entry.actor)),
    ];
    item.extend(entry.note.as_ref().map(|note| (NOTE.to_owned(), text(note.as_str()))));
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    item
}

fn read_instant(reader: &Reader<'_>, name: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(reader.number(name)?).map_err(|error| reader.unreadable(error.to_string()))
}

fn read_card(item: &Item) -> Result<GiftCard, StoreError> {
    let reader = Reader::new(item);
    let currency: Currency = reader.parsed(CURRENCY)?;
    let money = |name| Ok::<_, StoreError>(Money::new(reader.number(name)?, currency));
    let sometimes =
        |name| if item.contains_key(name) { read_instant(&reader, name).map(Some) } else { Ok::<_, StoreError>(None) };
    let digest = <[u8; 32]>::try_from(reader.bytes(DIGEST)?);
    Ok(GiftCard {
        id: reader.key().gift_card_id().ok_or_else(|| reader.unreadable("its key is no gift card's"))?,
        digest: GiftCardDigest(digest.map_err(|_| reader.unreadable("its digest has not 32 bytes"))?),
        hint: reader.parsed(HINT)?,
        issued: money(ISSUED)?,
        balance: money(BALANCE)?,
        issued_at: read_instant(&reader, ISSUED_AT)?,
        expires_at: sometimes(EXPIRES_AT)?,
        returned_at: sometimes(RETURNED_AT)?,
        blocked_at: sometimes(BLOCKED_AT)?,
        note: if item.contains_key(NOTE) { Some(reader.parsed(NOTE)?) } else { None },
    })
}

fn read_entry(card: GiftCardId, item: &Item) -> Result<GiftCardEntry, StoreError> {
    let reader = Reader::new(item);
    let what = GiftCardMove::at_place(&reader.key().sk);
    Ok(GiftCardEntry {
        card,
        what: what.ok_or_else(|| reader.unreadable("nothing has this place in a ledger"))?,
        amount: Money::new(reader.number(AMOUNT)?, reader.parsed(CURRENCY)?),
        at: read_instant(&reader, AT)?,
        actor: reader.text(ACTOR)?.into(),
        note: if item.contains_key(NOTE) { Some(reader.parsed(NOTE)?) } else { None },
    })
}

/// Cards to which money was to come back that had expired, or whose last return is later by the clock, as they were then.
pub(super) type Lapsing = BTreeMap<GiftCardId, GiftCard>;

/// The writes by which a commit changes gift cards: the balance and an entry of each, and where money comes back to a
/// card that is among the `lapsing` an entry of what had expired. `why` says of each balance what it means where it is
/// refused, `entered` of each entry, and `written_off` of those of what had expired.
pub(super) fn write<W: Clone>(
    transaction: &mut Transaction<W>,
    table: &Table,
    asked: &OrderCommit,
    lapsing: &Lapsing,
    why: impl Fn(GiftCardEntry) -> W,
    entered: &W,
    written_off: &W,
) -> Result<(), StoreError> {
    for entry in asked.gift_card_entries() {
        let amount = entry.amount.minor();
        let (change, condition) = if amount < 0 {
            let may_pay = "#balance >= :needed AND #currency = :currency AND attribute_not_exists(#blocked)";
            let condition = Condition::new(may_pay)
                .name("#currency", CURRENCY)
                .name("#blocked", BLOCKED_AT)
                .value(":needed", minor(-amount))
                .value(":currency", text(entry.amount.currency().code()));
            ("ADD #balance :amount", condition)
        } else {
            let known = lapsing.get(&entry.card);
            let lapse = known.and_then(|card| Some((card, card.lapse(entry.at)?)));
            let is_later = |card: &GiftCard| card.returned_at.is_some_and(|returned_at| returned_at > entry.at);
            let (change, condition) = match &lapse {
                // Whatever is left has expired: nobody spends of it, so that it hardly ever changes meanwhile.
                Some((card, lapse)) => {
                    transaction.put(table, entry_item(lapse), Condition::absent(), written_off.clone())?;
                    ("SET #balance = :amount, #returned = :at", as_read(card))
                }
                // A clock was ahead: what came back then lasts as long as was promised, and this does, too.
                None if known.is_some_and(is_later) => ("ADD #balance :amount", Condition::new("#returned > :at")),
                None => ("ADD #balance :amount SET #returned = :at", keeps_all(entry.at)),
            };
            (change, condition.name("#returned", RETURNED_AT).value(":at", instant(entry.at)))
        };
        let condition = condition.name("#balance", BALANCE).value(":amount", minor(amount));
        transaction.update(table, &Key::gift_card(entry.card), change, condition, why(entry.clone()))?;
        transaction.put(table, entry_item(&entry), Condition::absent(), entered.clone())?;
    }
    Ok(())
}

/// The card is as it was read, as far as its balance and the time until which it is spent are concerned.
fn as_read(card: &GiftCard) -> Condition {
    let condition = match card.returned_at {
        None => Condition::new("#balance = :read AND attribute_not_exists(#returned)"),
        Some(at) => {
            Condition::new("#balance = :read AND #returned = :returned_read").value(":returned_read", instant(at))
        }
    };
    condition.value(":read", minor(card.balance.minor()))
}

/// There is a card, nothing has come back to it later than at this time, and nothing on it has expired by then.
fn keeps_all(at: Timestamp) -> Condition {
    let lasting = at.saturating_sub(RETURNED_MONEY_LASTS).unwrap_or(Timestamp::MIN);
    Condition::new(
        "attribute_exists(pk) AND (attribute_not_exists(#returned) OR #returned <= :at) \
         AND (#balance = :zero OR attribute_not_exists(#expires) OR #expires > :at OR #returned > :lasting)",
    )
    .name("#expires", EXPIRES_AT)
    .value(":zero", minor(0))
    .value(":lasting", instant(lasting))
}

/// The card to which money was to come back, as it was when that was refused.
pub(super) fn lapsed(entry: &GiftCardEntry, item: Option<&Item>) -> Result<Option<GiftCard>, StoreError> {
    if entry.amount.minor() < 0 { Ok(None) } else { item.map(read_card).transpose() }
}

/// What is told where a card has less than an order was to take, or is blocked; nothing where money was to come back,
/// which no card refuses that is there.
pub(super) fn refused(entry: &GiftCardEntry, item: Option<&Item>) -> Result<Vec<OrderRefused>, StoreError> {
    if entry.amount.minor() >= 0 {
        return Ok(vec![]);
    }
    let card = item.map(read_card).transpose()?;
    let may_pay = |card: &GiftCard| card.balance.currency() == entry.amount.currency() && card.blocked_at.is_none();
    Ok(vec![OrderRefused::GiftCard {
        card: entry.card,
        asked: Money::new(-entry.amount.minor(), entry.amount.currency()),
        balance: card.filter(may_pay).map(|card| card.balance),
    }])
}
