//! What was searched and looked at, in SQLite.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use async_trait::async_trait;
use ecom67_app::port::StoreError;
use ecom67_app::search_log::{
    AddError, Addition, COUNTS_PAGE_MAX, Counted, CountedKind, Counts, FORGET_COUNTS_MAX, SearchCountStore,
    SearchScope, Standing,
};
use jiff::civil::Date;
use rusqlite::{Connection, Row};

use super::write::Unit;
use super::{Database, UnitError, failed};

#[async_trait]
impl SearchCountStore for Database {
    async fn add(&self, day: Date, additions: Vec<Addition>, distinct_max: usize) -> Result<(), AddError> {
        let written = additions.clone();
        let answer = self.write(move |unit| add(unit, day, &written, distinct_max).map_err(UnitError::from)).await;
        let source = match answer {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => StoreError::from(error),
            Err(error) => StoreError::from(error),
        };
        // A unit is written whole or not at all.
        let unwritten = if matches!(source, StoreError::OutcomeUnknown) { Vec::new() } else { additions };
        Err(AddError { unwritten, source })
    }

    async fn list(
        &self,
        day: Date,
        scope: &SearchScope,
        kind: CountedKind,
        after: Option<&Counted>,
        limit: usize,
    ) -> Result<Vec<(Counted, Counts)>, StoreError> {
        let scope = scope.clone();
        // The first text behind another is the same with the least character at its end.
        let from = after.map(|after| format!("{}\0", after.as_str())).unwrap_or_default();
        self.read(move |connection| {
            let mut statement = connection
                .prepare_cached(
                    "SELECT subject, searches, empty, hits, clicks, positions, views FROM search_counts \
                     WHERE day = ?1 AND language = ?2 AND market = ?3 AND kind = ?4 AND subject >= ?5 \
                     ORDER BY subject LIMIT ?6",
                )
                .map_err(failed)?;
            let limit = limit.min(COUNTS_PAGE_MAX);
            let (language, market) = (scope.language.as_str(), scope.market.as_str());
            let rows = statement
                .query_map((day.to_string(), language, market, kind.as_str(), from, limit), read)
                .and_then(Iterator::collect::<rusqlite::Result<Vec<(String, Counts)>>>)
                .map_err(failed)?;
            rows.into_iter().map(|(subject, counts)| Ok((Counted::read(kind, &subject)?, counts))).collect()
        })
        .await
    }

    async fn forget(&self, day: Date) -> Result<usize, StoreError> {
        let answer = self.bulk().write(move |unit| forget(unit.connection, day).map_err(UnitError::from)).await;
        Ok(answer??)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<(String, Counts)> {
    let counts = Counts {
        searches: row.get(1)?,
        empty: row.get(2)?,
        hits: row.get(3)?,
        clicks: row.get(4)?,
        positions: row.get(5)?,
        views: row.get(6)?,
    };
    Ok((row.get(0)?, counts))
}

fn add(unit: &mut Unit<'_>, day: Date, additions: &[Addition], distinct_max: usize) -> rusqlite::Result<()> {
    let day = day.to_string();
    let mut present = Present::default();
    // What needs no room first: it takes some.
    let known = |addition: &&Addition| matches!(addition.standing, Standing::Known);
    let in_turn = additions.iter().filter(known).chain(additions.iter().filter(|addition| !known(addition)));
    for addition in in_turn {
        let has_room = match addition.standing {
            Standing::Known => true,
            Standing::New => has_room(unit.connection, &mut present, &day, addition, distinct_max)?,
        };
        let subject = if has_room { addition.counted.as_str() } else { "" };
        let Counts { searches, empty, hits, clicks, positions, views } = addition.counts;
        // What the others found last says nothing.
        let hits = if subject.is_empty() { None } else { hits };
        let SearchScope { language, market } = &addition.scope;
        let kind = addition.counted.kind().as_str();
        unit.connection
            .prepare_cached(
                "INSERT INTO search_counts \
                 (day, language, market, kind, subject, searches, empty, hits, clicks, positions, views) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
                 ON CONFLICT (day, language, market, kind, subject) DO UPDATE SET \
                 searches = searches + excluded.searches, empty = empty + excluded.empty, \
                 hits = coalesce(excluded.hits, hits), clicks = clicks + excluded.clicks, \
                 positions = positions + excluded.positions, views = views + excluded.views",
            )?
            .execute(rusqlite::params![
                day,
                language.as_str(),
                market.as_str(),
                kind,
                subject,
                searches,
                empty,
                hits,
                clicks,
                positions,
                views
            ])?;
    }
    Ok(())
}

/// How many sums of their own there are, of each kind in each scope: counted once for all additions of a unit.
type Present = HashMap<(SearchScope, CountedKind), usize>;

/// Whether it has a sum already, or another one may be made: then it is going to be.
fn has_room(
    connection: &Connection,
    present: &mut Present,
    day: &str,
    addition: &Addition,
    distinct_max: usize,
) -> rusqlite::Result<bool> {
    let SearchScope { language, market } = &addition.scope;
    let kind = addition.counted.kind();
    let key = (day, language.as_str(), market.as_str(), kind.as_str());
    let subject = addition.counted.as_str();
    let is_there = connection
        .prepare_cached(
            "SELECT 1 FROM search_counts \
             WHERE day = ?1 AND language = ?2 AND market = ?3 AND kind = ?4 AND subject = ?5",
        )?
        .exists((key.0, key.1, key.2, key.3, subject))?;
    if is_there {
        return Ok(true);
    }
    let present = match present.entry((addition.scope.clone(), kind)) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => unknown.insert(
            connection
                .prepare_cached(
                    "SELECT count(*) FROM search_counts \
                     WHERE day = ?1 AND language = ?2 AND market = ?3 AND kind = ?4 AND subject > ''",
                )?
                .query_row(key, |row| row.get(0))?,
        ),
    };
    let has_room = *present < distinct_max;
    if has_room && !subject.is_empty() {
        *present += 1;
    }
    Ok(has_room)
}

fn forget(connection: &Connection, day: Date) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "DELETE FROM search_counts WHERE (day, language, market, kind, subject) IN \
             (SELECT day, language, market, kind, subject FROM search_counts WHERE day < ?1 LIMIT ?2)",
        )?
        .execute((day.to_string(), FORGET_COUNTS_MAX))
}
