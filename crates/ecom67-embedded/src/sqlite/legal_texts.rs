//! Texts that orders were placed under, in SQLite.

use async_trait::async_trait;
use ecom67_app::port::{LegalText, LegalTexts, StoreError};
use ecom67_domain::order::LegalTextDigest;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Database, UnitError, failed, unreadable};

#[async_trait]
impl LegalTexts for Database {
    async fn keep(&self, text: LegalText) -> Result<(), StoreError> {
        let digest = text.digest();
        // It is there but for the first time, and a commit costs a sync.
        if self.read_rows(move |connection| find(connection, digest)).await?.is_some() {
            return Ok(());
        }
        let answer = self
            .write(move |unit| {
                unit.connection
                    .prepare_cached(
                        "INSERT INTO legal_texts (digest, language, title, body) VALUES (?1, ?2, ?3, ?4) \
                         ON CONFLICT (digest) DO NOTHING",
                    )
                    .and_then(|mut statement| {
                        statement.execute(params![digest.0, text.language.as_str(), text.title, text.body])
                    })
                    .map(drop)
                    .map_err(UnitError::from)
            })
            .await;
        Ok(answer??)
    }

    async fn find(&self, digest: LegalTextDigest) -> Result<Option<LegalText>, StoreError> {
        self.read_rows(move |connection| find(connection, digest)).await
    }
}

fn find(connection: &Connection, digest: LegalTextDigest) -> Result<Option<LegalText>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT language, title, body FROM legal_texts WHERE digest = ?1").map_err(failed)?;
    let row = statement
        .query_row((digest.0,), |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))
        .optional()
        .map_err(failed)?;
    let Some((language, title, body)) = row else { return Ok(None) };
    let language = language.parse().map_err(|_| unreadable(format!("legal text {digest}"), "the language is none"))?;
    Ok(Some(LegalText { language, title, body }))
}
