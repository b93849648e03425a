//! Words that find others, as the index writes words.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use ecom67_app::search::Synonyms;
use ecom67_domain::Language;

use super::analysis::{Analysis, QueryWord};

/// Synonyms by the first word of what is typed.
#[derive(Debug, Default)]
pub(super) struct Compiled(HashMap<(Language, String), Vec<Pair>>);

/// What is typed, and what is found as well, in stems.
#[derive(Debug, PartialEq, Eq)]
struct Pair {
    typed: Vec<String>,
    finds: Vec<String>,
}

impl Compiled {
    fn of(synonyms: &Synonyms) -> Self {
        let mut compiled: HashMap<_, Vec<Pair>> = HashMap::new();
        for synonym in &synonyms.0 {
            let stems = |text: &str| -> Vec<String> {
                let words = Analysis::of(synonym.language).query_words(text);
                words.into_iter().map(|word| word.stem).collect()
            };
            let pair = Pair { typed: stems(&synonym.typed), finds: stems(&synonym.finds) };
            if let (Some(first), false) = (pair.typed.first(), pair.finds.is_empty() || pair.typed == pair.finds) {
                compiled.entry((synonym.language, first.clone())).or_default().push(pair);
            }
        }
        Self(compiled)
    }

    /// For each of the words what it finds as well: alone, or with those beside it.
    pub(super) fn of_words(&self, language: Language, words: &[QueryWord]) -> Vec<Vec<&[String]>> {
        let mut found = vec![Vec::new(); words.len()];
        for (place, word) in words.iter().enumerate() {
            let pairs = self.0.get(&(language, word.stem.clone())).map(Vec::as_slice).unwrap_or_default();
            for Pair { typed, finds } in pairs {
                let here = words[place..].iter().map(|word| &word.stem);
                if here.take(typed.len()).eq(typed) {
                    for found in &mut found[place..place + typed.len()] {
                        found.push(finds.as_slice());
                    }
                }
            }
        }
        found
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
