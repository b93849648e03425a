//! Typos as people make them: one edit in the longest word.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};

/// Shorter words are left alone: a letter more or less makes another word of them.
const WORD_LENGTH_MIN: usize = 5;

/// The rows of a keyboard; keys beside each other are neighbours, and those above and below to the left and right.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The query with one edit in its longest word of at least five letters (the first of several): two letters swapped,
/// one dropped, doubled, or struck on a neighbour key. The same seed and name always make the same typo. A query
/// without such a word is left as it is.
pub fn with_typo(query: &str, seed: u64, name: &str) -> String {
    let mut words: Vec<String> = query.split(' ').map(str::to_owned).collect();
    let letters = |word: &str| word.chars().count();
    let longest = words.iter().map(|word| letters(word)).max().unwrap_or(0);
    let Some(word) = words.iter_mut().find(|word| letters(word) == longest && longest >= WORD_LENGTH_MIN) else {
        return query.to_owned();
    };
    let own =
        name.bytes().fold(seed, |mixed, byte| mixed.rotate_left(8).wrapping_mul(0x100_0000_01B3) ^ u64::from(byte));
    let mut random = ChaCha8Rng::seed_from_u64(own);
    *word = edited(word, &mut random);
    words.join(" ")
}

fn edited(word: &str, random: &mut ChaCha8Rng) -> String {
    let letters: Vec<char> = word.chars().collect();
    // Some edits change nothing, such as swapping two of a kind: then another is made.
    loop {
        let mut edited = letters.clone();
        let place = below(random, letters.len());
        match below(random, 4) {
            0 => edited.swap(place.min(letters.len() - 2), place.min(letters.len() - 2) + 1),
            1 => drop(edited.remove(place)),
            2 => edited.insert(place, letters[place]),
            _ => {
                let neighbours = neighbours(letters[place]);
                if !neighbours.is_empty() {
                    edited[place] = neighbours[below(random, neighbours.len())];
                }
            }
        }
        if edited != letters {
            return edited.into_iter().collect();
        }
    }
}

/// A number below `limit`.
fn below(random: &mut ChaCha8Rng, limit: usize) -> usize {
    let limit = u64::try_from(limit).unwrap_or(1).max(1);
    usize::try_from(random.next_u64() % limit).unwrap_or(0)
}

fn neighbours(letter: char) -> Vec<char> {
    let place = ROWS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(letter)?)));
    let Some((row, column)) = place else { return Vec::new() };
    let key = |row: Option<usize>, column: Option<usize>| {
        let keys = ROWS.get(row?)?.as_bytes();
        keys.get(column?).map(|key| char::from(*key))
    };
    // Each row begins half a key further right than the one above.
    let (above, below) = (row.checked_sub(1), row.checked_add(1));
    let (left, right) = (column.checked_sub(1), column.checked_add(1));
    let around = [
        key(Some(row), left),
        key(Some(row), right),
        key(above, Some(column)),
        key(above, right),
        key(below, left),
        key(below, Some(column)),
    ];
    around.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_one_edit_in_the_longest_word() {
        for seed in 0..200 {
            let query = with_typo("red keyboard stand", seed, "q1");
            let words: Vec<&str> = query.split(' ').collect();

            assert_eq!((words[0], words[2]), ("red", "stand"), "{query}");
            assert_ne!(words[1], "keyboard");
            assert!((7..=9).contains(&words[1].len()), "{query}");
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_typo_and_another_query_another() {
        assert_eq!(with_typo("keyboard", 7, "1"), with_typo("keyboard", 7, "1"));
        let typos: std::collections::BTreeSet<_> =
            (0..50).map(|name| with_typo("keyboard", 7, &name.to_string())).collect();
        assert!(typos.len() > 10, "{typos:?}");
    }

    #[test]
    fn short_words_are_left_alone_and_umlauts_are_letters() {
        assert_eq!(with_typo("ipad ssd", 1, "q"), "ipad ssd");
        assert_eq!(with_typo("", 1, "q"), "");
        for seed in 0..50 {
            assert_ne!(with_typo("größe", seed, "q"), "größe");
        }
    }

    #[test]
    fn neighbours_are_the_keys_around() {
        assert_eq!(neighbours('g'), ['f', 'h', 't', 'y', 'v', 'b']);
        assert_eq!(neighbours('q'), ['w', 'a']);
        assert!(neighbours('7').is_empty());
    }
}
