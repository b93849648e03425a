//! Words that find others, as the engine writes words.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use ecom67_app::search::Synonyms;
use ecom67_domain::Language;
use ecom67_ranking::SynonymStems;

use super::Reader;
use super::call::CallError;
use super::settings::Analysis;

/// So many texts are analysed at once: the engine takes ten thousand words.
const TEXTS_AT_ONCE: usize = 500;

/// Synonyms by language.
#[derive(Debug, Default)]
pub(super) struct Compiled(HashMap<Language, SynonymStems>);

impl Compiled {
    /// For each of the words what it finds as well: alone, or with those beside it.
    pub(super) fn of_words(&self, language: Language, words: &[&str]) -> Vec<Vec<&[String]>> {
        self.0.get(&language).map_or_else(|| vec![Vec::new(); words.len()], |synonyms| synonyms.of_words(words))
    }
}

/// The synonyms that were asked with last: the shop's, until a merchant changes them.
#[derive(Debug, Default)]
pub(super) struct LastCompiled(RwLock<Option<(Arc<Synonyms>, Arc<Compiled>)>>);

impl Reader {
    /// The synonyms as the engine writes words.
    pub(super) async fn compiled(&self, synonyms: &Arc<Synonyms>) -> Result<Arc<Compiled>, CallError> {
        if synonyms.0.is_empty() {
            return Ok(Arc::default());
        }
        if let Some((known, compiled)) = &*self.synonyms.0.read().unwrap_or_else(PoisonError::into_inner)
            && Arc::ptr_eq(known, synonyms)
        {
            return Ok(Arc::clone(compiled));
        }
        let compiled = Arc::new(self.compile(synonyms).await?);
        let last = Some((Arc::clone(synonyms), Arc::clone(&compiled)));
        *self.synonyms.0.write().unwrap_or_else(PoisonError::into_inner) = last;
        Ok(compiled)
    }

    async fn compile(&self, synonyms: &Synonyms) -> Result<Compiled, CallError> {
        let mut texts: HashMap<Language, BTreeSet<&str>> = HashMap::new();
        for synonym in &synonyms.0 {
            texts.entry(synonym.language).or_default().extend([synonym.typed.as_str(), synonym.finds.as_str()]);
        }
        let mut stems: HashMap<(Language, &str), Vec<String>> = HashMap::new();
        for (language, texts) in texts {
            let texts: Vec<&str> = texts.into_iter().collect();
            for texts in texts.chunks(TEXTS_AT_ONCE) {
                let of_texts = self.telling_stems(language, texts).await?;
                stems.extend(texts.iter().zip(of_texts).map(|(text, stems)| ((language, *text), stems)));
            }
        }
        let mut compiled = Compiled::default();
        for synonym in &synonyms.0 {
            let of = |text: &str| stems.get(&(synonym.language, text)).cloned().unwrap_or_default();
            compiled.0.entry(synonym.language).or_default().add(of(&synonym.typed), of(&synonym.finds));
        }
        Ok(compiled)
    }

    /// The stems of each text that say something, or all where none does.
    async fn telling_stems(&self, language: Language, texts: &[&str]) -> Result<Vec<Vec<String>>, CallError> {
        let analysis = Analysis::of(language);
        let text = texts.join("\n");
        let all = self.analysed(&analysis.stems(), &text).await?;
        let telling = self.analysed(&analysis.telling(), &text).await?;
        let telling: HashSet<usize> = telling.into_iter().map(|(place, _)| place.start).collect();
        let (mut end, mut begin, mut stems) = (0, 0, Vec::with_capacity(texts.len()));
        for text in texts {
            end += text.len() + 1;
            let of_text: Vec<_> = all.iter().filter(|(place, _)| (begin..end).contains(&place.start)).collect();
            let tells = of_text.iter().any(|(place, _)| telling.contains(&place.start));
            let kept = of_text.into_iter().filter(|(place, _)| !tells || telling.contains(&place.start));
            stems.push(kept.map(|(_, stem)| stem.clone()).collect());
            begin = end;
        }
        Ok(stems)
    }
}
