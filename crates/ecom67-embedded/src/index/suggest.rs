//! What somebody may mean who is still typing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ecom67_app::search::{ListQuery, QUERY_LENGTH_MAX, SUGGESTIONS_MAX, SuggestQuery, Suggestions};
use tantivy::query::FuzzyTermQuery;
use tantivy::{Searcher, Term};

use super::analysis::{self, Analysis, QueryWord};
use super::list::Listing;
use super::query::{self, Builder};
use super::schema::Fields;
use super::segment::Snapshot;
use super::synonyms::Compiled;

/// The most words of one segment's dictionary that are looked at: common beginnings have thousands.
const SEEN_MAX: usize = 2_000;
/// The most words that a beginning stands for when products are looked for.
const COMPLETIONS_MAX: usize = 12;
/// Hits that are looked at for how a word is spelled: what the first is found by may be another form of it.
const SPELLED_BY: usize = SUGGESTIONS_MAX;
/// A beginning of so many letters may have a typo.
const TYPO_LENGTH_MIN: usize = 4;

/// The products that are found so far, and what the text may become.
pub(super) fn suggest(
    fields: &Fields,
    snapshot: &Snapshot,
    synonyms: &Compiled,
    asked: &SuggestQuery,
) -> tantivy::Result<Suggestions> {
    let text: String = asked.text.trim_start().chars().take(QUERY_LENGTH_MAX).collect();
    let analysis = Analysis::of(asked.language);
    let mut last = None;
    analysis.plain_analyzer().token_stream(&text).process(&mut |token| {
        last = Some((token.offset_from..token.offset_to, token.text.clone()));
    });
    let Some((place, beginning)) = last else { return Ok(Suggestions::default()) };
    let list = |hits: usize| ListQuery {
        limit: hits.min(SUGGESTIONS_MAX),
        ..ListQuery::everything(asked.language, asked.market.clone())
    };
    // Whoever has typed a space has finished the word.
    let is_open = place.end == text.len();
    let builder = Builder::new(fields, snapshot, synonyms, asked.language);
    let completions = if is_open { completions(&builder, &beginning)? } else { Vec::new() };
    let words = query::build_completing(&builder, &text, &completions)?;
    let query = list(asked.hits);
    let found = Listing { fields, snapshot, query: &query, words: Some(words), is_rescored: true }.hits()?;
    let queries = completed(&builder, snapshot, &text[..place.start], &completions, asked, &list(SPELLED_BY))?;
    let queries = queries.into_iter().filter(|query| *query != text).collect();
    Ok(Suggestions { queries, hits: found.hits })
}

/// The text before the last word with each of its completions, as far as products have all of the words; the one that
/// most have first.
fn completed(
    builder: &Builder<'_>,
    snapshot: &Snapshot,
    before: &str,
    completions: &[String],
    asked: &SuggestQuery,
    first_hits: &ListQuery,
) -> tantivy::Result<Vec<String>> {
    let analysis = Analysis::of(asked.language);
    let others = analysis.query_words(before);
    let others: Vec<&QueryWord> = others.iter().collect();
    let mut analyzer = analysis.analyzer();
    let mut stems = BTreeSet::new();
    let mut counted: Vec<(u64, &String)> = Vec::new();
    for completion in completions {
        let stem = analysis::stem(&mut analyzer, completion);
        // `mug` and `mugs` find the same.
        if stems.insert(stem.clone()) {
            counted.push((builder.together(&stem, &others)?, completion));
        }
    }
    counted.retain(|(count, _)| *count > 0);
    counted.sort_by_key(|(count, _)| Reverse(*count));
    let mut queries = Vec::new();
    for (_, completion) in counted {
        if queries.len() >= asked.queries.min(SUGGESTIONS_MAX) {
            break;
        }
        let words = query::build_completing(builder, &format!("{before}{completion}"), &[])?;
        // Any hit that has the words spells them: what else it is like does not matter.
        let is_rescored = false;
        let listing = Listing { fields: builder.fields, snapshot, query: first_hits, words: Some(words), is_rescored };
        // What is sold in other markets alone is not suggested.
        if let Some(spelling) = listing.spelled(completion)? {
            queries.push(format!("{before}{spelling}"));
        }
    }
    Ok(queries)
}

/// The words that begin so, the most frequent first; those that begin nearly so, where none does.
fn completions(builder: &Builder<'_>, beginning: &str) -> tantivy::Result<Vec<String>> {
    let prefix = builder.prefix();
    let word = format!("{prefix}{beginning}");
    let field = builder.fields.titles(builder.language);
    let mut frequencies = beginning_with(builder.searcher, field, &word)?;
    if frequencies.is_empty() && beginning.chars().count() >= TYPO_LENGTH_MIN {
        frequencies = beginning_nearly_with(builder.searcher, field, &prefix, &word)?;
    }
    let mut words: Vec<(String, u64)> = frequencies.into_iter().collect();
    words.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    words.truncate(COMPLETIONS_MAX);
    Ok(words.into_iter().map(|(word, _)| word[prefix.len()..].to_owned()).collect())
}

fn beginning_with(
    searcher: &Searcher,
    field: tantivy::schema::Field,
    word: &str,
) -> tantivy::Result<BTreeMap<String, u64>> {
    let mut frequencies = BTreeMap::new();
    for reader in searcher.segment_readers() {
        let inverted = reader.inverted_index(field)?;
        let mut terms = inverted.terms().range().ge(word.as_bytes()).into_stream()?;
        let mut seen = 0;
        while seen < SEEN_MAX && terms.advance() && terms.key().starts_with(word.as_bytes()) {
            seen += 1;
            if let Ok(term) = std::str::from_utf8(terms.key()) {
                *frequencies.entry(term.to_owned()).or_default() += u64::from(terms.value().doc_freq);
            }
        }
    }
    Ok(frequencies)
}

fn beginning_nearly_with(
    searcher: &Searcher,
    field: tantivy::schema::Field,
    prefix: &str,
    word: &str,
) -> tantivy::Result<BTreeMap<String, u64>> {
    let automaton = FuzzyTermQuery::new_prefix(Term::from_field_text(field, word), 1, true).automaton()?;
    let mut frequencies = BTreeMap::new();
    for reader in searcher.segment_readers() {
        let inverted = reader.inverted_index(field)?;
        let mut terms = inverted.terms().search(&automaton).into_stream()?;
        let mut seen = 0;
        while seen < SEEN_MAX && terms.advance() {
            seen += 1;
            if let Ok(term) = std::str::from_utf8(terms.key())
                && term.starts_with(prefix)
            {
                *frequencies.entry(term.to_owned()).or_default() += u64::from(terms.value().doc_freq);
            }
        }
    }
    Ok(frequencies)
}
