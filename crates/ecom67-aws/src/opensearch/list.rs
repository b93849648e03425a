//! Answering a query.

use ecom67_app::search::{
    FacetCounts, Hit, LIST_LIMIT_MAX, ListHits, ListQuery, Placement, SortKey, SortValue, TOTAL_EXACT_MAX,
};
use ecom67_domain::ProductCode;
use ecom67_ranking::bags::{is_partial, share_demanded};
use ecom67_ranking::best::{BURIED, Candidate, DEPTH, PINNED, PINNED_STEP, final_order};
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

/// What is looked for by words.
#[derive(Clone, Copy)]
struct Sought<'query> {
    words: &'query TextQuery,
    /// Products whose places are given.
    placement: &'query Placement,
}

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
            Some(text) => Some(self.understood(query.language, text, &query.synonyms).await?),
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
        let nowhere = Placement::default();
        // In another order no place is given.
        let placement = if order == Order::Score { &query.placement } else { &nowhere };
        let sought = words.map(|words| Sought { words, placement });
        let (found, best) = self.found(&search, conditions.clone(), sought).await?;
        let total = facets::hits(&found).filter(|_| query.facets).unwrap_or_else(|| found.total());
        let facets = if query.facets {
            let counted = Counted::read(query, &found);
            let missing = counted.missing();
            let beside = if missing.is_empty() {
                None
            } else {
                let of_hits = demanded([conditions, vec![filter]].concat(), sought, share_demanded(best));
                Some(self.search(&json!({ "size": 0, "query": of_hits, "aggs": missing })).await?)
            };
            counted.finish(beside.as_ref())
        } else {
            Vec::new()
        };
        let mut keys = if looks_again {
            looked_at_again(&order, &found.hits.hits, query)?
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
        sought: Option<Sought<'_>>,
    ) -> Result<(Found, f32), CallError> {
        let with_share = |share: f32| {
            let mut search = search.clone();
            search["query"] = demanded(conditions.clone(), sought, share);
            search
        };
        let Some(Sought { words, placement }) = sought.filter(|sought| !sought.words.is_single()) else {
            return Ok((self.search(&with_share(0.0)).await?, SHARE_USUAL));
        };
        // Whatever else is asked: that a filter leaves nothing is not for lack of words.
        let of_words = json!({ "bool": { "must": words.shared(), "must_not": among(&placement.pinned) } });
        let best = json!({ "size": 1, "_source": false, "track_total_hits": false, "query": of_words });
        let mut answers = self.searches(&[best, with_share(share_demanded(SHARE_USUAL))]).await?.into_iter();
        let (Some(best), Some(found)) = (answers.next(), answers.next()) else { return Err(CallError::Incomplete) };
        let best = best.hits.hits.first().and_then(|hit| hit.score).unwrap_or(0.0);
        if best > 0.0 && share_demanded(best) < share_demanded(SHARE_USUAL) {
            return Ok((self.search(&with_share(share_demanded(best))).await?, best));
        }
        Ok((found, best))
    }
}

/// What finds products that meet all conditions and have so much of what the words tell, scored by the words; and those
/// that are pinned, whatever they have.
fn demanded(conditions: Vec<Value>, sought: Option<Sought<'_>>, share: f32) -> Value {
    let Some(Sought { words, placement }) = sought else { return json!({ "bool": { "filter": conditions } }) };
    let mut enough = Vec::new();
    if !words.is_single() {
        enough.push(json!({ "function_score": { "query": words.shared(), "min_score": share } }));
    }
    let Placement { pinned, buried } = placement;
    if pinned.is_empty() && buried.is_empty() {
        let filter = [conditions, enough].concat();
        return json!({ "bool": { "must": words.scored(), "filter": filter } });
    }
    let by_words = |mut filter: Vec<Value>, others: &[&[ProductCode]], boost: f32| {
        filter.extend(enough.iter().cloned());
        let others: Vec<Value> = others.iter().map(|products| among(products)).collect();
        json!({ "bool": { "must": words.scored(), "filter": filter, "must_not": others, "boost": boost } })
    };
    let mut ways = vec![by_words(Vec::new(), &[pinned, buried], 1.0), by_words(vec![among(buried)], &[pinned], BURIED)];
    let mut score = PINNED;
    for product in pinned {
        let this = among(std::slice::from_ref(product));
        ways.push(json!({ "constant_score": { "filter": this, "boost": score } }));
        score -= PINNED_STEP;
    }
    // Of a product that is pinned twice, the first place counts.
    json!({ "bool": { "must": { "dis_max": { "queries": ways } }, "filter": conditions } })
}

/// What finds these products.
fn among(products: &[ProductCode]) -> Value {
    let codes: Vec<&str> = products.iter().map(ProductCode::as_str).collect();
    json!({ "terms": { field::CODE: codes } })
}

/// Puts the best of `hits` in their final order, and drops those up to where the page begins.
fn looked_at_again(order: &Order, hits: &[FoundHit], query: &ListQuery) -> Result<Vec<SortKey>, CallError> {
    let keys: Vec<SortKey> = hits.iter().map(|hit| order.key(hit)).collect::<Result<_, _>>()?;
    let (best, others) = hits.split_at(hits.len().min(DEPTH));
    let vectors = model::vectors(best);
    let Placement { pinned, buried } = &query.placement;
    let sort_name = field::sort_name(query.language);
    let candidates = best.iter().zip(&keys).zip(vectors).map(|((hit, key), vector)| Candidate {
        score: score(key),
        vector,
        name: hit.text(&sort_name),
        code: key.code.as_str(),
        is_placed: pinned.contains(&key.code) || buried.contains(&key.code),
    });
    let final_order = final_order(candidates.collect());
    let mut ranked: Vec<SortKey> = Vec::with_capacity(keys.len());
    for (place, score) in final_order {
        ranked.push(SortKey { value: SortValue::Score(score), code: keys[place].code.clone() });
    }
    if let Some(after) = &query.after {
        let last = score(after);
        ranked.retain(|key| score(key) < last || (score(key) <= last && key.code > after.code));
    }
    ranked.extend_from_slice(&keys[keys.len() - others.len()..]);
    Ok(ranked)
}

fn score(key: &SortKey) -> f32 {
    if let SortValue::Score(score) = key.value { score } else { 0.0 }
}
