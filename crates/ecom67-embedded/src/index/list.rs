//! Answering a query from one snapshot.

use std::ops::Range;

use ecom67_app::search::{FacetCounts, Hit, LIST_LIMIT_MAX, ListHits, ListQuery, Placement, SortKey};
use tantivy::DocId;
use tantivy::query::{AllQuery, EmptyQuery, EnableScoring, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TextAnalyzer;

use super::analysis::{self, Analysis};
use super::collect::{Driver, Pass, SegmentHits};
use super::order::{self, Order, Ranked};
use super::query::{self, TextQuery};
use super::schema::{Fields, column};
use super::segment::{Segment, Snapshot, text_of};
use super::synonyms::Compiled;
use super::{facets, filters, rescore, scoring};

/// The products that `query` asks for.
pub(super) fn list(
    fields: &Fields,
    snapshot: &Snapshot,
    synonyms: &Compiled,
    query: &ListQuery,
) -> tantivy::Result<ListHits> {
    let words = query.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let build = |text| query::build(fields, snapshot, synonyms, query.language, text);
    let words = words.map(build).transpose()?;
    Listing { fields, snapshot, query, words, is_rescored: true }.hits()
}

/// One pass of a query over a snapshot.
pub(super) struct Listing<'query> {
    pub(super) fields: &'query Fields,
    pub(super) snapshot: &'query Snapshot,
    pub(super) query: &'query ListQuery,
    pub(super) words: Option<TextQuery>,
    /// Whether the best hits by words are looked at again.
    pub(super) is_rescored: bool,
}

/// What a pass found.
struct Found {
    total: u64,
    facets: Vec<FacetCounts>,
    ranked: Vec<Ranked>,
    next: Option<SortKey>,
    partial: bool,
}

impl Listing<'_> {
    pub(super) fn hits(&self) -> tantivy::Result<ListHits> {
        let Found { total, facets, ranked, next, partial } = self.find()?;
        let segments = &self.snapshot.segments;
        let mut names = self.words.as_ref().map(|words| Names::new(self.query, words));
        let mut hits = Vec::with_capacity(ranked.len());
        for Ranked { segment, document, key } in ranked {
            let name_matches = match &mut names {
                Some(names) => names.matches(&segments[segment], document)?,
                None => Vec::new(),
            };
            hits.push(Hit { code: key.code, name_matches });
        }
        let corrected = names.filter(|_| total > 0).and_then(Names::corrected);
        Ok(ListHits { hits, total, facets, next, corrected, partial, facets_missing: false })
    }

    /// Where each hit stands in the order.
    pub(super) fn keys(&self) -> tantivy::Result<Vec<SortKey>> {
        Ok(self.find()?.ranked.into_iter().map(|hit| hit.key).collect())
    }

    /// How the hits spell a word of the dictionary: the first that has it in its name; `None` where there is no hit.
    pub(super) fn spelled(&self, word: &str) -> tantivy::Result<Option<String>> {
        let Found { ranked, .. } = self.find()?;
        if ranked.is_empty() {
            return Ok(None);
        }
        let language = self.query.language;
        let analysis = Analysis::of(language);
        let mut analyzer = analysis.plain_analyzer();
        for hit in &ranked {
            let name = name_of(&self.snapshot.segments[hit.segment], hit.document, &language.to_string())?;
            if let Some(spelling) = spelled_in(analysis, &mut analyzer, name.iter(), word) {
                return Ok(Some(spelling));
            }
        }
        Ok(Some(word.to_owned()))
    }

    fn find(&self) -> tantivy::Result<Found> {
        let Self { fields, snapshot, query, words, is_rescored } = self;
        let order = Order::of(query, words.is_some());
        let mut required: Vec<_> = query.collection.iter().map(|collection| fields.collection(collection)).collect();
        required.extend(query.category.iter().map(|category| fields.category(category.as_str())));
        let (found, partial) = match words {
            Some(words) => {
                // In another order no place is given.
                let placement = if order == Order::Score { &query.placement } else { &Placement::default() };
                scoring::matches(fields, snapshot, query.language, words, placement)?
            }
            None => (Vec::new(), false),
        };
        // Without words, the narrowest condition finds the documents, and the others are looked up.
        let condition: Box<dyn Query> = match words {
            Some(_) => Box::new(EmptyQuery),
            None if required.is_empty() => Box::new(AllQuery),
            None => Box::new(TermQuery::new(required.remove(0), IndexRecordOption::Basic)),
        };
        let weight = condition.weight(EnableScoring::disabled_from_searcher(&snapshot.searcher))?;
        let driver = if words.is_some() { Driver::Words(&found) } else { Driver::Condition(&*weight) };
        let filtered = filters::filtered_facets(&query.filters)?;
        let limit = query.limit.min(LIST_LIMIT_MAX);
        // One more than asked for tells whether there is more.
        let wanted = if limit == 0 { 0 } else { limit + 1 };
        let rescored = *is_rescored && order == Order::Score && wanted > 0 && rescore::concerns(query.after.as_ref());
        let (after, capacity) = if rescored { (None, rescore::DEPTH + wanted) } else { (query.after.as_ref(), wanted) };
        let pass =
            Pass { fields, query, driver, required: &required, order: &order, filtered: &filtered, after, capacity };
        let (mut total, mut orders, mut counts) = (0, Vec::new(), Vec::new());
        for (place, segment) in snapshot.segments.iter().enumerate() {
            if let Some(hits) = pass.over(place, segment)? {
                let SegmentHits { total: own, order, counts: counted } = hits;
                total += own;
                orders.push((place, order));
                counts.push((&*segment.columns, counted));
            }
        }
        let facets = if query.facets {
            let counts: Vec<_> = counts.iter().map(|(columns, counts)| (*columns, counts)).collect();
            facets::merge(&counts, query, total)
        } else {
            Vec::new()
        };
        let mut ranked = order::merge(&order, &snapshot.segments, orders, capacity)?;
        if rescored {
            ranked = rescore::rescored(ranked, snapshot, query)?;
            ranked.truncate(wanted);
        }
        let next =
            if ranked.len() > limit { ranked.get(limit.wrapping_sub(1)).map(|hit| hit.key.clone()) } else { None };
        ranked.truncate(limit);
        Ok(Found { total, facets, ranked, next, partial })
    }
}

/// A product's name in a language.
fn name_of(segment: &Segment, document: DocId, language: &str) -> tantivy::Result<Option<String>> {
    let Some(names) = segment.texts_below(column::NAME, language)? else { return Ok(None) };
    names.ords().first(document).map(|ordinal| text_of(&names, ordinal)).transpose()
}

/// A word of the dictionary as names spell it: the dictionary has neither accents nor capitals.
fn spelling<'name>(
    analysis: Analysis,
    analyzer: &mut TextAnalyzer,
    names: impl Iterator<Item = &'name String>,
    word: &str,
) -> String {
    spelled_in(analysis, analyzer, names, word).unwrap_or_else(|| word.to_owned())
}

/// A word of the dictionary as the first of the names spells it that has it.
fn spelled_in<'name>(
    analysis: Analysis,
    analyzer: &mut TextAnalyzer,
    mut names: impl Iterator<Item = &'name String>,
    word: &str,
) -> Option<String> {
    let spelling = names.find_map(|name| {
        let place = analysis::matches(analyzer, name, |found| found == word).into_iter().next()?;
        Some(&name[place])
    })?;
    // Nouns have capitals.
    Some(if analysis == Analysis::German { spelling.to_owned() } else { spelling.to_lowercase() })
}

/// The names of the hits, and the words of a query in them.
struct Names<'query> {
    query: &'query ListQuery,
    language: String,
    words: &'query TextQuery,
    analyzer: TextAnalyzer,
    read: Vec<String>,
}

impl<'query> Names<'query> {
    fn new(query: &'query ListQuery, words: &'query TextQuery) -> Self {
        let analyzer = Analysis::of(query.language).analyzer();
        Self { query, language: query.language.to_string(), words, analyzer, read: Vec::new() }
    }

    /// Which bytes of a hit's name the words matched.
    fn matches(&mut self, segment: &Segment, document: DocId) -> tantivy::Result<Vec<Range<usize>>> {
        let Some(name) = name_of(segment, document, &self.language)? else { return Ok(Vec::new()) };
        let words = &self.words.words;
        let matches = analysis::matches(&mut self.analyzer, &name, |word| words.contains(word));
        if !self.words.replaced.is_empty() {
            self.read.push(name);
        }
        Ok(matches)
    }

    /// What was searched, where that is not what was typed.
    fn corrected(self) -> Option<String> {
        let analysis = Analysis::of(self.query.language);
        let mut analyzer = analysis.plain_analyzer();
        self.words.corrected(|word| spelling(analysis, &mut analyzer, self.read.iter(), word))
    }
}
