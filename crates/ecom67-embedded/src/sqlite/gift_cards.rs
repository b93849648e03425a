//! Gift cards in SQLite.

use async_trait::async_trait;
use ecom67_app::port::{
    GIFT_CARDS_PAGE_MAX, GiftCardBlock, GiftCardChange, GiftCardIssue, GiftCardIssueError, GiftCardStore,
    GiftCardWrite, OrderCommit, OrderRefused, StoreError,
};
use ecom67_domain::gift_card::{GiftCard, GiftCardDigest, GiftCardEntry, GiftCardMove};
use ecom67_domain::{Currency, GiftCardId, Money};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Database, UnitError, failed, micros, timestamp, unreadable};

#[async_trait]
impl GiftCardStore for Database {
    async fn issue(&self, issue: GiftCardIssue) -> Result<(), GiftCardIssueError> {
        let answer = self.write(move |unit| insert(unit.connection, &issue)).await;
        answer.map_err(StoreError::from)?
    }

    async fn block(&self, block: GiftCardBlock) -> Result<bool, StoreError> {
        Ok(self.write(move |unit| change_block(unit.connection, &block)).await??)
    }

    async fn find_many(&self, ids: &[GiftCardId]) -> Result<Vec<GiftCard>, StoreError> {
        let ids = ids[..ids.len().min(GIFT_CARDS_PAGE_MAX)].to_vec();
        self.read_rows(move |connection| {
            ids.into_iter().filter_map(|id| find(connection, id).transpose()).collect::<Result<_, _>>()
        })
        .await
    }

    async fn find_by_digest(&self, digest: &GiftCardDigest) -> Result<Option<GiftCard>, StoreError> {
        let digest = digest.0;
        self.read_rows(move |connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT id, digest, hint, currency, issued, balance, issued_at, expires_at, returned_at, \
                     note, blocked_at FROM gift_cards WHERE digest = ?1",
                )
                .map_err(failed)?;
            let mut rows = statement.query((digest,)).map_err(failed)?;
            rows.next().map_err(failed)?.map(read_card).transpose()
        })
        .await
    }

    async fn entries(
        &self,
        id: GiftCardId,
        after: Option<GiftCardMove>,
        limit: usize,
    ) -> Result<Vec<GiftCardEntry>, StoreError> {
        let after = after.map(GiftCardMove::place).unwrap_or_default();
        let limit = limit.min(GIFT_CARDS_PAGE_MAX);
        self.read(move |connection| {
            let Some(card) = find(connection, id)? else { return Ok(Vec::new()) };
            let mut statement = connection
                .prepare_cached(
                    "SELECT place, amount, at, actor, note FROM gift_card_entries WHERE card = ?1 AND place > ?2 \
                     ORDER BY place LIMIT ?3",
                )
                .map_err(failed)?;
            let mut rows = statement.query((key(id), after, limit)).map_err(failed)?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                entries.push(read_entry(id, card.balance.currency(), row)?);
            }
            Ok(entries)
        })
        .await
    }

    async fn list(&self, before: Option<GiftCardId>, limit: usize) -> Result<Vec<GiftCard>, StoreError> {
        let before = before.map_or([0xFF; 16], key);
        let limit = limit.min(GIFT_CARDS_PAGE_MAX);
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT id, digest, hint, currency, issued, balance, issued_at, expires_at, returned_at, \
                     note, blocked_at FROM gift_cards WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
                )
                .map_err(failed)?;
            let mut rows = statement.query((before, limit)).map_err(failed)?;
            let mut cards = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                cards.push(read_card(row)?);
            }
            Ok(cards)
        })
        .await
    }
}

fn key(id: GiftCardId) -> [u8; 16] {
    id.number().to_be_bytes()
}

fn find(connection: &Connection, id: GiftCardId) -> Result<Option<GiftCard>, StoreError> {
    let mut statement = connection
        .prepare_cached(
            "SELECT id, digest, hint, currency, issued, balance, issued_at, expires_at, returned_at, \
                     note, blocked_at FROM gift_cards WHERE id = ?1",
        )
        .map_err(failed)?;
    let mut rows = statement.query((key(id),)).map_err(failed)?;
    rows.next().map_err(failed)?.map(read_card).transpose()
}

/// A card, by its columns in the order in which every statement here names them.
fn read_card(row: &Row<'_>) -> Result<GiftCard, StoreError> {
    let id: [u8; 16] = row.get(0).map_err(|_| unreadable("a gift card", "its id has not 16 bytes"))?;
    let id = GiftCardId::new(u128::from_be_bytes(id));
    let unread = |reason: String| unreadable(id.to_string(), reason);
    let text = |index: usize| row.get::<_, String>(index).map_err(failed);
    let currency: Currency = text(3)?.parse().map_err(|invalid| unread(format!("{invalid:?}")))?;
    let money = |index: usize| row.get(index).map(|minor| Money::new(minor, currency)).map_err(failed);
    let instant = |index: usize| row.get::<_, Option<i64>>(index).map_err(failed)?.map(timestamp).transpose();
    let note: Option<String> = row.get(9).map_err(failed)?;
    Ok(GiftCard {
        id,
        digest: GiftCardDigest(row.get(1).map_err(|_| unread("its digest has not 32 bytes".to_owned()))?),
        hint: text(2)?.parse().map_err(|invalid| unread(format!("{invalid:?}")))?,
        issued: money(4)?,
        balance: money(5)?,
        issued_at: timestamp(row.get(6).map_err(failed)?)?,
        expires_at: instant(7)?,
        returned_at: instant(8)?,
        blocked_at: instant(10)?,
        note: note.map(|note| note.parse()).transpose().map_err(|invalid| unread(format!("{invalid:?}")))?,
    })
}

fn read_entry(card: GiftCardId, currency: Currency, row: &Row<'_>) -> Result<GiftCardEntry, StoreError> {
    let place: String = row.get(0).map_err(failed)?;
    let what = GiftCardMove::at_place(&place)
        .ok_or_else(|| unreadable(format!("ledger of {card}"), format!("nothing has the place {place:?}")))?;
    let actor: String = row.get(3).map_err(failed)?;
    let note: Option<String> = row.get(4).map_err(failed)?;
    let note = note.map(|note| note.parse()).transpose();
    Ok(GiftCardEntry {
        card,
        what,
        amount: Money::new(row.get(1).map_err(failed)?, currency),
        at: timestamp(row.get(2).map_err(failed)?)?,
        actor: actor.into(),
        note: note.map_err(|invalid| unreadable(format!("ledger of {card}"), format!("{invalid:?}")))?,
    })
}

fn insert(connection: &Connection, issue: &GiftCardIssue) -> Result<(), GiftCardIssueError> {
    let card = &issue.card;
    if let Some(present) = find(connection, card.id)? {
        // Issued before, and its answer was lost.
        return if present.digest == card.digest { Ok(()) } else { Err(GiftCardIssueError::Taken) };
    }
    let is_taken = connection
        .prepare_cached("SELECT 1 FROM gift_cards WHERE digest = ?1")
        .and_then(|mut statement| statement.exists((card.digest.0,)))
        .map_err(UnitError::from)?;
    if is_taken {
        return Err(GiftCardIssueError::Taken);
    }
    connection
        .prepare_cached(
            "INSERT INTO gift_cards (id, digest, hint, currency, issued, balance, issued_at, expires_at, note) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                key(card.id),
                card.digest.0,
                card.hint.as_str(),
                card.issued.currency().code(),
                card.issued.minor(),
                micros(card.issued_at),
                card.expires_at.map(micros),
                card.note.as_ref().map(ecom67_domain::cart::Note::as_str),
            ])
        })
        .map_err(UnitError::from)?;
    write_entry(connection, &issue.entry()).map_err(UnitError::from)?;
    Ok(())
}

fn change_block(connection: &Connection, block: &GiftCardBlock) -> Result<bool, UnitError> {
    let (is_blocked, blocked_at) = match block.change {
        GiftCardChange::Block => (false, Some(micros(block.at))),
        GiftCardChange::Unblock => (true, None),
    };
    let changed = connection
        .prepare_cached("UPDATE gift_cards SET blocked_at = ?3 WHERE id = ?1 AND (blocked_at IS NOT NULL) = ?2")?
        .execute((key(block.card), is_blocked, blocked_at))?;
    if changed > 0 {
        write_entry(connection, &block.entry())?;
    }
    Ok(changed > 0)
}

fn write_entry(connection: &Connection, entry: &GiftCardEntry) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO gift_card_entries (card, place, amount, at, actor, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            key(entry.card),
            entry.what.place(),
            entry.amount.minor(),
            micros(entry.at),
            entry.actor.as_ref(),
            entry.note.as_ref().map(ecom67_domain::cart::Note::as_str),
        ])
        .map(drop)
}

/// Looks whether each card has what a commit takes of it, and returns the entries that the commit makes: before what
/// comes back to a card, what had expired of it.
pub(super) fn check(
    connection: &Connection,
    asked: &OrderCommit,
    refused: &mut Vec<OrderRefused>,
) -> Result<Vec<GiftCardEntry>, StoreError> {
    let entries = asked.gift_card_entries();
    if asked.gift_cards != GiftCardWrite::Spend {
        let mut with_lapses = Vec::with_capacity(entries.len());
        for entry in entries {
            with_lapses.extend(find(connection, entry.card)?.and_then(|card| card.lapse(entry.at)));
            with_lapses.push(entry);
        }
        return Ok(with_lapses);
    }
    for entry in &entries {
        let present: Option<i64> = connection
            .prepare_cached("SELECT balance FROM gift_cards WHERE id = ?1 AND currency = ?2 AND blocked_at IS NULL")
            .and_then(|mut statement| {
                statement.query_row((key(entry.card), entry.amount.currency().code()), |row| row.get(0)).optional()
            })
            .map_err(failed)?;
        if present.is_none_or(|balance| balance + entry.amount.minor() < 0) {
            let money = |minor| Money::new(minor, entry.amount.currency());
            refused.push(OrderRefused::GiftCard {
                card: entry.card,
                asked: money(-entry.amount.minor()),
                balance: present.map(money),
            });
        }
    }
    Ok(entries)
}

/// Changes the balances. A card that has an entry already, or is not there, fails the whole commit: that is damage.
pub(super) fn write(connection: &Connection, entries: &[GiftCardEntry]) -> rusqlite::Result<()> {
    for entry in entries {
        let returned_at = (entry.amount.minor() > 0).then(|| micros(entry.at));
        connection
            .prepare_cached(
                // Not back to an earlier time, whatever a clock says that was ahead before. The largest of nothing is nothing.
                "UPDATE gift_cards SET balance = balance + ?2, \
                 returned_at = coalesce(max(?3, coalesce(returned_at, ?3)), returned_at) WHERE id = ?1",
            )?
            .execute((key(entry.card), entry.amount.minor(), returned_at))?;
        write_entry(connection, entry)?;
    }
    Ok(())
}

/// A card whose balance is not what its ledger adds up to.
pub(super) struct Difference {
    pub(super) card: String,
    pub(super) balance: i64,
    pub(super) ledger: i64,
}

/// How many cards there are behind `after`, up to `limit`, which of them differ from their ledgers, and the last one's
/// key.
pub(super) fn differences(
    connection: &Connection,
    after: &[u8],
    limit: usize,
) -> rusqlite::Result<(u64, Vec<Difference>, Option<Vec<u8>>)> {
    let mut statement = connection.prepare_cached(
        "SELECT id, balance, (SELECT coalesce(sum(amount), 0) FROM gift_card_entries WHERE card = gift_cards.id) \
         FROM gift_cards WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let mut rows = statement.query((after, limit))?;
    let (mut count, mut differences, mut last) = (0, Vec::new(), None);
    while let Some(row) = rows.next()? {
        let (id, balance, ledger): (Vec<u8>, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        count += 1;
        if balance != ledger {
            let number = <[u8; 16]>::try_from(id.as_slice()).map(u128::from_be_bytes);
            let card = number.map_or_else(|_| "a gift card".to_owned(), |number| GiftCardId::new(number).to_string());
            differences.push(Difference { card, balance, ledger });
        }
        last = Some(id);
    }
    Ok((count, differences, last))
}
