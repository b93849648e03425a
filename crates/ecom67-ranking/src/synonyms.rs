//! Words that find others, as an engine writes words.

use std::collections::HashMap;

/// The synonyms of one language, by the first word of what is typed.
#[derive(Debug, Default)]
pub struct SynonymStems(HashMap<String, Vec<Pair>>);

/// What is typed, and what is found as well.
#[derive(Debug, PartialEq, Eq)]
struct Pair {
    typed: Vec<String>,
    finds: Vec<String>,
}

impl SynonymStems {
    /// Adds what is found as well where `typed` is typed: one word or several of either. What finds itself says nothing.
    pub fn add(&mut self, typed: Vec<String>, finds: Vec<String>) {
        if let (Some(first), false) = (typed.first(), finds.is_empty() || typed == finds) {
            self.0.entry(first.clone()).or_default().push(Pair { typed, finds });
        }
    }

    /// For each of the words what it finds as well: alone, or with those beside it.
    pub fn of_words(&self, words: &[&str]) -> Vec<Vec<&[String]>> {
        let mut found = vec![Vec::new(); words.len()];
        for (place, word) in words.iter().enumerate() {
            for Pair { typed, finds } in self.0.get(*word).map(Vec::as_slice).unwrap_or_default() {
                if words[place..].iter().take(typed.len()).eq(typed) {
                    for found in &mut found[place..place + typed.len()] {
                        found.push(finds.as_slice());
                    }
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_words_find_others_only_together() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut synonyms = SynonymStems::default();
        synonyms.add(words("mobil phone"), words("smartphon"));
        synonyms.add(words("tv"), words("tv"));
        synonyms.add(Vec::new(), words("tv"));

        assert_eq!(
            synonyms.of_words(&["red", "mobil", "phone"]),
            [vec![], vec![&words("smartphon")[..]], vec![&words("smartphon")[..]]]
        );
        assert_eq!(synonyms.of_words(&["mobil", "heater"]), [vec![], Vec::<&[String]>::new()]);
        assert_eq!(synonyms.of_words(&["tv"]), [Vec::<&[String]>::new()]);
    }
}
