//! Answering a query from one snapshot.

use ecom67_app::search::{Hit, LIST_LIMIT_MAX, ListHits, ListQuery};
use tantivy::query::{AllQuery, EnableScoring, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::analysis::{self, Analysis};
use super::collect::{Pass, SegmentHits};
use super::order::{self, Order, Ranked};
use super::query::{self, Demand, TextQuery};
use super::schema::{Fields, column};
use super::segment::{Snapshot, text_of};
use super::{facets, filters};

/// The products that `query` asks for. Where nothing at all has what its words demand, those that have some of it.
pub(super) fn list(fields: &Fields, snapshot: &Snapshot, query: &ListQuery) -> tantivy::Result<ListHits> {
    let Some(text) = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
        return Listing { fields, snapshot, query, words: None }.hits();
    };
    let listed = |demand, query: &ListQuery| {
        let words = query::build(fields, &snapshot.searcher, query.language, text, demand)?;
        Listing { fields, snapshot, query, words: Some(words) }.hits()
    };
    let hits = listed(Demand::Most, query)?;
    if hits.total > 0 {
        return Ok(hits);
    }
    if !query.filters.is_empty() {
        let unfiltered = ListQuery { filters: Vec::new(), limit: 0, facets: false, ..query.clone() };
        if listed(Demand::Most, &unfiltered)?.total > 0 {
            return Ok(hits);
        }
    }
    Ok(ListHits { partial: true, ..listed(Demand::Any, query)? })
}

/// One pass of a query over a snapshot.
struct Listing<'query> {
    fields: &'query Fields,
    snapshot: &'query Snapshot,
    query: &'query ListQuery,
    words: Option<TextQuery>,
}

impl Listing<'_> {
    fn hits(self) -> tantivy::Result<ListHits> {
        let Self { fields, snapshot, query, words } = self;
        let order = Order::of(query, words.is_some());
        let mut required: Vec<_> = query.collection.iter().map(|collection| fields.collection(collection)).collect();
        required.extend(query.category.iter().map(|category| fields.category(category.as_str())));
        // Without words, the narrowest condition finds the documents, and the others are looked up.
        let driver: Box<dyn Query> = match &words {
            Some(words) => words.query.box_clone(),
            None if required.is_empty() => Box::new(AllQuery),
            None => Box::new(TermQuery::new(required.remove(0), IndexRecordOption::Basic)),
        };
        let scores = order == Order::Score;
        let weight = driver.weight(if scores {
            EnableScoring::enabled_from_searcher(&snapshot.searcher)
        } else {
            EnableScoring::disabled_from_searcher(&snapshot.searcher)
        })?;
        let filtered = filters::filtered_facets(&query.filters)?;
        let limit = query.limit.min(LIST_LIMIT_MAX);
        // One more than asked for tells whether there is more.
        let capacity = if limit == 0 { 0 } else { limit + 1 };
        let pass = Pass {
            fields,
            query,
            weight: &*weight,
            scores,
            required: &required,
            order: &order,
            filtered: &filtered,
            capacity,
        };
        let (mut total, mut orders, mut counts, mut found) = (0, Vec::new(), Vec::new(), Vec::new());
        for segment in &snapshot.segments {
            if let Some(hits) = pass.over(segment)? {
                let SegmentHits { total: own, order, counts: counted } = hits;
                total += own;
                orders.push(order);
                counts.push((&*segment.columns, counted));
                found.push(segment);
            }
        }
        let facets = if query.facets {
            let counts: Vec<_> = counts.iter().map(|(columns, counts)| (*columns, counts)).collect();
            facets::merge(&counts, &query.filters, total)?
        } else {
            Vec::new()
        };
        let mut ranked = order::merge(&order, orders, capacity)?;
        let next =
            if ranked.len() > limit { ranked.get(limit.wrapping_sub(1)).map(|hit| hit.key.clone()) } else { None };
        ranked.truncate(limit);
        let mut highlighter = words.as_ref().map(|words| Highlighter::new(query, words));
        let mut hits = Vec::with_capacity(ranked.len());
        for Ranked { segment, document, key } in ranked {
            let name_matches = match &mut highlighter {
                Some(highlighter) => highlighter.matches(found[segment], document)?,
                None => Vec::new(),
            };
            hits.push(Hit { code: key.code, name_matches });
        }
        let corrected = words.and_then(|words| words.corrected).filter(|_| total > 0);
        Ok(ListHits { hits, total, facets, next, corrected, partial: false })
    }
}

/// Finds the words of a query in names.
struct Highlighter<'query> {
    language: String,
    words: &'query TextQuery,
    analyzer: tantivy::tokenizer::TextAnalyzer,
}

impl<'query> Highlighter<'query> {
    fn new(query: &ListQuery, words: &'query TextQuery) -> Self {
        let analyzer = Analysis::of(query.language).analyzer();
        Self { language: query.language.to_string(), words, analyzer }
    }

    fn matches(
        &mut self,
        segment: &super::segment::Segment,
        document: tantivy::DocId,
    ) -> tantivy::Result<Vec<std::ops::Range<usize>>> {
        let Some(names) = segment.texts_below(column::NAME, &self.language)? else { return Ok(Vec::new()) };
        let Some(ordinal) = names.ords().first(document) else { return Ok(Vec::new()) };
        let name = text_of(&names, ordinal)?;
        let words = &self.words.words;
        Ok(analysis::matches(&mut self.analyzer, &name, |word| words.contains(word)))
    }
}
