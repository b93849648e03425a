//! Answering a query.

use ecom67_app::search::{FacetCounts, Hit, LIST_LIMIT_MAX, ListHits, ListQuery, SortKey, SortValue, TOTAL_EXACT_MAX};
use ecom67_domain::Language;
use ecom67_ranking::bags::{is_partial, share_demanded};
use ecom67_ranking::best::{Candidate, DEPTH, final_order};
use serde_json::{Value, json};

use super::Reader;
use super::call::CallError;
use super::facets::{self, Counted};
use super::filters::{all_but, conditions, filters};
use super::model;
use super::names::Names;
use super::order::{Order, shows_best};
use super::query::TextQuery;
use super::search::{Found, FoundHit};
use super::settings::field;

/// The share of what words tell that finds products, where any product has as much.
const SHARE_USUAL: f32 = 1.0;

/// What a query found.
struct Ranked {
    total: u64,
    facets: Vec<FacetCounts>,
    /// Where each hit of the page stands.
    keys: Vec<SortKey>,
    next: Option<SortKey>,
    partial: bool,
}

impl Reader {
    /// The products that `query` asks for.
    pub(super) async fn list(&self, query: &ListQuery) -> Result<ListHits, CallError> {
        let words = match query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Some(self.understood(query.language, text).await?),
            None => None,
        };
        self.list_understood(query, words.as_ref()).await
    }

    /// The same for words that have been understood.
    pub(super) async fn list_understood(
        &self,
        query: &ListQuery,
        words: Option<&TextQuery>,
    ) -> Result<ListHits, CallError> {
        let Ranked { total, facets, keys, next, partial } = self.ranked(query, words).await?;
        let names = match words {
            Some(words) if !keys.is_empty() => self.names(words, &keys).await?,
            _ => Names::default(),
        };
        let corrected = match words {
            Some(words) if total > 0 && words.is_corrected() => {
                let spellings = self.spellings(words.language, names.texts()).await?;
                words.corrected(|word| spellings.of(word))
            }
            _ => None,
        };
        let hits = keys.into_iter().map(|SortKey { code, .. }| {
            let name_matches = names.matches(code.as_str());
            Hit { code, name_matches }
        });
        Ok(ListHits { hits: hits.collect(), total, facets, next, corrected, partial, facets_missing: false })
    }

    /// Where each hit stands in the order.
    pub(super) async fn keys(&self, query: &ListQuery, words: &TextQuery) -> Result<Vec<SortKey>, CallError> {
        Ok(self.ranked(query, Some(words)).await?.keys)
    }

    async fn ranked(&self, query: &ListQuery, words: Option<&TextQuery>) -> Result<Ranked, CallError> {
        let order = Order::of(query, words.is_some());
        let limit = query.limit.min(LIST_LIMIT_MAX);
        // One more than asked for tells whether there is more.
        let wanted = if limit == 0 { 0 } else { limit + 1 };
        let after = query.after.as_ref();
        let looks_again = order == Order::Score && wanted > 0 && shows_best(after);
        let mut search = json!({
            "_source": false,
            "track_total_hits": TOTAL_EXACT_MAX,
            "sort": order.sort(),
        });
        if looks_again {
            search["size"] = (DEPTH + wanted).into();
            search["docvalue_fields"] = json!([field::VECTOR, field::MODEL, field::sort_name(query.language)]);
        } else {
            search["size"] = wanted.into();
        }
        if let Some(after) = after {
            let begin = order.search_after(after)?;
            if !looks_again {
                search["search_after"] = begin;
            }
        }
        let filters = filters(query);
        let filter = all_but(&filters, None);
        if query.facets {
            search["aggs"] = facets::asked(query, &filters).into();
            search["post_filter"] = filter.clone();
        }
        let conditions =
            if query.facets { conditions(query) } else { [conditions(query), vec![filter.clone()]].concat() };
        let (found, best) = self.found(&search, conditions.clone(), words).await?;
        let total = facets::hits(&found).filter(|_| query.facets).unwrap_or_else(|| found.total());
        let facets = if query.facets {
            let counted = Counted::read(query, &found);
            let missing = counted.missing();
            let beside = if missing.is_empty() {
                None
            } else {
                let of_hits = demanded([conditions, vec![filter]].concat(), words, share_demanded(best));
                Some(self.search(&json!({ "size": 0, "query": of_hits, "aggs": missing })).await?)
            };
            counted.finish(beside.as_ref())
        } else {
            Vec::new()
        };
        let mut keys = if looks_again {
            looked_at_again(&order, &found.hits.hits, query.language, after)?
        } else {
            found.hits.hits.iter().map(|hit| order.key(hit)).collect::<Result<_, _>>()?
        };
        let next = if keys.len() > limit { keys.get(limit.wrapping_sub(1)).cloned() } else { None };
        keys.truncate(limit);
        Ok(Ranked { total, facets, keys, next, partial: words.is_some() && is_partial(best) })
    }

    /// What a search finds among products that meet `conditions` and have enough of the words; and how much of what the
    /// words tell any product has.
    async fn found(
        &self,
        search: &Value,
        conditions: Vec<Value>,
        words: Option<&TextQuery>,
    ) -> Result<(Found, f32), CallError> {
        let with_share = |share: f32| {
            let mut search = search.clone();
            search["query"] = demanded(conditions.clone(), words, share);
            search
        };
        let Some(words) = words.filter(|words| !words.is_single()) else {
            return Ok((self.search(&with_share(0.0)).await?, SHARE_USUAL));
        };
        // Whatever else is asked: that a filter leaves nothing is not for lack of words.
        let best = json!({ "size": 1, "_source": false, "track_total_hits": false, "query": words.shared() });
        let mut answers = self.searches(&[best, with_share(share_demanded(SHARE_USUAL))]).await?.into_iter();
        let (Some(best), Some(found)) = (answers.next(), answers.next()) else { return Err(CallError::Incomplete) };
        let best = best.hits.hits.first().and_then(|hit| hit.score).unwrap_or(0.0);
        if best > 0.0 && share_demanded(best) < share_demanded(SHARE_USUAL) {
            return Ok((self.search(&with_share(share_demanded(best))).await?, best));
        }
        Ok((found, best))
    }
}

/// What finds products that meet all conditions and have so much of what the words tell, scored by the words.
fn demanded(mut conditions: Vec<Value>, words: Option<&TextQuery>, share: f32) -> Value {
    let Some(words) = words else { return json!({ "bool": { "filter": conditions } }) };
    if !words.is_single() {
        conditions.push(json!({ "function_score": { "query": words.shared(), "min_score": share } }));
    }
    json!({ "bool": { "must": words.scored(), "filter": conditions } })
}

/// Puts the best of `hits` in their final order, and drops those up to `after`.
fn looked_at_again(
    order: &Order,
    hits: &[FoundHit],
    language: Language,
    after: Option<&SortKey>,
) -> Result<Vec<SortKey>, CallError> {
    let keys: Vec<SortKey> = hits.iter().map(|hit| order.key(hit)).collect::<Result<_, _>>()?;
    let (best, others) = hits.split_at(hits.len().min(DEPTH));
    let vectors = model::vectors(best);
    let sort_name = field::sort_name(language);
    let candidates = best.iter().zip(&keys).zip(vectors).map(|((hit, key), vector)| Candidate {
        score: score(key),
        vector,
        name: hit.text(&sort_name),
        code: key.code.as_str(),
    });
    let final_order = final_order(candidates.collect());
    let mut ranked: Vec<SortKey> = Vec::with_capacity(keys.len());
    for (place, score) in final_order {
        ranked.push(SortKey { value: SortValue::Score(score), code: keys[place].code.clone() });
    }
    if let Some(after) = after {
        let last = score(after);
        ranked.retain(|key| score(key) < last || (score(key) <= last && key.code > after.code));
    }
    ranked.extend_from_slice(&keys[keys.len() - others.len()..]);
    Ok(ranked)
}

fn score(key: &SortKey) -> f32 {
    if let SortValue::Score(score) = key.value { score } else { 0.0 }
}
