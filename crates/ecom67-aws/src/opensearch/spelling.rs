//! What words that nobody has were most likely meant to be.

use std::collections::{BTreeSet, HashMap};

use ecom67_domain::Language;
use ecom67_ranking::spelling::{
    CORRECTED_LENGTH_MIN, PART_FREQUENCY_MIN, PART_LENGTH_MIN, RARE_RATIO, TWO_EDITS_LENGTH_MIN, cost, likelihood,
};
use serde_json::{Map, Value, json};

use super::Reader;
use super::call::CallError;
use super::search::Found;
use super::settings::field;
use super::words::{Stem, Word};

/// The most words of the dictionary that are looked at for one that was typed.
const SEEN_MAX: usize = 50;
/// A share of all products that no word exceeds: the engine would not look for what is like a frequent word.
const NEVER_TOO_FREQUENT: f32 = 0.999;

/// A word of a query that may be a typo.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unsure {
    /// Its place among the words.
    pub(super) place: usize,
    /// Whether any product has it, or what it may be found as.
    pub(super) has_any: bool,
}

/// What is searched instead of a word: another one, or two that it was written together from.
#[derive(Debug)]
pub(super) struct Meant {
    /// As they stand in the dictionary, and as texts are searched by them.
    pub(super) words: Vec<(String, Stem)>,
}

/// A word of the dictionary that is like another.
#[derive(Clone, Debug)]
struct Correction {
    word: String,
    frequency: u64,
    cost: f64,
}

impl Reader {
    /// What each of the words that may be typos was most likely meant to be, by their places; those that have to be
    /// taken as they are stand not in it.
    pub(super) async fn meant(
        &self,
        language: Language,
        words: &[Word],
        unsure: &[Unsure],
    ) -> Result<HashMap<usize, Meant>, CallError> {
        let mut meant = HashMap::new();
        if unsure.is_empty() {
            return Ok(meant);
        }
        let corrections = self.corrections(language, words, unsure).await?;
        let parts: HashMap<usize, Vec<[&str; 2]>> = unsure
            .iter()
            .filter(|unsure| !unsure.has_any)
            .map(|unsure| (unsure.place, partings(&words[unsure.place].plain)))
            .collect();
        let candidates = corrections.values().flatten().map(|correction| correction.word.as_str());
        let stems = self.stems_of(language, candidates.chain(parts.values().flatten().flatten().copied())).await?;
        let together = self.together(language, words, &corrections, &stems).await?;
        for Unsure { place, .. } in unsure {
            let likeliest =
                corrections.get(place).and_then(|corrections| likeliest(*place, corrections, &stems, &together));
            let instead = match likeliest {
                Some(word) => Some(vec![word]),
                None => parts.get(place).and_then(|parts| best_parts(parts, &stems)),
            };
            meant.extend(instead.map(|words| (*place, Meant { words })));
        }
        Ok(meant)
    }

    /// The words of the dictionary that are at most so many edits away as a word's length forgives.
    async fn corrections(
        &self,
        language: Language,
        words: &[Word],
        unsure: &[Unsure],
    ) -> Result<HashMap<usize, Vec<Correction>>, CallError> {
        let mut asked = Map::new();
        for Unsure { place, .. } in unsure {
            let word = &words[*place].plain;
            let length = word.chars().count();
            for (edits, length_min) in [(1_u8, CORRECTED_LENGTH_MIN), (2, TWO_EDITS_LENGTH_MIN)] {
                if length >= length_min {
                    asked.insert(format!("{edits}:{place}"), similar(language, word, edits));
                }
            }
        }
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let found = self.search(&json!({ "size": 0, "track_total_hits": false, "suggest": asked })).await?;
        let mut corrections = HashMap::new();
        for Unsure { place, has_any } in unsure {
            let word = &words[*place];
            let likelier =
                |correction: &Correction| !has_any || correction.frequency >= RARE_RATIO * word.stem.in_all.max(1);
            let with_edits = |edits: u8| suggested(&found, &format!("{edits}:{place}"), &word.plain, edits);
            let mut own = with_edits(1);
            if own.is_empty() {
                own = with_edits(2);
            }
            own.retain(likelier);
            corrections.insert(*place, own);
        }
        Ok(corrections)
    }

    /// What each of some words is searched by.
    pub(super) async fn stems_of<'word>(
        &self,
        language: Language,
        words: impl Iterator<Item = &'word str>,
    ) -> Result<HashMap<String, Stem>, CallError> {
        let words: BTreeSet<&str> = words.collect();
        if words.is_empty() {
            return Ok(HashMap::new());
        }
        let mut text = String::new();
        let mut begins = HashMap::new();
        for word in words {
            begins.insert(text.len(), word);
            text.push_str(word);
            text.push('\n');
        }
        let found = self.words(language, &text).await?;
        let stems = found.into_iter().filter_map(|found| {
            let word = begins.get(&found.place.start)?;
            Some(((*word).to_owned(), found.stem))
        });
        Ok(stems.collect())
    }

    /// In how many products each correction stands with all of the other words that any product has.
    async fn together(
        &self,
        language: Language,
        words: &[Word],
        corrections: &HashMap<usize, Vec<Correction>>,
        stems: &HashMap<String, Stem>,
    ) -> Result<HashMap<(usize, String), u64>, CallError> {
        let all = field::all(language);
        let term = |stem: &str| json!({ "term": { &all: stem } });
        let (mut asked, mut together) = (Map::new(), HashMap::new());
        if words.len() < 2 {
            return Ok(together);
        }
        for (place, corrections) in corrections {
            let others = words.iter().enumerate().filter(|(other, _)| other != place);
            let others: Vec<Value> =
                others.filter(|(_, other)| other.stem.in_all > 0).map(|(_, other)| term(&other.stem.word)).collect();
            for (number, correction) in corrections.iter().enumerate() {
                let Some(stem) = stems.get(&correction.word) else { continue };
                if others.is_empty() {
                    together.insert((*place, correction.word.clone()), stem.in_all);
                    continue;
                }
                let mut conditions = others.clone();
                conditions.push(term(&stem.word));
                let counted = json!({ "filter": { "bool": { "filter": conditions } } });
                asked.insert(format!("{place}:{number}"), counted);
            }
        }
        if asked.is_empty() {
            return Ok(together);
        }
        let found = self.search(&json!({ "size": 0, "track_total_hits": false, "aggs": asked })).await?;
        for (place, corrections) in corrections {
            for (number, correction) in corrections.iter().enumerate() {
                let count = found.aggregation(&format!("{place}:{number}/doc_count")).and_then(Value::as_u64);
                together.extend(count.map(|count| ((*place, correction.word.clone()), count)));
            }
        }
        Ok(together)
    }
}

/// Asks for the words of the dictionary that are so many edits away, swapping two letters being one.
fn similar(language: Language, word: &str, edits: u8) -> Value {
    json!({
        "text": word,
        "term": {
            "field": field::vocabulary(language),
            "analyzer": "keyword",
            "suggest_mode": "always",
            "string_distance": "damerau_levenshtein",
            "max_edits": edits,
            // First letters are mistyped, too.
            "prefix_length": 0,
            "min_word_length": CORRECTED_LENGTH_MIN,
            "max_term_freq": NEVER_TOO_FREQUENT,
            "sort": "frequency",
            "size": SEEN_MAX,
            "shard_size": SEEN_MAX,
        },
    })
}

fn suggested(found: &Found, name: &str, typed: &str, edits: u8) -> Vec<Correction> {
    let options = found.suggest.get(name).and_then(|suggested| suggested.pointer("/0/options")?.as_array());
    let correction = |option: &Value| {
        let word = option.get("text")?.as_str()?;
        let frequency = option.get("freq")?.as_u64()?;
        let cost = cost(typed, word) * f64::from(edits);
        (word != typed).then(|| Correction { word: word.to_owned(), frequency, cost })
    };
    options.into_iter().flatten().filter_map(correction).collect()
}

/// The word that was most likely meant: one that stands in many products, and with the other words of the query.
fn likeliest(
    place: usize,
    corrections: &[Correction],
    stems: &HashMap<String, Stem>,
    together: &HashMap<(usize, String), u64>,
) -> Option<(String, Stem)> {
    let mut best: Option<(f64, &Correction, &Stem)> = None;
    for correction in corrections {
        let Some(stem) = stems.get(&correction.word) else { continue };
        let frequency = stem.in_all.max(correction.frequency);
        let together = together.get(&(place, correction.word.clone())).copied().unwrap_or(0);
        let likelihood = likelihood(frequency, together, correction.cost);
        let is_better = best
            .is_none_or(|(most, before, _)| likelihood > most || (likelihood >= most && correction.word < before.word));
        if is_better {
            best = Some((likelihood, correction, stem));
        }
    }
    best.map(|(_, correction, stem)| (correction.word.clone(), stem.clone()))
}

/// All ways to part a word in two.
fn partings(word: &str) -> Vec<[&str; 2]> {
    let parted = word.char_indices().map(|(place, _)| word.split_at(place));
    let is_long = |part: &str| part.len() >= PART_LENGTH_MIN;
    parted.filter(|(first, second)| is_long(first) && is_long(second)).map(|(first, second)| [first, second]).collect()
}

/// The two words that were typed as one: of all ways to part it, the one whose rarer part is the most frequent.
fn best_parts(partings: &[[&str; 2]], stems: &HashMap<String, Stem>) -> Option<Vec<(String, Stem)>> {
    let mut best: Option<(u64, Vec<(String, Stem)>)> = None;
    for parts in partings {
        let known: Option<Vec<(String, Stem)>> =
            parts.iter().map(|part| Some(((*part).to_owned(), stems.get(*part)?.clone()))).collect();
        let Some(known) = known else { continue };
        let frequency = known.iter().map(|(_, stem)| stem.in_all).min().unwrap_or(0);
        if frequency >= PART_FREQUENCY_MIN && best.as_ref().is_none_or(|(most, _)| frequency > *most) {
            best = Some((frequency, known));
        }
    }
    best.map(|(_, parts)| parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_parted_where_both_parts_may_be_words() {
        assert_eq!(partings("laptopb"), [["lap", "topb"], ["lapt", "opb"]]);
        assert_eq!(partings("lapto"), [[""; 2]; 0]);
    }

    #[test]
    fn of_equally_likely_words_the_first_is_taken_however_they_came() {
        let correction = |word: &str| Correction { word: word.to_owned(), frequency: 3, cost: 0.0 };
        let stem = |word: &str| (word.to_owned(), Stem { word: word.to_owned(), in_main: 3, in_all: 3 });
        let stems = HashMap::from([stem("mug"), stem("rug")]);

        for corrections in [["mug", "rug"], ["rug", "mug"]] {
            let corrections = corrections.map(correction);
            assert_eq!(likeliest(0, &corrections, &stems, &HashMap::new()).unwrap().0, "mug");
        }
    }
}
