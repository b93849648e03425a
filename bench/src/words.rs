//! The words of the generated catalog: a few hundred real ones for names, invented ones for everything else.

use crate::chance::{Chance, Zipf};

/// One thing in English and in German.
pub(crate) type Pair = (&'static str, &'static str);

/// The categories at the top, each with the kinds of things in it.
pub(crate) const DEPARTMENTS: [(Pair, [Pair; 8]); 10] = [
    (
        ("Kitchen", "Küche"),
        [
            ("Kettle", "Wasserkocher"),
            ("Saucepan", "Kochtopf"),
            ("Knife", "Messer"),
            ("Toaster", "Toaster"),
            ("Blender", "Mixer"),
            ("Coffee Grinder", "Kaffeemühle"),
            ("Mixing Bowl", "Rührschüssel"),
            ("Storage Jar", "Vorratsglas"),
        ],
    ),
    (
        ("Living", "Wohnen"),
        [
            ("Armchair", "Sessel"),
            ("Bookshelf", "Bücherregal"),
            ("Floor Lamp", "Stehleuchte"),
            ("Rug", "Teppich"),
            ("Cushion", "Kissen"),
            ("Side Table", "Beistelltisch"),
            ("Curtain", "Vorhang"),
            ("Mirror", "Spiegel"),
        ],
    ),
    (
        ("Garden", "Garten"),
        [
            ("Spade", "Spaten"),
            ("Watering Can", "Gießkanne"),
            ("Hedge Trimmer", "Heckenschere"),
            ("Planter", "Pflanzkübel"),
            ("Hammock", "Hängematte"),
            ("Garden Hose", "Gartenschlauch"),
            ("Wheelbarrow", "Schubkarre"),
            ("Bird House", "Vogelhaus"),
        ],
    ),
    (
        ("Computers", "Computer"),
        [
            ("Notebook", "Notebook"),
            ("Monitor", "Monitor"),
            ("Keyboard", "Tastatur"),
            ("Mouse", "Maus"),
            ("Router", "Router"),
            ("Docking Station", "Dockingstation"),
            ("Hard Drive", "Festplatte"),
            ("Printer", "Drucker"),
        ],
    ),
    (
        ("Audio", "Audio"),
        [
            ("Headphones", "Kopfhörer"),
            ("Loudspeaker", "Lautsprecher"),
            ("Microphone", "Mikrofon"),
            ("Turntable", "Plattenspieler"),
            ("Amplifier", "Verstärker"),
            ("Radio", "Radio"),
            ("Soundbar", "Soundbar"),
            ("Guitar", "Gitarre"),
        ],
    ),
    (
        ("Sports", "Sport"),
        [
            ("Bicycle", "Fahrrad"),
            ("Yoga Mat", "Yogamatte"),
            ("Tent", "Zelt"),
            ("Backpack", "Rucksack"),
            ("Sleeping Bag", "Schlafsack"),
            ("Helmet", "Helm"),
            ("Dumbbell", "Hantel"),
            ("Kayak", "Kajak"),
        ],
    ),
    (
        ("Clothing", "Kleidung"),
        [
            ("Jacket", "Jacke"),
            ("Sweater", "Pullover"),
            ("Trousers", "Hose"),
            ("Shirt", "Hemd"),
            ("Dress", "Kleid"),
            ("Scarf", "Schal"),
            ("Socks", "Socken"),
            ("Boots", "Stiefel"),
        ],
    ),
    (
        ("Toys", "Spielzeug"),
        [
            ("Puzzle", "Puzzle"),
            ("Building Blocks", "Bausteine"),
            ("Doll", "Puppe"),
            ("Kite", "Drachen"),
            ("Board Game", "Brettspiel"),
            ("Train Set", "Eisenbahn"),
            ("Plush Bear", "Plüschbär"),
            ("Scooter", "Roller"),
        ],
    ),
    (
        ("Office", "Büro"),
        [
            ("Desk", "Schreibtisch"),
            ("Office Chair", "Bürostuhl"),
            ("Fountain Pen", "Füller"),
            ("Notepad", "Notizblock"),
            ("Binder", "Ordner"),
            ("Whiteboard", "Tafel"),
            ("Shredder", "Aktenvernichter"),
            ("Desk Lamp", "Schreibtischlampe"),
        ],
    ),
    (
        ("Workshop", "Werkstatt"),
        [
            ("Drill", "Bohrmaschine"),
            ("Hammer", "Hammer"),
            ("Saw", "Säge"),
            ("Screwdriver", "Schraubendreher"),
            ("Ladder", "Leiter"),
            ("Toolbox", "Werkzeugkasten"),
            ("Sander", "Schleifer"),
            ("Paint Brush", "Pinsel"),
        ],
    ),
];

/// What parts one kind of thing into the categories below it.
pub(crate) const KINDS: [Pair; 3] = [("Everyday", "Alltag"), ("Professional", "Profi"), ("Travel", "Reise")];

/// What a name begins with.
pub(crate) const ADJECTIVES: [Pair; 24] = [
    ("Compact", "Kompakter"),
    ("Quiet", "Leiser"),
    ("Folding", "Faltbarer"),
    ("Light", "Leichter"),
    ("Sturdy", "Robuster"),
    ("Classic", "Klassischer"),
    ("Slim", "Schlanker"),
    ("Soft", "Weicher"),
    ("Wireless", "Kabelloser"),
    ("Wide", "Breiter"),
    ("Deep", "Tiefer"),
    ("Bright", "Heller"),
    ("Warm", "Warmer"),
    ("Cool", "Kühler"),
    ("Quick", "Schneller"),
    ("Steady", "Stabiler"),
    ("Smooth", "Glatter"),
    ("Round", "Runder"),
    ("Tall", "Hoher"),
    ("Low", "Niedriger"),
    ("Solar", "Solarer"),
    ("Magnetic", "Magnetischer"),
    ("Waterproof", "Wasserdichter"),
    ("Handmade", "Handgemachter"),
];

/// Colours with what they look like.
pub(crate) const COLOURS: [(Pair, &str); 12] = [
    (("Red", "Rot"), "#c8372d"),
    (("Orange", "Orange"), "#ee8a2e"),
    (("Yellow", "Gelb"), "#f0b92d"),
    (("Green", "Grün"), "#4f9d54"),
    (("Mint", "Minze"), "#7cc9ab"),
    (("Blue", "Blau"), "#2f64a8"),
    (("Lilac", "Flieder"), "#a78bd0"),
    (("Pink", "Rosa"), "#efb0b8"),
    (("Brown", "Braun"), "#7a5140"),
    (("Grey", "Grau"), "#8a8f94"),
    (("Black", "Schwarz"), "#222326"),
    (("White", "Weiß"), "#f3f1ec"),
];

/// What things are made of.
pub(crate) const MATERIALS: [Pair; 14] = [
    ("Steel", "Stahl"),
    ("Aluminium", "Aluminium"),
    ("Oak", "Eiche"),
    ("Beech", "Buche"),
    ("Bamboo", "Bambus"),
    ("Cotton", "Baumwolle"),
    ("Wool", "Wolle"),
    ("Linen", "Leinen"),
    ("Leather", "Leder"),
    ("Glass", "Glas"),
    ("Stoneware", "Steinzeug"),
    ("Polyester", "Polyester"),
    ("Rubber", "Gummi"),
    ("Copper", "Kupfer"),
];

/// Sizes, from small to large.
pub(crate) const SIZES: [&str; 6] = ["XS", "S", "M", "L", "XL", "XXL"];

const SYLLABLES: [&str; 48] = [
    "ba", "bel", "bri", "ca", "cor", "da", "del", "dro", "el", "fa", "fen", "flo", "ga", "gri", "ha", "hel", "il",
    "ja", "ka", "kel", "kro", "la", "len", "lo", "ma", "mer", "mo", "na", "nel", "no", "or", "pa", "pel", "pri", "qua",
    "ra", "ren", "ro", "sa", "sel", "sto", "ta", "ter", "tri", "va", "vel", "wen", "zo",
];

/// An invented word of two to four syllables.
pub(crate) fn invent(chance: &mut Chance) -> String {
    (0..chance.between(2, 4)).map(|_| *chance.pick(&SYLLABLES)).collect()
}

/// So many different invented words, the earlier the more often used.
#[derive(Debug)]
pub(crate) struct Vocabulary {
    words: Vec<String>,
    ranks: Zipf,
}

impl Vocabulary {
    /// Invents `count` words, none of them twice.
    pub(crate) fn invented(chance: &mut Chance, count: usize) -> Self {
        let mut known = std::collections::HashSet::new();
        let mut words = Vec::with_capacity(count);
        while words.len() < count {
            let word = invent(chance);
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        Self { ranks: Zipf::new(count), words }
    }

    /// A word.
    pub(crate) fn word(&self, chance: &mut Chance) -> &str {
        &self.words[self.ranks.rank(chance)]
    }

    /// So many words, as a sentence.
    pub(crate) fn sentence(&self, chance: &mut Chance, words: usize) -> String {
        let mut sentence = String::new();
        for _ in 0..words {
            let word = self.word(chance);
            match word.chars().next() {
                Some(first) if sentence.is_empty() => {
                    sentence.extend(first.to_uppercase());
                    sentence.push_str(&word[first.len_utf8()..]);
                }
                _ => {
                    sentence.push(' ');
                    sentence.push_str(word);
                }
            }
        }
        sentence.push('.');
        sentence
    }
}

/// A text as a part of an address: lower case, ASCII, words joined by hyphens.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.to_lowercase().chars() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_german_name_has_a_slug_in_ascii() {
        assert_eq!(slug("Größer, Büro & Co. "), "groesser-buero-co");
    }

    #[test]
    fn no_word_is_invented_twice() {
        let vocabulary = Vocabulary::invented(&mut Chance::seeded(3), 5_000);

        let different: std::collections::HashSet<_> = vocabulary.words.iter().collect();

        assert_eq!(different.len(), 5_000);
    }
}
