//! Why a product stands where it does.

use ecom67_app::search::{
    EXPLAINED_MAX, Explanation, LIST_LIMIT_MAX, ListQuery, Placed, Placement, SortValue, WordExplanation,
};
use ecom67_domain::ProductCode;
use ecom67_ranking::best::final_score;
use serde_json::{Value, json};

use super::Reader;
use super::call::CallError;
use super::query::TextQuery;
use super::scoring::{BagKind, having_number};

impl Reader {
    /// Why `product` stands where it does among the results; `None` where the index does not have it.
    pub(super) async fn explain(
        &self,
        asked: &ListQuery,
        product: &ProductCode,
    ) -> Result<Option<Explanation>, CallError> {
        let this = json!({ "ids": { "values": [product.as_str()] } });
        if self.search(&json!({ "size": 0, "query": this })).await?.total() == 0 {
            return Ok(None);
        }
        let words = self.understood(asked.language, asked.text.as_deref().unwrap_or_default(), &asked.synonyms).await?;
        let mut explanation = Explanation {
            words: self.explained(&words, &this).await?,
            number_bonus: self.number_bonus(&words, &this).await?,
            placed: placed(&asked.placement, product),
            ..Explanation::default()
        };
        let by_words: f32 = explanation.words.iter().map(|word| word.by_main + word.by_all).sum();
        let mut page = ListQuery { limit: LIST_LIMIT_MAX, facets: false, after: None, ..asked.clone() };
        let mut seen = 0;
        loop {
            let hits = self.list_understood(&page, Some(&words)).await?;
            let keys = self.keys(&page, &words).await?;
            explanation.total = hits.total;
            explanation.corrected = hits.corrected;
            if let Some(place) = keys.iter().position(|key| key.code == *product) {
                explanation.place = Some(seen + place + 1);
                if let (SortValue::Score(score), None) = (&keys[place].value, explanation.placed) {
                    explanation.likeness = final_score(*score).map(|score| score - by_words - explanation.number_bonus);
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

    /// What each group adds to the score of one product.
    async fn explained(&self, words: &TextQuery, this: &Value) -> Result<Vec<WordExplanation>, CallError> {
        let groups = || words.groups.iter().zip(&words.shares);
        let mut searches = Vec::new();
        for (group, share) in groups() {
            for bag in [BagKind::Main, BagKind::All] {
                let scored = words.scored_group(group, *share, bag).unwrap_or_else(|| json!({ "match_none": {} }));
                searches.push(only(this, &scored));
            }
        }
        let mut scores = self
            .searches(&searches)
            .await?
            .into_iter()
            .map(|found| found.hits.hits.first().and_then(|hit| hit.score).unwrap_or(0.0));
        let explained = groups().map(|(group, share)| WordExplanation {
            alternatives: group
                .alternatives
                .iter()
                .map(|alternative| (alternative.told(), alternative.weight))
                .collect(),
            share: *share,
            by_main: scores.next().unwrap_or(0.0),
            by_all: scores.next().unwrap_or(0.0),
        });
        Ok(explained.collect())
    }

    async fn number_bonus(&self, words: &TextQuery, this: &Value) -> Result<f32, CallError> {
        let searches: Vec<Value> = words.numbers.iter().map(|(key, _)| only(this, &having_number(key))).collect();
        let found = self.searches(&searches).await?;
        let bonuses = words.numbers.iter().zip(found).filter(|(_, found)| !found.hits.hits.is_empty());
        Ok(bonuses.map(|((_, bonus), _)| bonus).sum())
    }
}

fn placed(placement: &Placement, product: &ProductCode) -> Option<Placed> {
    let pinned = placement.pinned.contains(product).then_some(Placed::Pinned);
    pinned.or_else(|| placement.buried.contains(product).then_some(Placed::Buried))
}

/// One product, with what `query` makes of it.
fn only(this: &Value, query: &Value) -> Value {
    json!({
        "size": 1,
        "_source": false,
        "track_total_hits": false,
        "query": { "bool": { "must": query, "filter": this } },
    })
}
