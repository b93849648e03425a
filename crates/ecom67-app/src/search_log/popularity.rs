//! What is popular: a bounded picture of the last days, read again every minute.

use std::collections::{BTreeMap, HashMap, HashSet};

use ecom67_domain::{MarketCode, ProductCode};
use jiff::civil::Date;

use super::log::days_before;
use super::query_text::normalised;
use super::{Counted, CountedKind, Counts, QueryText, SearchCountStore, SearchScope, each_count};
use crate::port::StoreError;
use crate::search::Hit;

/// So many days count, today included.
pub const POPULAR_DAYS: u32 = 30;
/// A query that was searched on so many days may be suggested to others …
pub const SHARED_DAYS_MIN: u32 = 2;
/// … and one that was searched so often. Below both it may be what one person alone has typed.
pub const SHARED_SEARCHES_MIN: u64 = 5;
/// A product that was followed or looked at so often in the market is something that people look at.
const PRODUCT_SIGNALS_MIN: u64 = 5;
/// After so many days what was counted weighs half.
const HALF_LIFE_DAYS: f32 = 10.0;
/// A click tells more than a look: somebody chose it among others.
const CLICK_WEIGHT: u64 = 2;
/// The most queries, and the most products, of a day and scope that count.
const OF_A_DAY_MAX: usize = 1_000;
/// The most queries of a scope, and the most products of a market, that are known.
const KNOWN_MAX: usize = 5_000;
/// The most queries that are looked at for one beginning.
const SEEN_MAX: usize = 1_000;
/// The most places that popularity lifts a product among what words find.
const LIFT_MAX: f32 = 2.0;
/// With this much popularity a product is lifted by half of the most.
const LIFT_HALF: f32 = 20.0;

/// What is popular at one moment.
#[derive(Clone, Debug, Default)]
pub struct Popularity {
    scopes: HashMap<SearchScope, Queries>,
    markets: HashMap<MarketCode, Products>,
}

/// Queries that many have searched, in the order of their texts.
#[derive(Clone, Debug, Default)]
struct Queries {
    by_text: Vec<PopularQuery>,
}

#[derive(Clone, Debug)]
struct PopularQuery {
    text: QueryText,
    score: f32,
}

/// Products that many have looked at.
#[derive(Clone, Debug, Default)]
struct Products {
    /// The most popular first.
    ranked: Vec<ProductCode>,
    scores: HashMap<ProductCode, f32>,
}

impl Popularity {
    /// Whether many have looked for it, so that it is counted however much else is.
    pub(super) fn knows(&self, scope: &SearchScope, counted: &Counted) -> bool {
        match counted {
            Counted::Query(Some(text)) => self
                .scopes
                .get(scope)
                .is_some_and(|queries| queries.by_text.binary_search_by(|known| known.text.cmp(text)).is_ok()),
            Counted::Product(Some(code)) => {
                self.markets.get(&scope.market).is_some_and(|products| products.scores.contains_key(code))
            }
            Counted::Query(None) | Counted::Product(None) => true,
        }
    }

    /// Up to `limit` queries that begin with what was typed and say more, the most popular first: such as more than one
    /// person has searched, and that found something when they last were.
    pub fn completed(&self, scope: &SearchScope, typed: &str, limit: usize) -> Vec<QueryText> {
        let mut beginning = normalised(typed);
        // Whoever has typed a space has finished the word.
        if typed.ends_with(char::is_whitespace) && !beginning.is_empty() {
            beginning.push(' ');
        }
        let Some(queries) = self.scopes.get(scope).filter(|_| !beginning.is_empty()) else { return Vec::new() };
        let from = queries.by_text.partition_point(|query| query.text.as_str() < beginning.as_str());
        let mut found: Vec<&PopularQuery> = queries.by_text[from..]
            .iter()
            .take(SEEN_MAX)
            .take_while(|query| query.text.as_str().starts_with(&beginning))
            .filter(|query| query.text.as_str() != beginning.trim_end())
            .collect();
        found.sort_by(|left, right| right.score.total_cmp(&left.score));
        found.into_iter().take(limit).map(|query| query.text.clone()).collect()
    }

    /// Up to `limit` products that people look at in a market, the most popular first. They may have been hidden since.
    pub fn products(&self, market: &MarketCode, limit: usize) -> Vec<ProductCode> {
        let ranked = self.markets.get(market).map(|products| products.ranked.as_slice()).unwrap_or_default();
        ranked.iter().take(limit).cloned().collect()
    }

    /// Lifts popular products a little among what words have found: by two places at most, so that what fits far better
    /// stays before them.
    pub fn lift(&self, market: &MarketCode, hits: &mut Vec<Hit>) {
        let Some(products) = self.markets.get(market) else { return };
        let mut placed: Vec<(f32, Hit)> = std::mem::take(hits)
            .into_iter()
            .zip(0_u16..)
            .map(|(hit, place)| {
                let score = products.scores.get(&hit.code).copied().unwrap_or_default();
                (f32::from(place) - LIFT_MAX * score / (score + LIFT_HALF), hit)
            })
            .collect();
        // Stable: what is as popular stays in its order.
        placed.sort_by(|left, right| left.0.total_cmp(&right.0));
        hits.extend(placed.into_iter().map(|(_, hit)| hit));
    }
}

/// How much the counts of one day tell. Whoever counts a thousand times on one day, which anybody can, makes less of it
/// than a few a day do.
#[expect(clippy::cast_precision_loss, reason = "a score need not be exact")]
fn score_of_day(count: u64, age_days: u32) -> f32 {
    (count as f32).ln_1p() * 0.5_f32.powf(age_days as f32 / HALF_LIFE_DAYS)
}

/// The most popular of one day in one scope.
#[derive(Debug, Default)]
struct OfDay {
    queries: Vec<(QueryText, Counts)>,
    products: Vec<(ProductCode, Counts)>,
}

/// Reads what is popular. Days that are over are read once and remembered.
#[derive(Debug, Default)]
pub(super) struct PopularityReader {
    past: HashMap<(Date, SearchScope), OfDay>,
}

impl PopularityReader {
    pub(super) async fn read(
        &mut self,
        store: &dyn SearchCountStore,
        today: Date,
        scopes: &[SearchScope],
    ) -> Result<Popularity, StoreError> {
        let days: Vec<Date> = (0..POPULAR_DAYS).map(|age| days_before(today, age)).collect();
        let known: HashSet<&SearchScope> = scopes.iter().collect();
        self.past.retain(|(day, scope), _| days.contains(day) && known.contains(scope));
        for scope in scopes {
            for (age, day) in days.iter().enumerate() {
                let key = (*day, scope.clone());
                // Another process may have counted for yesterday a moment ago.
                if age <= 1 || !self.past.contains_key(&key) {
                    self.past.insert(key, of_day(store, *day, scope).await?);
                }
            }
        }
        Ok(self.summed(&days, scopes))
    }

    fn summed(&self, days: &[Date], scopes: &[SearchScope]) -> Popularity {
        let mut popularity = Popularity::default();
        let mut of_markets: HashMap<MarketCode, HashMap<&ProductCode, (f32, u64)>> = HashMap::new();
        for scope in scopes {
            let mut of_scope: BTreeMap<&QueryText, QuerySum> = BTreeMap::new();
            let of_market = of_markets.entry(scope.market.clone()).or_default();
            // From today backwards: the first that is met tells what was found last.
            for (day, age_days) in days.iter().zip(0_u32..) {
                let Some(of_day) = self.past.get(&(*day, scope.clone())) else { continue };
                for (text, counts) in &of_day.queries {
                    of_scope.entry(text).or_default().add(counts, age_days);
                }
                for (code, counts) in &of_day.products {
                    let signals = counts.clicks.saturating_mul(CLICK_WEIGHT).saturating_add(counts.views);
                    let (score, sum) = of_market.entry(code).or_default();
                    *score += score_of_day(signals, age_days);
                    *sum = sum.saturating_add(counts.clicks).saturating_add(counts.views);
                }
            }
            let mut shared: Vec<PopularQuery> = of_scope
                .into_iter()
                .filter(|(_, sum)| sum.is_shared())
                .map(|(text, sum)| PopularQuery { text: text.clone(), score: sum.score })
                .collect();
            shared.sort_by(|left, right| right.score.total_cmp(&left.score));
            shared.truncate(KNOWN_MAX);
            shared.sort_by(|left, right| left.text.cmp(&right.text));
            popularity.scopes.insert(scope.clone(), Queries { by_text: shared });
        }
        for (market, sums) in of_markets {
            let mut ranked: Vec<(&ProductCode, f32)> = sums
                .into_iter()
                .filter(|(_, (_, signals))| *signals >= PRODUCT_SIGNALS_MIN)
                .map(|(code, (score, _))| (code, score))
                .collect();
            ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| left.0.cmp(right.0)));
            ranked.truncate(KNOWN_MAX);
            let scores = ranked.iter().map(|(code, score)| ((*code).clone(), *score)).collect();
            let ranked = ranked.into_iter().map(|(code, _)| code.clone()).collect();
            popularity.markets.insert(market, Products { ranked, scores });
        }
        popularity
    }
}

#[derive(Default)]
struct QuerySum {
    score: f32,
    searches: u64,
    days: u32,
    hits: Option<u64>,
}

impl QuerySum {
    fn add(&mut self, counts: &Counts, age_days: u32) {
        if counts.searches == 0 {
            return;
        }
        self.score += score_of_day(counts.searches, age_days);
        self.searches = self.searches.saturating_add(counts.searches);
        self.days += 1;
        self.hits = self.hits.or(counts.hits);
    }

    /// Whether more than one person is likely to have searched it, and found something last.
    fn is_shared(&self) -> bool {
        let is_of_several = self.days >= SHARED_DAYS_MIN || self.searches >= SHARED_SEARCHES_MIN;
        is_of_several && self.hits.is_some_and(|hits| hits > 0)
    }
}

/// Those of a day that were counted most. No more than twice as many are ever held.
async fn of_day(store: &dyn SearchCountStore, day: Date, scope: &SearchScope) -> Result<OfDay, StoreError> {
    let mut of_day = OfDay::default();
    let queries = &mut of_day.queries;
    each_count(store, day, scope, CountedKind::Query, |counted, counts| {
        if let Counted::Query(Some(text)) = counted {
            queries.push((text, counts));
            keep_most(queries, 2 * OF_A_DAY_MAX, |counts| counts.searches);
        }
    })
    .await?;
    keep_most(&mut of_day.queries, OF_A_DAY_MAX, |counts| counts.searches);
    let products = &mut of_day.products;
    let signals = |counts: &Counts| counts.clicks.saturating_mul(CLICK_WEIGHT).saturating_add(counts.views);
    each_count(store, day, scope, CountedKind::Product, |counted, counts| {
        if let Counted::Product(Some(code)) = counted {
            products.push((code, counts));
            keep_most(products, 2 * OF_A_DAY_MAX, signals);
        }
    })
    .await?;
    keep_most(&mut of_day.products, OF_A_DAY_MAX, signals);
    Ok(of_day)
}

/// Once there are more than `room`, keeps as many of the greatest as count.
fn keep_most<T>(records: &mut Vec<(T, Counts)>, room: usize, size: impl Fn(&Counts) -> u64) {
    if records.len() > room {
        records.sort_by_key(|(_, counts)| std::cmp::Reverse(size(counts)));
        records.truncate(OF_A_DAY_MAX);
    }
}
