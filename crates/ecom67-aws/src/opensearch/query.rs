//! What somebody typed, as words that products may have.
//!
//! Each word becomes a group of alternatives. Queries are put together from words, never parsed: whatever is typed, it
//! is words and numbers, and their count is bounded.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use ecom67_app::search::{QUERY_LENGTH_MAX, Synonyms};
use ecom67_domain::Language;
use ecom67_ranking::spelling::RARE_MAX;
use ecom67_ranking::understanding::{
    COMPLETION_BOOST, COMPOUND_HEAD_BOOST, COMPOUND_MODIFIER_BOOST, JOINED_BOOST, SYNONYM_BOOST, WORDS_MAX,
};
use ecom67_ranking::{bags, measures, number_keys};

use super::Reader;
use super::call::CallError;
use super::compounds::Compounds;
use super::settings::Analysis;
use super::spelling::{Meant, Unsure};
use super::words::{Documents, KnownWords, Stem, Word};

/// A word that may be found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alternative {
    /// The word, with how many products have it.
    pub(super) stem: Stem,
    /// Words that a product must have beside it.
    pub(super) with: Vec<Stem>,
    /// What it counts.
    pub(super) weight: f32,
}

/// A word that was typed: what it may be found as.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Group {
    /// The word itself first, if any product has it.
    pub(super) alternatives: Vec<Alternative>,
    /// Whether any product has the word itself.
    is_known: bool,
}

impl Group {
    fn of(stem: Stem) -> Self {
        Self { alternatives: vec![Alternative { stem, with: Vec::new(), weight: 1.0 }], is_known: true }
    }

    fn add(&mut self, stem: Stem, weight: f32) {
        self.add_all(stem, Vec::new(), weight);
    }

    fn add_all(&mut self, stem: Stem, with: Vec<Stem>, weight: f32) {
        let is_same = |known: &Alternative| known.stem.word == stem.word && known.with == with;
        if !self.alternatives.iter().any(is_same) {
            self.alternatives.push(Alternative { stem, with, weight });
        }
    }
}

impl Alternative {
    /// All words that a product must have.
    pub(super) fn stems(&self) -> impl Iterator<Item = &Stem> {
        std::iter::once(&self.stem).chain(&self.with)
    }

    /// The words, for people.
    pub(super) fn told(&self) -> String {
        self.stems().map(|stem| stem.word.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// In how many products it may be at most: in no more than the rarest of its words.
    fn frequency(&self) -> u64 {
        self.stems().map(|stem| stem.in_all).min().unwrap_or(0)
    }
}

/// What somebody typed, understood.
#[derive(Debug)]
pub(super) struct TextQuery {
    /// The language it is searched in.
    pub(super) language: Language,
    /// The words, as far as they may be found.
    pub(super) groups: Vec<Group>,
    /// What each group tells of what all tell together.
    pub(super) shares: Vec<f32>,
    /// How many products there are to compare with.
    pub(super) documents: Documents,
    /// Numbers that products have, with what each adds to a score.
    pub(super) numbers: Vec<(String, f32)>,
    /// The text that was typed, as far as it counts.
    text: String,
    /// What is searched in the place of words that nobody has, as it stands in the dictionary of words.
    replaced: Vec<(Range<usize>, Vec<String>)>,
}

impl TextQuery {
    /// Whether something is searched that was not typed.
    pub(super) fn is_corrected(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// The text with what is searched instead, in the spelling that `written` knows of a word; `None` where all is
    /// searched as it was typed.
    pub(super) fn corrected(&self, written: impl Fn(&str) -> String) -> Option<String> {
        if self.replaced.is_empty() {
            return None;
        }
        let (mut corrected, mut end) = (String::with_capacity(self.text.len()), 0);
        for (place, words) in &self.replaced {
            corrected.push_str(&self.text[end..place.start]);
            let words: Vec<String> = words.iter().map(|word| written(word)).collect();
            corrected.push_str(&words.join(" "));
            end = place.end;
        }
        corrected.push_str(&self.text[end..]);
        Some(corrected.trim().to_owned())
    }

    /// The words that are looked for, by which hits can be recognised.
    pub(super) fn words(&self) -> BTreeSet<&str> {
        let alternatives = self.groups.iter().flat_map(|group| &group.alternatives);
        alternatives.flat_map(Alternative::stems).map(|stem| stem.word.as_str()).collect()
    }
}

impl Reader {
    /// Makes a query of a text.
    pub(super) async fn understood(
        &self,
        language: Language,
        text: &str,
        synonyms: &Arc<Synonyms>,
    ) -> Result<TextQuery, CallError> {
        self.understood_completing(language, text, synonyms, &[]).await
    }

    /// Makes a query of a text whose last word stands for all of `completions` as well.
    pub(super) async fn understood_completing(
        &self,
        language: Language,
        text: &str,
        synonyms: &Arc<Synonyms>,
        completions: &[Word],
    ) -> Result<TextQuery, CallError> {
        let text: String = text.chars().take(QUERY_LENGTH_MAX).collect();
        let typed = self.typed(language, &text).await?;
        let mut groups: Vec<Group> = typed.measures.iter().cloned().map(Group::of).collect();
        let (of_words, replaced) = self.groups(language, &typed, synonyms, completions).await?;
        groups.extend(of_words);
        groups.retain(|group| !group.alternatives.is_empty());
        groups.truncate(WORDS_MAX);
        let documents = bags::number(typed.documents.all).max(1.0);
        let mut shares = Vec::with_capacity(groups.len());
        for group in &groups {
            let frequencies = group.alternatives.iter().map(Alternative::frequency);
            let known: Result<f32, CallError> = bags::weight(documents, group.is_known, frequencies.map(Ok));
            shares.push(known?);
        }
        bags::scale_to_shares(&mut shares);
        let Typed { documents, numbers, .. } = typed;
        Ok(TextQuery { language, groups, shares, documents, numbers, text, replaced })
    }

    /// Asks for the words of a text, of its numbers with units, and of each two words written as one.
    async fn typed(&self, language: Language, text: &str) -> Result<Typed, CallError> {
        let measures = measures(text, Analysis::of(language) == Analysis::German);
        let pairs = pairs(text);
        let mut asked = format!("{text}\n");
        let mut begin = |word: &str| {
            let begin = asked.len();
            asked.push_str(word);
            asked.push('\n');
            begin
        };
        let measure_begins: Vec<usize> = measures.iter().map(|measure| begin(&measure.word)).collect();
        let pair_begins: Vec<usize> = pairs.iter().map(|(_, word)| begin(word)).collect();
        let mut numbers = number_keys(text);
        let keys: Vec<&str> = numbers.iter().map(|(key, _)| key.as_str()).collect();
        let KnownWords { words, numbers: known_numbers, documents } = self.known_words(language, &asked, &keys).await?;
        numbers.retain(|(key, _)| known_numbers.contains(key));
        let known: HashMap<usize, &Word> = words
            .iter()
            .filter(|word| word.place.start > text.len() && word.stem.in_all > 0)
            .map(|word| (word.place.start, word))
            .collect();
        let mut taken: Vec<Range<usize>> = Vec::new();
        let mut found = Vec::new();
        for (measure, begin) in measures.iter().zip(measure_begins) {
            if let Some(word) = known.get(&begin) {
                found.push(word.stem.clone());
                taken.push(measure.place.clone());
            }
        }
        let joined = pairs.iter().zip(pair_begins);
        let joined = joined.filter_map(|((places, _), begin)| Some((*places, known.get(&begin)?.stem.clone())));
        let joined = joined.collect();
        let mut words: Vec<Word> = words
            .into_iter()
            .filter(|word| word.place.start < text.len())
            .filter(|word| !taken.iter().any(|place| place.contains(&word.place.start)))
            .collect();
        keep_telling(&mut words);
        let mut seen = BTreeSet::new();
        words.retain(|word| seen.insert(word.stem.word.clone()));
        words.truncate(WORDS_MAX);
        Ok(Typed { words, measures: found, joined, numbers, documents })
    }

    /// What each of the words may be found as, and what is searched instead of words that nobody has.
    async fn groups(
        &self,
        language: Language,
        typed: &Typed,
        synonyms: &Arc<Synonyms>,
        completions: &[Word],
    ) -> Result<(Vec<Group>, Vec<Replacement>), CallError> {
        let words = &typed.words;
        let is_completed = |place: usize| !completions.is_empty() && place + 1 == words.len();
        let understood = words.iter().enumerate().filter(|(place, _)| !is_completed(*place)).map(|(_, word)| word);
        let compounds = match Analysis::of(language) {
            Analysis::German => self.compounds(language, understood).await?,
            Analysis::English | Analysis::Other => Compounds::default(),
        };
        let synonyms = self.synonyms_of(language, words, synonyms).await?;
        let mut own: Vec<Group> = Vec::with_capacity(words.len());
        let mut unsure = Vec::new();
        for (place, word) in words.iter().enumerate() {
            if is_completed(place) {
                own.push(completed(word, completions));
                continue;
            }
            let mut group = Group::default();
            if word.stem.in_all > 0 {
                group = Group::of(word.stem.clone());
            }
            for head in compounds.ending_in(&word.stem.word) {
                group.add(head.clone(), COMPOUND_HEAD_BOOST);
            }
            for compound in compounds.beginning_with(&word.stem.word) {
                group.add(compound.clone(), COMPOUND_MODIFIER_BOOST);
            }
            let (named, found) = &synonyms[place];
            for stems in found {
                if let Some((stem, with)) = stems.split_first().filter(|(stem, _)| stem.in_all > 0) {
                    group.add_all(stem.clone(), with.to_vec(), SYNONYM_BOOST);
                }
            }
            let has_any = !group.alternatives.is_empty();
            // Whoever names a word in a list of synonyms knows how it is spelled.
            if has_any && *named {
                own.push(group);
                continue;
            }
            // A model's number is never a typo of another.
            let is_number = word.plain.bytes().any(|byte| byte.is_ascii_digit());
            if !is_number && (!has_any || word.stem.in_all <= RARE_MAX) {
                unsure.push(Unsure { place, has_any });
            }
            own.push(group);
        }
        let mut meant = self.meant(language, words, &unsure).await?;
        let (mut groups, mut replaced) = (Vec::new(), Vec::new());
        let mut joined_before: Option<&Stem> = None;
        for (place, (word, group)) in words.iter().zip(own).enumerate() {
            let joined = words.get(place + 1).and_then(|next| typed.joined.get(&(word.place.start, next.place.start)));
            let mut of_word = match meant.remove(&place) {
                None => vec![group],
                Some(Meant { words: instead }) => {
                    replaced.push((word.place.clone(), instead.iter().map(|(plain, _)| plain.clone()).collect()));
                    instead.into_iter().map(|(_, stem)| Group::of(stem)).collect()
                }
            };
            for group in &mut of_word {
                for joined in joined_before.iter().chain(&joined) {
                    group.add((*joined).clone(), JOINED_BOOST);
                }
            }
            joined_before = joined;
            groups.extend(of_word);
        }
        Ok((groups, replaced))
    }
}

impl Reader {
    /// For each of the words whether a synonym of it is known, and those that may be found.
    async fn synonyms_of(
        &self,
        language: Language,
        words: &[Word],
        synonyms: &Arc<Synonyms>,
    ) -> Result<Vec<(bool, Vec<Vec<Stem>>)>, CallError> {
        let compiled = self.compiled(synonyms).await?;
        let stems: Vec<&str> = words.iter().map(|word| word.stem.word.as_str()).collect();
        let found = compiled.of_words(language, &stems);
        let distinct: BTreeSet<&str> = found.iter().flatten().copied().flatten().map(String::as_str).collect();
        let known = self.stems(language, distinct).await?;
        let stem = |word: &String| {
            let unknown = || Stem { word: word.clone(), ..Stem::default() };
            known.get(word).cloned().unwrap_or_else(unknown)
        };
        let of_word = |found: Vec<&[String]>| {
            let named = !found.is_empty();
            (named, found.into_iter().map(|words| words.iter().map(stem).collect()).collect())
        };
        Ok(found.into_iter().map(of_word).collect())
    }
}

/// What stands in the place of a word.
type Replacement = (Range<usize>, Vec<String>);

/// The words of a text.
struct Typed {
    /// The words that count, each once.
    words: Vec<Word>,
    /// Its numbers with units that products have.
    measures: Vec<Stem>,
    /// What two words are when they are written as one (`head set`), if any product writes them so, by where both begin.
    joined: HashMap<(usize, usize), Stem>,
    /// Numbers that products have, with what each adds to a score.
    numbers: Vec<(String, f32)>,
    documents: Documents,
}

/// Drops words that say nothing, unless all are such (`the who`).
pub(super) fn keep_telling(words: &mut Vec<Word>) {
    if words.iter().any(|word| word.tells) {
        words.retain(|word| word.tells);
    }
}

/// What a word is found as that may become others.
fn completed(word: &Word, completions: &[Word]) -> Group {
    let mut group = Group::default();
    for completion in completions {
        let is_word = completion.plain == word.plain;
        group.add(completion.stem.clone(), if is_word { 1.0 } else { COMPLETION_BOOST });
    }
    group
}

/// Each two words of a text that stand beside each other, written as one, with where both begin.
fn pairs(text: &str) -> Vec<((usize, usize), String)> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut begin = None;
    for (place, character) in text.char_indices().chain([(text.len(), ' ')]) {
        match (character.is_alphanumeric(), begin) {
            (true, None) => begin = Some(place),
            (false, Some(from)) => {
                words.push((from, &text[from..place]));
                begin = None;
            }
            _ => {}
        }
    }
    let pairs = words.windows(2).map(|pair| ((pair[0].0, pair[1].0), format!("{}{}", pair[0].1, pair[1].1)));
    pairs.take(2 * WORDS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_beside_each_other_are_tried_as_one() {
        assert_eq!(pairs("head-set, für"), [((0, 5), "headset".to_owned()), ((5, 10), "setfür".to_owned())]);
        assert_eq!(pairs("one"), []);
        assert_eq!(pairs(" ?! "), []);
    }
}
