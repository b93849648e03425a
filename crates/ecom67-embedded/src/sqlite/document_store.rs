//! Documents in SQLite.

use async_trait::async_trait;
use ecom67_app::document::{DocumentKey, DocumentKind, ShopDocument, from_json};
use ecom67_app::port::{
    DocumentSave, DocumentStore, OldSlugs, PAGE_MAX, SaveError, SlugMatch, StoreError, Stored, Subject,
};
use ecom67_domain::{Language, Slug, Version};
use rusqlite::{Connection, OptionalExtension};

use super::write::Unit;
use super::{Database, UnitError, failed, slugs, unreadable};

#[async_trait]
impl DocumentStore for Database {
    async fn find(&self, key: &DocumentKey) -> Result<Option<Stored<ShopDocument>>, StoreError> {
        let key = key.clone();
        self.read(move |connection| {
            let row: Option<(i64, String)> = connection
                .prepare_cached("SELECT version, record FROM documents WHERE kind = ?1 AND code = ?2")
                .and_then(|mut statement| {
                    statement.query_row((key.kind.as_str(), &key.code), |row| Ok((row.get(0)?, row.get(1)?))).optional()
                })
                .map_err(failed)?;
            row.map(|(version, record)| read_document(&key, version, &record)).transpose()
        })
        .await
    }

    async fn find_by_slug(
        &self,
        kind: DocumentKind,
        language: Language,
        slug: &Slug,
    ) -> Result<Option<SlugMatch<String>>, StoreError> {
        let slug = slug.clone();
        self.read(move |connection| {
            let found = slugs::owner(connection, kind.as_str(), language, &slug).map_err(failed)?;
            Ok(found.map(|(code, current)| SlugMatch { code, current }))
        })
        .await
    }

    async fn list(
        &self,
        kind: DocumentKind,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Stored<ShopDocument>>, StoreError> {
        let after = after.unwrap_or_default().to_owned();
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT code, version, record FROM documents WHERE kind = ?1 AND code > ?2 ORDER BY code LIMIT ?3",
                )
                .map_err(failed)?;
            let mut rows = statement.query((kind.as_str(), after, limit.min(PAGE_MAX))).map_err(failed)?;
            let mut documents = Vec::new();
            while let Some(row) = rows.next().map_err(failed)? {
                let key = DocumentKey { kind, code: row.get(0).map_err(failed)? };
                let record: String = row.get(2).map_err(failed)?;
                documents.push(read_document(&key, row.get(1).map_err(failed)?, &record)?);
            }
            Ok(documents)
        })
        .await
    }

    async fn save(&self, save: DocumentSave) -> Result<Version, SaveError> {
        let record = serde_json::to_string(&save.document).map_err(StoreError::failed)?;
        let answer = self.write(move |unit| save_document(unit, &save, &record)).await;
        answer.map_err(StoreError::from)?
    }

    async fn remove(&self, key: &DocumentKey, read_at: Version) -> Result<(), SaveError> {
        let key = key.clone();
        let answer = self.write(move |unit| remove_document(unit, &key, read_at)).await;
        answer.map_err(StoreError::from)?
    }
}

/// Reads a document whose kind is only known by name.
pub(super) fn read_named(
    kind: &str,
    code: &str,
    version: i64,
    record: &str,
) -> Result<Stored<ShopDocument>, StoreError> {
    let kind = DocumentKind::parse(kind).ok_or_else(|| unreadable(format!("{kind}/{code}"), "an unknown kind"))?;
    read_document(&DocumentKey { kind, code: code.to_owned() }, version, record)
}

fn read_document(key: &DocumentKey, version: i64, record: &str) -> Result<Stored<ShopDocument>, StoreError> {
    let value = from_json(record.as_bytes()).map_err(|violations| unreadable(key.to_string(), violations))?;
    Ok(Stored { value, version: Version(version.cast_unsigned()) })
}

fn present_version(connection: &Connection, key: &DocumentKey) -> rusqlite::Result<Option<Version>> {
    connection
        .prepare_cached("SELECT version FROM documents WHERE kind = ?1 AND code = ?2")?
        .query_row((key.kind.as_str(), &key.code), |row| row.get::<_, i64>(0))
        .optional()
        .map(|version| version.map(|version| Version(version.cast_unsigned())))
}

fn save_document(unit: &mut Unit<'_>, save: &DocumentSave, record: &str) -> Result<Version, SaveError> {
    let key = save.document.key();
    let present = present_version(unit.connection, &key).map_err(UnitError::from)?;
    if present != save.read_at {
        return Err(SaveError::Stale { present });
    }
    slugs::claim(unit, key.kind.as_str(), &key.code, &save.document.slugs(), OldSlugs::TakeOver)?;
    let version = present.map_or(Version::FIRST, Version::next);
    let mut write = || -> rusqlite::Result<()> {
        unit.connection
            .prepare_cached(
                "INSERT INTO documents (kind, code, version, record) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (kind, code) DO UPDATE SET version = excluded.version, record = excluded.record",
            )?
            .execute((key.kind.as_str(), &key.code, version.0.cast_signed(), record))?;
        unit.changed(Subject::Document(key.clone()))
    };
    write().map_err(UnitError::from)?;
    Ok(version)
}

fn remove_document(unit: &mut Unit<'_>, key: &DocumentKey, read_at: Version) -> Result<(), SaveError> {
    let present = present_version(unit.connection, key).map_err(UnitError::from)?;
    if present != Some(read_at) {
        return Err(SaveError::Stale { present });
    }
    let mut remove = || -> rusqlite::Result<()> {
        unit.connection
            .prepare_cached("DELETE FROM documents WHERE kind = ?1 AND code = ?2")?
            .execute((key.kind.as_str(), &key.code))?;
        // Named, since without statistics the planner takes the primary key's first column: every slug of the kind.
        unit.connection
            .prepare_cached("DELETE FROM slugs INDEXED BY slugs_of_owner WHERE kind = ?1 AND owner = ?2")?
            .execute((key.kind.as_str(), &key.code))?;
        unit.changed(Subject::Document(key.clone()))
    };
    Ok(remove().map_err(UnitError::from)?)
}
