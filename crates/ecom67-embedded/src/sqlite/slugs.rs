//! Slugs: who goes by them, and who once did.

use ecom67_app::port::{OldSlugs, SaveError};
use ecom67_domain::text::ByLanguage;
use ecom67_domain::{Language, Slug};
use rusqlite::{Connection, OptionalExtension};

use super::UnitError;
use super::write::Unit;

/// Whom a slug leads to, and whether they go by it at present.
pub(super) fn owner(
    connection: &Connection,
    kind: &str,
    language: Language,
    slug: &Slug,
) -> rusqlite::Result<Option<(String, bool)>> {
    connection
        .prepare_cached("SELECT owner, current FROM slugs WHERE kind = ?1 AND language = ?2 AND slug = ?3")?
        .query_row((kind, language.as_str(), slug.as_str()), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Makes `slugs` those that `code` goes by; what it went by before stays with it.
pub(super) fn claim(
    unit: &Unit<'_>,
    kind: &str,
    code: &str,
    slugs: &ByLanguage<Slug>,
    old_slugs: OldSlugs,
) -> Result<(), SaveError> {
    for (language, slug) in slugs {
        let Some((owner, current)) = owner(unit.connection, kind, *language, slug).map_err(UnitError::from)? else {
            continue;
        };
        if owner != code && (current || old_slugs == OldSlugs::Respect) {
            return Err(SaveError::SlugTaken { language: *language, slug: slug.clone(), owner, current });
        }
    }
    let update = || -> rusqlite::Result<()> {
        // Named, since without statistics the planner takes the primary key's first column: every slug of the kind.
        unit.connection
            .prepare_cached(
                "UPDATE slugs INDEXED BY slugs_of_owner SET current = 0 WHERE kind = ?1 AND owner = ?2 AND current = 1",
            )?
            .execute((kind, code))?;
        let mut insert = unit.connection.prepare_cached(
            "INSERT INTO slugs (kind, language, slug, owner, current) VALUES (?1, ?2, ?3, ?4, 1) \
             ON CONFLICT (kind, language, slug) DO UPDATE SET owner = excluded.owner, current = 1",
        )?;
        for (language, slug) in slugs {
            insert.execute((kind, language.as_str(), slug.as_str(), code))?;
        }
        Ok(())
    };
    Ok(update().map_err(UnitError::from)?)
}
