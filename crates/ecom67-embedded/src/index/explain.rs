//! Why a product stands where it does.

use ecom67_app::search::{EXPLAINED_MAX, Explanation, LIST_LIMIT_MAX, ListQuery, Placed, Placement, SortValue};
use ecom67_domain::ProductCode;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, TERMINATED};

use super::list::Listing;
use super::schema::Fields;
use super::segment::Snapshot;
use super::synonyms::Compiled;
use super::{query, rescore, scoring};

/// Why `product` stands where it does among the results; `None` where the index does not have it.
pub(super) fn explain(
    fields: &Fields,
    snapshot: &Snapshot,
    synonyms: &Compiled,
    asked: &ListQuery,
    product: &ProductCode,
) -> tantivy::Result<Option<Explanation>> {
    let Some((segment, document)) = find(fields, snapshot, product)? else { return Ok(None) };
    let text = asked.text.as_deref().unwrap_or_default();
    let build = || query::build(fields, snapshot, synonyms, asked.language, text);
    let words = build()?;
    let mut explanation = Explanation {
        words: scoring::explain(fields, snapshot, asked.language, &words, segment, document)?,
        placed: placed(&asked.placement, product),
        number_bonus: number_bonus(&words, &snapshot.segments[segment].reader, document)?,
        ..Explanation::default()
    };
    let by_words: Score = explanation.words.iter().map(|word| word.by_main + word.by_all).sum();
    let mut page = ListQuery { limit: LIST_LIMIT_MAX, facets: false, after: None, ..asked.clone() };
    let mut seen = 0;
    loop {
        let listing = Listing { fields, snapshot, query: &page, words: Some(build()?), is_rescored: true };
        let (hits, keys) = (listing.hits()?, listing.keys()?);
        explanation.total = hits.total;
        explanation.corrected = hits.corrected;
        if let Some(place) = keys.iter().position(|key| key.code == *product) {
            explanation.place = Some(seen + place + 1);
            if let (SortValue::Score(score), None) = (&keys[place].value, explanation.placed) {
                let likeness = rescore::final_score(*score).map(|score| score - by_words - explanation.number_bonus);
                explanation.likeness = likeness;
            }
            return Ok(Some(explanation));
        }
        seen += keys.len();
        page.after = hits.next;
        if page.after.is_none() || seen >= EXPLAINED_MAX {
            return Ok(Some(explanation));
        }
    }
}

fn placed(placement: &Placement, product: &ProductCode) -> Option<Placed> {
    let pinned = placement.pinned.contains(product).then_some(Placed::Pinned);
    pinned.or_else(|| placement.buried.contains(product).then_some(Placed::Buried))
}

/// Where the index has a product.
pub(super) fn find(
    fields: &Fields,
    snapshot: &Snapshot,
    product: &ProductCode,
) -> tantivy::Result<Option<(usize, DocId)>> {
    let term = fields.product(product);
    for (place, segment) in snapshot.segments.iter().enumerate() {
        let inverted = segment.reader.inverted_index(term.field())?;
        let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::Basic)? else { continue };
        while postings.doc() != TERMINATED {
            if segment.reader.alive_bitset().is_none_or(|alive| alive.is_alive(postings.doc())) {
                return Ok(Some((place, postings.doc())));
            }
            postings.advance();
        }
    }
    Ok(None)
}

fn number_bonus(words: &query::TextQuery, reader: &tantivy::SegmentReader, document: DocId) -> tantivy::Result<Score> {
    let mut bonus = 0.0;
    for (term, own) in &words.numbers {
        let postings = reader.inverted_index(term.field())?.read_postings(term, IndexRecordOption::Basic)?;
        if postings.is_some_and(|mut postings| postings.doc() <= document && postings.seek(document) == document) {
            bonus += own;
        }
    }
    Ok(bonus)
}
