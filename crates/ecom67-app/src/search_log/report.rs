//! Reports: what is searched, what finds nothing, and what is found and left alone.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::log::{days_before, today};
use super::{Counted, CountedKind, Counts, QueryText, SearchCountStore, SearchScope, each_count};
use crate::port::StoreError;

/// The most queries that one report tells apart: some 50 MB. What comes beyond is counted with the others.
const APART_MAX: usize = 200_000;

/// What a report is about.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    /// Where was searched.
    pub scopes: Vec<SearchScope>,
    /// So many days, today included.
    pub days: u32,
    /// The most lines of each list.
    pub limit: usize,
}

/// What was searched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchReport {
    /// The first day, in UTC.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Everything together.
    pub totals: Totals,
    /// What was searched most.
    pub most_searched: Vec<QueryLine>,
    /// What found nothing, most often first.
    pub found_nothing: Vec<QueryLine>,
    /// What finds something that nobody has followed, the most searched first.
    pub never_followed: Vec<QueryLine>,
}

/// Everything together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Searches.
    pub searches: u64,
    /// Different queries that are told apart.
    pub queries: u64,
    /// Searches that found nothing.
    pub searches_without_hits: u64,
    /// Results that were followed.
    pub clicks: u64,
    /// Results that were followed, for each search.
    pub click_rate: Option<f64>,
    /// The mean place of a result that was followed, from 1.
    pub mean_position: Option<f64>,
    /// Searches whose words are not kept: they may tell of a person, or there were too many different ones.
    pub searches_without_words: u64,
}

/// A query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QueryLine {
    /// The query.
    pub query: String,
    /// Its language.
    pub language: String,
    /// Its market.
    pub market: String,
    /// How often it was searched.
    pub searches: u64,
    /// How many products it found last.
    pub hits: Option<u64>,
    /// How often it found nothing.
    pub searches_without_hits: u64,
    /// How often a result was followed.
    pub clicks: u64,
    /// Results that were followed, for each search: may be above 1.
    pub click_rate: Option<f64>,
    /// The mean place of a result that was followed, from 1.
    pub mean_position: Option<f64>,
}

/// The report on the days up to `now`.
pub async fn report(
    store: &dyn SearchCountStore,
    now: Timestamp,
    request: &ReportRequest,
) -> Result<SearchReport, StoreError> {
    let to = today(now);
    let from = days_before(to, request.days.saturating_sub(1));
    let (mut all, mut without_words) = (Counts::default(), 0_u64);
    let mut lines: Vec<(usize, QueryText, Counts)> = Vec::new();
    for (place, scope) in request.scopes.iter().enumerate() {
        let mut sums: HashMap<QueryText, Counts> = HashMap::new();
        // In their order, so that what was found last is what counts.
        for age in (0..request.days).rev() {
            let has_room = lines.len() + sums.len() < APART_MAX;
            let day = days_before(to, age);
            each_count(store, day, scope, CountedKind::Query, |counted, counts| {
                all.add(&counts);
                match counted {
                    Counted::Query(Some(text)) if has_room || sums.contains_key(&text) => {
                        sums.entry(text).or_default().add(&counts);
                    }
                    Counted::Query(_) | Counted::Product(_) => without_words += counts.searches,
                }
            })
            .await?;
        }
        lines.extend(sums.into_iter().map(|(text, counts)| (place, text, counts)));
    }
    // Whichever order the store has, the report has one.
    lines.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
    let told = |mut lines: Vec<&(usize, QueryText, Counts)>, size: fn(&Counts) -> u64| -> Vec<QueryLine> {
        lines.sort_by_key(|(_, _, counts)| Reverse(size(counts)));
        lines.into_iter().take(request.limit).map(|line| to_line(&request.scopes, line)).collect()
    };
    let of = |is_told: fn(&Counts) -> bool| lines.iter().filter(|(_, _, counts)| is_told(counts)).collect::<Vec<_>>();
    Ok(SearchReport {
        from,
        to,
        totals: Totals {
            searches: all.searches,
            queries: lines.iter().filter(|(_, _, counts)| counts.searches > 0).count() as u64,
            searches_without_hits: all.empty,
            clicks: all.clicks,
            click_rate: rate(all.clicks, all.searches),
            mean_position: rate(all.positions, all.clicks),
            searches_without_words: without_words,
        },
        most_searched: told(of(|counts| counts.searches > 0), |counts| counts.searches),
        found_nothing: told(of(|counts| counts.empty > 0), |counts| counts.empty),
        never_followed: told(
            of(|counts| counts.searches > 0 && counts.clicks == 0 && counts.hits.is_some_and(|hits| hits > 0)),
            |counts| counts.searches,
        ),
    })
}

fn to_line(scopes: &[SearchScope], (place, text, counts): &(usize, QueryText, Counts)) -> QueryLine {
    let scope = &scopes[*place];
    QueryLine {
        query: text.to_string(),
        language: scope.language.to_string(),
        market: scope.market.to_string(),
        searches: counts.searches,
        hits: counts.hits,
        searches_without_hits: counts.empty,
        clicks: counts.clicks,
        click_rate: rate(counts.clicks, counts.searches),
        mean_position: rate(counts.positions, counts.clicks),
    }
}

/// How many of `some` there are for each of `all`; nothing where there are none of these.
#[expect(clippy::cast_precision_loss, reason = "a rate is told with two digits")]
fn rate(some: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| some as f64 / all as f64)
}
