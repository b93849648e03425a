//! The words that products' texts are written with: among them is looked for what a word was meant to be.
//!
//! No field of the index: a field would tell of each word which products have it, which nobody asks, and to write that
//! down was a third of what an index cost to build. In how many products a word stands is known of its stem. A word that
//! no product has any more stays until the index is built anew: its stem finds nothing, so it is no correction.
//!
//! All words are in one file beside those of the engine, named by its content, and a commit names the file that belongs
//! to it. It is written before the commit, so that no commit is without its words.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use ecom67_domain::Language;
use tantivy::directory::{FileSlice, OwnedBytes};
use tantivy::postings::TermInfo;
use tantivy::query::DfaWrapper;
use tantivy::termdict::{TermDictionary, TermDictionaryBuilder};

/// How the names of the files begin.
const FILE_PREFIX: &str = "words-";
/// Between a language and a word.
const SEPARATOR: char = ':';
/// What comes after [`SEPARATOR`].
const AFTER_SEPARATOR: char = ';';

/// Words of all languages, in memory.
pub(super) struct Dictionary {
    terms: TermDictionary,
    /// What the words are read from; empty where there are none.
    bytes: OwnedBytes,
    /// What the file is called; `None` where there are no words.
    name: Option<String>,
}

/// A word of a language as the dictionary has it.
pub(super) fn entry(language: Language, word: &str) -> String {
    format!("{language}{SEPARATOR}{word}")
}

impl Dictionary {
    /// No words.
    pub(super) fn empty() -> Self {
        Self { terms: TermDictionary::empty(), bytes: OwnedBytes::empty(), name: None }
    }

    /// Reads the words of a file, which must be what was written.
    pub(super) fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let bytes = fs::read(folder.join(name))?;
        // Before they are looked into: the engine takes for granted that they are whole.
        if name_of(&bytes) == name {
            Self::of(bytes)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "the words are damaged"))
        }
    }

    fn of(bytes: Vec<u8>) -> io::Result<Self> {
        let name = Some(name_of(&bytes));
        let bytes = OwnedBytes::new(bytes);
        Ok(Self { terms: TermDictionary::open(FileSlice::new(Arc::new(bytes.clone())))?, bytes, name })
    }

    /// What the file of these words is called: no other words have the same; `None` where there are no words.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// These words and more, each as [`entry`] makes it.
    pub(super) fn with(&self, more: &BTreeSet<String>) -> io::Result<Self> {
        let nowhere = TermInfo { doc_freq: 0, postings_range: 0..0, positions_range: 0..0 };
        let mut builder = TermDictionaryBuilder::create(Vec::with_capacity(self.bytes.len()))?;
        let mut more = more.iter().peekable();
        let mut present = self.terms.stream()?;
        while present.advance() {
            while let Some(word) = more.next_if(|word| word.as_bytes() < present.key()) {
                builder.insert(word, &nowhere)?;
            }
            more.next_if(|word| word.as_bytes() == present.key());
            builder.insert(present.key(), &nowhere)?;
        }
        for word in more {
            builder.insert(word, &nowhere)?;
        }
        let mut bytes = builder.finish()?;
        bytes.shrink_to_fit();
        Self::of(bytes)
    }

    /// Whether it has a word, as [`entry`] makes it.
    pub(super) fn contains(&self, word: &str) -> io::Result<bool> {
        Ok(self.terms.term_ord(word)?.is_some())
    }

    /// Tells the words of a language that `automaton` accepts with their language before them, until told to stop.
    pub(super) fn each_like(
        &self,
        language: Language,
        automaton: &DfaWrapper,
        mut tell: impl FnMut(&str) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let first = entry(language, "");
        let end = format!("{language}{AFTER_SEPARATOR}");
        let mut words = self.terms.search(automaton).ge(&first).lt(end).into_stream()?;
        while words.advance() {
            if let Some(word) = std::str::from_utf8(words.key()).ok().and_then(|word| word.strip_prefix(&first))
                && tell(word).is_break()
            {
                break;
            }
        }
        Ok(())
    }

    /// Writes the file of these words, synced, unless there are none.
    pub(super) fn save(&self, folder: &Path) -> io::Result<()> {
        let Some(name) = &self.name else { return Ok(()) };
        let mut beside = tempfile::Builder::new().prefix(FILE_PREFIX).tempfile_in(folder)?;
        beside.write_all(&self.bytes)?;
        beside.as_file().sync_all()?;
        beside.persist(folder.join(name))?;
        File::open(folder)?.sync_all()
    }
}

fn name_of(bytes: &[u8]) -> String {
    format!("{FILE_PREFIX}{}", blake3::hash(bytes))
}

/// Whether an error of [`Dictionary::open`] says that the words are damaged or gone.
pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::NotFound)
}

/// Removes the files of words that belong to no commit any more.
pub(super) fn remove_others(folder: &Path, own: Option<&str>) -> io::Result<()> {
    let mut others = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(FILE_PREFIX) && Some(name) != own) {
            others.push(entry.path());
        }
    }
    if others.is_empty() {
        return Ok(());
    }
    // The engine renames what says which commit is the last, and does not wait for it to be on disk.
    File::open(folder)?.sync_all()?;
    others.iter().try_for_each(fs::remove_file)
}

#[cfg(test)]
mod tests {
    use tantivy::Term;
    use tantivy::query::FuzzyTermQuery;
    use tantivy::schema::Field;

    use super::*;

    fn words(words: &[(Language, &str)]) -> BTreeSet<String> {
        words.iter().map(|(language, word)| entry(*language, word)).collect()
    }

    fn like(dictionary: &Dictionary, language: Language, word: &str) -> Vec<String> {
        let term = Term::from_field_text(Field::from_field_id(0), &entry(language, word));
        let automaton = FuzzyTermQuery::new(term, 1, true).automaton().unwrap();
        let mut found = Vec::new();
        let keep = |word: &str| {
            found.push(word.to_owned());
            ControlFlow::Continue(())
        };
        dictionary.each_like(language, &automaton, keep).unwrap();
        found
    }

    #[test]
    fn words_are_found_in_their_own_language_alone() {
        let dictionary = Dictionary::empty();
        let dictionary = dictionary.with(&words(&[(Language::ENGLISH, "mug"), (Language::GERMAN, "mug")])).unwrap();
        let dictionary = dictionary.with(&words(&[(Language::ENGLISH, "jug"), (Language::ENGLISH, "mug")])).unwrap();

        assert_eq!(like(&dictionary, Language::ENGLISH, "mugg"), ["mug"]);
        assert_eq!(like(&dictionary, Language::ENGLISH, "mug"), ["jug", "mug"]);
        assert_eq!(like(&dictionary, Language::GERMAN, "jug"), ["mug"]);
        assert_eq!(like(&dictionary, "fr".parse().unwrap(), "mug"), [""; 0]);
        assert_eq!(like(&Dictionary::empty(), Language::ENGLISH, "mug"), [""; 0]);
        assert!(dictionary.contains(&entry(Language::ENGLISH, "jug")).unwrap());
        assert!(!dictionary.contains(&entry(Language::GERMAN, "jug")).unwrap());
    }

    #[test]
    fn a_file_has_what_was_written_or_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dictionary = Dictionary::empty().with(&words(&[(Language::ENGLISH, "mug")])).unwrap();
        dictionary.save(folder.path()).unwrap();
        let name = dictionary.name().unwrap().to_owned();

        let opened = Dictionary::open(folder.path(), &name).unwrap();
        assert_eq!(like(&opened, Language::ENGLISH, "mug"), ["mug"]);

        let mut bytes = fs::read(folder.path().join(&name)).unwrap();
        bytes[3] ^= 1;
        fs::write(folder.path().join(&name), bytes).unwrap();
        Dictionary::open(folder.path(), &name).err().expect("damaged words are refused");
    }

    #[test]
    fn files_of_other_words_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let first = Dictionary::empty().with(&words(&[(Language::ENGLISH, "mug")])).unwrap();
        let second = first.with(&words(&[(Language::ENGLISH, "jug")])).unwrap();
        first.save(folder.path()).unwrap();
        second.save(folder.path()).unwrap();

        remove_others(folder.path(), second.name()).unwrap();

        Dictionary::open(folder.path(), first.name().unwrap()).err().expect("it is gone");
        Dictionary::open(folder.path(), second.name().unwrap()).unwrap();
    }
}
