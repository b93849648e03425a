//! Which mails were sent, in SQLite.

use async_trait::async_trait;
use ecom67_app::port::{FORGET_MAILS_MAX, MailClaim, MailId, SENT_MEMORY, SentMails, StoreError};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::{Database, UnitError, failed, micros};

#[async_trait]
impl SentMails for Database {
    async fn claim(&self, mail: &MailId, now: Timestamp, until: Timestamp) -> Result<MailClaim, StoreError> {
        let key = mail.to_string();
        // Repeats are mostly of mails that were sent long ago, and a commit costs a sync.
        let present = {
            let key = key.clone();
            self.read(move |connection| standing(connection, &key, micros(now)).map_err(failed)).await?
        };
        if present != MailClaim::Claimed {
            return Ok(present);
        }
        let answer = self
            .write(move |unit| {
                let standing = standing(unit.connection, &key, micros(now))?;
                if standing == MailClaim::Claimed {
                    claim(unit.connection, &key, micros(until))?;
                }
                Ok::<_, UnitError>(standing)
            })
            .await;
        Ok(answer??)
    }

    async fn note_sent(&self, mail: &MailId, at: Timestamp) -> Result<(), StoreError> {
        let key = mail.to_string();
        let expires_at = at.saturating_add(SENT_MEMORY).unwrap_or(Timestamp::MAX);
        let answer = self
            .write(move |unit| {
                unit.connection
                    .prepare_cached(
                        "INSERT INTO sent_mails (id, claimed_until, sent_at, expires_at) VALUES (?1, ?2, ?2, ?3) \
                         ON CONFLICT (id) DO UPDATE SET sent_at = excluded.sent_at, expires_at = excluded.expires_at",
                    )
                    .and_then(|mut statement| statement.execute((key, micros(at), micros(expires_at))))
                    .map(drop)
                    .map_err(UnitError::from)
            })
            .await;
        Ok(answer??)
    }

    async fn release(&self, mail: &MailId, until: Timestamp) -> Result<(), StoreError> {
        let key = mail.to_string();
        let answer = self
            .write(move |unit| {
                unit.connection
                    .prepare_cached("DELETE FROM sent_mails WHERE id = ?1 AND claimed_until = ?2 AND sent_at IS NULL")
                    .and_then(|mut statement| statement.execute((key, micros(until))))
                    .map(drop)
                    .map_err(UnitError::from)
            })
            .await;
        Ok(answer??)
    }

    async fn forget(&self, now: Timestamp) -> Result<usize, StoreError> {
        let now = micros(now);
        // Mostly there is nothing to forget.
        let has_any = self.read(move |connection| has_expired(connection, now).map_err(failed)).await?;
        if !has_any {
            return Ok(0);
        }
        let answer = self
            .bulk()
            .write(move |unit| {
                unit.connection
                    .prepare_cached(
                        "DELETE FROM sent_mails WHERE id IN \
                         (SELECT id FROM sent_mails WHERE expires_at <= ?1 LIMIT ?2)",
                    )
                    .and_then(|mut statement| statement.execute((now, FORGET_MAILS_MAX)))
                    .map_err(UnitError::from)
            })
            .await;
        Ok(answer??)
    }
}

/// What whoever claims the mail now is answered.
fn standing(connection: &Connection, key: &str, now: i64) -> rusqlite::Result<MailClaim> {
    let mut statement = connection.prepare_cached("SELECT claimed_until, sent_at FROM sent_mails WHERE id = ?1")?;
    let row = statement.query_row((key,), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?)));
    Ok(match row.optional()? {
        Some((_, Some(_))) => MailClaim::Sent,
        Some((until, None)) if until > now => MailClaim::Busy,
        Some((_, None)) | None => MailClaim::Claimed,
    })
}

/// A claim that nobody came back to is forgotten when it has run out.
fn claim(connection: &Connection, key: &str, until: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO sent_mails (id, claimed_until, sent_at, expires_at) VALUES (?1, ?2, NULL, ?2) \
             ON CONFLICT (id) DO UPDATE SET claimed_until = excluded.claimed_until, expires_at = excluded.expires_at",
        )?
        .execute((key, until))
        .map(drop)
}

fn has_expired(connection: &Connection, now: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM sent_mails WHERE expires_at <= ?1 LIMIT 1")?.exists((now,))
}
