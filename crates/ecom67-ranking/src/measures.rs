//! Numbers with units, however they are written: `500gb`, `500 GB` and `0.5 TB` are one word.

use std::ops::Range;

/// A unit: how it is written, what it is told in, and how many of that one is.
type Unit = (&'static [&'static str], &'static str, f64);

/// The units that shoppers search by, in lower case. Inches stay inches: `68.6 cm` is 27 of them only nearly.
const UNITS: [Unit; 29] = [
    (&["kb"], "byte", 1e3),
    (&["mb"], "byte", 1e6),
    (&["gb", "gigabyte", "gigabytes"], "byte", 1e9),
    (&["tb", "terabyte", "terabytes"], "byte", 1e12),
    (&["\"", "''", "\u{2033}", "\u{201d}", "in", "inch", "inches", "zoll"], "inch", 1.0),
    (&["mm"], "mm", 1.0),
    (&["cm"], "mm", 10.0),
    (&["m", "meter", "metre", "metres", "meters"], "mm", 1000.0),
    (&["ft", "feet", "foot"], "foot", 1.0),
    (&["mg"], "mg", 1.0),
    (&["g", "gram", "grams", "gramm"], "mg", 1e3),
    (&["kg", "kilo", "kilogram", "kilograms", "kilogramm"], "mg", 1e6),
    (&["lb", "lbs", "pound", "pounds"], "pound", 1.0),
    (&["ml"], "ml", 1.0),
    (&["cl"], "ml", 10.0),
    (&["l", "liter", "litre", "litres", "liters"], "ml", 1000.0),
    (&["mw"], "mwatt", 1.0),
    (&["w", "watt", "watts"], "mwatt", 1e3),
    (&["kw"], "mwatt", 1e6),
    (&["v", "volt", "volts"], "volt", 1.0),
    (&["mah"], "mah", 1.0),
    (&["ah"], "mah", 1e3),
    (&["hz"], "hertz", 1.0),
    (&["khz"], "hertz", 1e3),
    (&["mhz"], "hertz", 1e6),
    (&["ghz"], "hertz", 1e9),
    (&["mp", "megapixel", "megapixels"], "megapixel", 1.0),
    (&["mbps", "mbit/s"], "mbps", 1.0),
    (&["gbps", "gbit/s"], "mbps", 1e3),
];

/// The longest number that is one: what is longer is an article number.
const DIGITS_MAX: usize = 12;

/// A number with its unit in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Where it stands.
    pub place: Range<usize>,
    /// The word that it is looked up by, whatever its spelling.
    pub word: String,
}

/// The numbers with units in a text. `decimal_comma` tells which of comma and point parts thousands.
pub fn measures(text: &str, decimal_comma: bool) -> Vec<Measure> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let is_begin = bytes[at].is_ascii_digit() && (at == 0 || !is_word_byte(bytes[at - 1]));
        if !is_begin {
            at += 1;
            continue;
        }
        let end = number_end(bytes, at);
        let measure = number(&text[at..end], decimal_comma).zip(unit(text, end));
        if let Some((value, (unit_end, name, factor))) = measure {
            found.push(Measure { place: at..unit_end, word: format!("{}{name}", plain(value * factor)) });
            at = unit_end;
        } else {
            at = end;
        }
    }
    found
}

/// Whether a number that follows belongs to a longer word or number.
const fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'.' | b',' | b'_')
}

fn number_end(bytes: &[u8], from: usize) -> usize {
    let mut end = from;
    while end < bytes.len() {
        let is_separator = matches!(bytes[end], b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !bytes[end].is_ascii_digit() && !is_separator {
            break;
        }
        end += 1;
    }
    end
}

/// The value of a number with points and commas; `None` where it is none.
fn number(text: &str, decimal_comma: bool) -> Option<f64> {
    if text.len() > DIGITS_MAX {
        return None;
    }
    let thousands = if decimal_comma { '.' } else { ',' };
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(['.', ',']) {
        let separator = rest[place..].chars().next()?;
        let after = &rest[place + 1..];
        let group = after.find(['.', ',']).unwrap_or(after.len());
        plain.push_str(&rest[..place]);
        // `1,000` is a thousand to English readers; `2,5` can only be two and a half.
        if separator != thousands || group != 3 {
            plain.push('.');
        }
        rest = after;
    }
    plain.push_str(rest);
    plain.parse().ok()
}

/// The unit behind a number: where it ends, what it is told in, and how many of that one is.
fn unit(text: &str, from: usize) -> Option<(usize, &'static str, f64)> {
    let rest = &text[from..];
    let begin = from + rest.len() - rest.trim_start_matches([' ', '-', '\u{a0}']).len();
    // At most one space or hyphen.
    if text[from..begin].chars().count() > 1 {
        return None;
    }
    let rest = &text[begin..];
    let length =
        rest.find(|character: char| !character.is_ascii_alphabetic() && character != '/').unwrap_or(rest.len());
    let mark = rest.chars().next().filter(|character| !character.is_alphanumeric()).map(|_| rest);
    for (spellings, name, factor) in &UNITS {
        for spelling in *spellings {
            let is_mark = !spelling.as_bytes()[0].is_ascii_alphabetic();
            if is_mark {
                if mark.is_some_and(|rest| rest.starts_with(spelling)) && begin == from {
                    return Some((begin + spelling.len(), name, *factor));
                }
            } else if rest[..length].eq_ignore_ascii_case(spelling) {
                // `4K` is followed by nothing of a word, `5Mbit` is.
                let ends = rest[length..].chars().next().is_none_or(|next| !next.is_alphanumeric());
                return ends.then_some((begin + length, name, *factor));
            }
        }
    }
    None
}

/// Three decimals at most, `d` for the point: words have none.
fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').replace('.', "d")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        measures(text, false).into_iter().map(|measure| measure.word).collect()
    }

    #[test]
    fn a_measure_is_one_word_however_it_is_written() {
        for text in ["500gb", "500 GB", "500-GB disk", "0.5 TB", "an 0.5tb SSD", "500,000 MB"] {
            assert_eq!(words(text), ["500000000000byte"], "{text}");
        }
        for text in ["27 inch", "27\"", "27-inch", "27in", "68.6 cm screen (27\")", "27''"] {
            assert_eq!(words(text).last().unwrap(), "27inch", "{text}");
        }
        assert_eq!(words("15.6\" and 2.5 kg"), ["15d6inch", "2500000mg"]);
        assert_eq!(measures("2,5 kg", true)[0].word, "2500000mg");
        assert_eq!(measures("1.500 ml", true)[0].word, measures("1,5 l", true)[0].word);
    }

    #[test]
    fn the_place_is_that_of_number_and_unit() {
        let text = "SSD 500 GB black";

        assert_eq!(&text[measures(text, false)[0].place.clone()], "500 GB");
    }

    #[test]
    fn what_is_no_measure_is_left_alone() {
        for text in [
            "ps4",
            "iphone 7",
            "24-MB01",
            "WS12-XS",
            "4k tv",
            "1234567890123 g",
            "5  kg",
            "mp3",
            "g 5",
            "10 golf balls",
            "",
        ] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
    }
}
