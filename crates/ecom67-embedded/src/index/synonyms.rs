//! Words that find others, as the index writes words.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ecom67_app::search::Synonyms;
use ecom67_domain::Language;
use ecom67_ranking::SynonymStems;

use super::analysis::{Analysis, QueryWord};

/// Synonyms by language.
#[derive(Debug, Default)]
pub(super) struct Compiled(HashMap<Language, SynonymStems>);

impl Compiled {
    fn of(synonyms: &Synonyms) -> Self {
        let mut compiled: HashMap<Language, SynonymStems> = HashMap::new();
        for synonym in &synonyms.0 {
            let stems = |text: &str| -> Vec<String> {
                let words = Analysis::of(synonym.language).query_words(text);
                words.into_iter().map(|word| word.stem).collect()
            };
            compiled.entry(synonym.language).or_default().add(stems(&synonym.typed), stems(&synonym.finds));
        }
        Self(compiled)
    }

    /// For each of the words what it finds as well: alone, or with those beside it.
    pub(super) fn of_words(&self, language: Language, words: &[QueryWord]) -> Vec<Vec<&[String]>> {
        let Some(synonyms) = self.0.get(&language) else { return vec![Vec::new(); words.len()] };
        synonyms.of_words(&words.iter().map(|word| word.stem.as_str()).collect::<Vec<_>>())
    }
}

/// The synonyms that were asked with last: the shop's, until a merchant changes them.
#[derive(Debug, Default)]
pub(super) struct LastCompiled(RwLock<Option<(Arc<Synonyms>, Arc<Compiled>)>>);

impl LastCompiled {
    /// The synonyms as the index writes words.
    pub(super) fn compiled(&self, synonyms: &Arc<Synonyms>) -> Arc<Compiled> {
        if let Some((known, compiled)) = &*self.0.read().unwrap_or_else(PoisonError::into_inner)
            && Arc::ptr_eq(known, synonyms)
        {
            return Arc::clone(compiled);
        }
        let compiled = Arc::new(Compiled::of(synonyms));
        let last = Some((Arc::clone(synonyms), Arc::clone(&compiled)));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = last;
        compiled
    }
}
