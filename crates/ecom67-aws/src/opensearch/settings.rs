//! How the engine keeps products: its analysers, similarities and fields.

use ecom67_domain::Language;
use ecom67_ranking::bags::{ALL, Bag, MAIN};
use serde_json::{Map, Value, json};

/// Counts up whenever fields, words or values are written otherwise: an index of another format is built anew.
pub(super) const FORMAT: u32 = 3;

/// Between an attribute and its value. It sorts before everything that a code consists of, so that the values of one
/// attribute stand together.
pub(super) const SEPARATOR: char = '\u{1f}';

/// Fields come per language and per market: of both there are some dozens at most.
const FIELDS_MAX: u32 = 2_000;

/// The longest word in characters; what is longer is no word.
const WORD_LENGTH_MAX: u32 = 64;
/// The shortest stem that may be a compound: three letters for each part.
const COMPOUND_LENGTH_MIN: u32 = 6;

/// How a language's texts are analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Analysis {
    /// English stems.
    English,
    /// German stems without umlauts.
    German,
    /// Lower case without accents.
    Other,
}

impl Analysis {
    /// How this language's texts are analysed.
    pub(super) fn of(language: Language) -> Self {
        match language {
            Language::ENGLISH => Self::English,
            Language::GERMAN => Self::German,
            _ => Self::Other,
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Other => "other",
        }
    }

    /// The analyser that makes words of a text as it is searched.
    pub(super) fn stems(self) -> String {
        format!("stems_{}", self.suffix())
    }

    /// The analyser that makes words of a text as they are written.
    pub(super) fn plain(self) -> String {
        format!("plain_{}", self.suffix())
    }

    /// The analyser that leaves of what somebody typed the words that say something.
    pub(super) fn telling(self) -> String {
        format!("telling_{}", self.suffix())
    }
}

/// The fields, by the names the engine knows them by.
pub(super) mod field {
    use ecom67_domain::Language;

    pub(in super::super) const CODE: &str = "code";
    pub(in super::super) const NUMBER: &str = "number";
    pub(in super::super) const CATEGORY: &str = "category";
    pub(in super::super) const BRAND: &str = "brand";
    pub(in super::super) const TAG: &str = "tag";
    pub(in super::super) const ATTRIBUTE: &str = "attribute";
    /// Each attribute with how many values of it a product has.
    pub(in super::super) const ATTRIBUTE_COUNT: &str = "attribute_count";
    pub(in super::super) const AVAILABILITY: &str = "availability";
    pub(in super::super) const PUBLISHED_AT: &str = "published_at";
    pub(in super::super) const REDUCED: &str = "reduced";
    /// The collections with the product's place in each: nested, since there is no bound to how many collections a shop
    /// has, but one to how many fields an index can have.
    pub(in super::super) const PICKED: &str = "picked";
    pub(in super::super) const COLLECTION: &str = "picked.collection";
    pub(in super::super) const PLACE: &str = "picked.place";
    /// What the product is about, and by which model that was found out.
    pub(in super::super) const VECTOR: &str = "vector";
    pub(in super::super) const MODEL: &str = "model";
    /// What tells the entry from any other.
    pub(in super::super) const FINGERPRINT: &str = "fingerprint";
    /// The stems of German names, kinds and labels from their ends: what compounds end in.
    pub(in super::super) const HEADS: &str = "heads.de";
    /// The same from their beginnings.
    pub(in super::super) const COMPOUNDS: &str = "compounds.de";

    /// What the merchant says first of a product.
    pub(in super::super) fn main(language: Language) -> String {
        format!("main.{language}")
    }

    /// Every text of a product.
    pub(in super::super) fn all(language: Language) -> String {
        format!("all.{language}")
    }

    /// The dictionary of a language's words as they are written.
    pub(in super::super) fn vocabulary(language: Language) -> String {
        format!("all.{language}.plain")
    }

    /// The dictionary of the words in what products, their kinds and brands are called.
    pub(in super::super) fn titles(language: Language) -> String {
        format!("titles.{language}")
    }

    /// The name, for its matches.
    pub(in super::super) fn name(language: Language) -> String {
        format!("name.{language}")
    }

    /// What names are sorted by.
    pub(in super::super) fn sort_name(language: Language) -> String {
        format!("sort_name.{language}")
    }

    /// The price in a market.
    pub(in super::super) fn price(market: &str) -> String {
        format!("price.{market}")
    }
}

/// In how many parts an index lies, and in how many copies beside the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) shards: u32,
    pub(super) replicas: u32,
}

/// What a new index is made of.
pub(super) fn index(size: Size) -> Value {
    json!({
        "settings": {
            "number_of_shards": size.shards,
            "number_of_replicas": size.replicas,
            // Changes are shown by the writer, all of a batch at once.
            "refresh_interval": "-1",
            "mapping.total_fields.limit": FIELDS_MAX,
            "similarity": { "main": similarity(MAIN), "all": similarity(ALL) },
            "analysis": analysis(),
        },
        "mappings": mappings(),
    })
}

fn similarity(bag: Bag) -> Value {
    json!({ "type": "BM25", "k1": bag.saturation, "b": bag.length })
}

fn analysis() -> Value {
    // `ae`, `oe` and `ue` as what is left of `ä`, `ö` and `ü`, so that `groesse` finds `Größe`; `ue` stays after vowels
    // and `q` (`neue`, `Quelle`), where it is no umlaut.
    let digraphs = "(?<=[ao])e|(?<=u)(?<![aeq]u)e";
    let analyser = |filters: &[&str]| json!({ "type": "custom", "tokenizer": "words", "filter": filters });
    let mut analysers = Map::new();
    let plain = ["short", "lowercase", "asciifolding"];
    let german = ["short", "lowercase", "asciifolding", "digraphs"];
    let mut add = |name: String, filters: &[&str]| drop(analysers.insert(name, analyser(filters)));
    add(Analysis::English.plain(), &plain);
    add(Analysis::English.stems(), &[&plain[..], &["stems_en"]].concat());
    add(Analysis::English.telling(), &["short", "lowercase", "stop_en", "stop_remains", "asciifolding"]);
    add(Analysis::German.plain(), &german);
    add(Analysis::German.stems(), &[&german[..], &["stems_de"]].concat());
    add(Analysis::German.telling(), &["short", "lowercase", "stop_de", "asciifolding", "digraphs"]);
    add(Analysis::Other.plain(), &plain);
    add(Analysis::Other.stems(), &plain);
    add(Analysis::Other.telling(), &plain);
    add("heads_de".to_owned(), &[&german[..], &["stems_de", "compounds", "reverse"]].concat());
    add("compounds_de".to_owned(), &[&german[..], &["stems_de", "compounds"]].concat());
    json!({
        "tokenizer": {
            // Letters, digits and what belongs to them; everything else parts words.
            "words": { "type": "char_group", "tokenize_on_chars": ["whitespace", "punctuation", "symbol"] },
        },
        "filter": {
            "short": { "type": "length", "max": WORD_LENGTH_MAX },
            "compounds": { "type": "length", "min": COMPOUND_LENGTH_MIN },
            "digraphs": { "type": "pattern_replace", "pattern": digraphs, "replacement": "" },
            "stems_en": { "type": "snowball", "language": "English" },
            "stems_de": { "type": "snowball", "language": "German" },
            "stop_en": { "type": "stop", "stopwords": "_english_" },
            // What is left behind of `men's` and `don't`.
            "stop_remains": { "type": "stop", "stopwords": ["s", "t"] },
            "stop_de": { "type": "stop", "stopwords": "_german_" },
        },
        "analyzer": analysers,
    })
}

fn mappings() -> Value {
    let by_key = json!({ "type": "object", "dynamic": true });
    let mut templates = Vec::new();
    let mut template = |name: &str, path: &str, mapping: &Value| {
        templates.push(json!({ name: { "path_match": path, "mapping": mapping } }));
    };
    for (analysis, key) in [(Analysis::English, "en"), (Analysis::German, "de"), (Analysis::Other, "*")] {
        let suffix = analysis.suffix();
        let mut of_language = |parent: &str, mapping: &Value| {
            template(&format!("{parent}_{suffix}"), &format!("{parent}.{key}"), mapping);
        };
        let (stems, plain) = (analysis.stems(), analysis.plain());
        let dictionary = json!({ "type": "text", "analyzer": plain, "index_options": "docs", "norms": false });
        of_language(
            "main",
            &json!({ "type": "text", "analyzer": stems, "index_options": "freqs", "similarity": "main" }),
        );
        of_language(
            "all",
            &json!({
                "type": "text", "analyzer": stems, "index_options": "freqs", "similarity": "all",
                "fields": { "plain": dictionary },
            }),
        );
        let mut listed = dictionary.clone();
        // Its words are told by how many products have them.
        listed["fielddata"] = true.into();
        of_language("titles", &listed);
        of_language("name", &json!({ "type": "text", "analyzer": stems, "index_options": "docs", "norms": false }));
    }
    template("sort_name", "sort_name.*", &json!({ "type": "keyword", "index": false }));
    template("price", "price.*", &json!({ "type": "long" }));
    let stems_listed = |analyser: &str| json!({ "type": "text", "analyzer": analyser, "index_options": "docs", "norms": false, "fielddata": true });
    let exact = json!({ "type": "keyword" });
    json!({
        "dynamic": false,
        "dynamic_templates": templates,
        "properties": {
            "main": by_key, "all": by_key, "titles": by_key, "name": by_key, "sort_name": by_key, "price": by_key,
            "heads": { "properties": { "de": stems_listed("heads_de") } },
            "compounds": { "properties": { "de": stems_listed("compounds_de") } },
            field::CODE: exact,
            field::NUMBER: { "type": "keyword", "doc_values": false },
            field::CATEGORY: exact,
            field::BRAND: exact,
            field::TAG: { "type": "keyword", "doc_values": false },
            field::ATTRIBUTE: exact,
            field::ATTRIBUTE_COUNT: exact,
            field::AVAILABILITY: exact,
            field::REDUCED: exact,
            field::PUBLISHED_AT: { "type": "long" },
            field::PICKED: {
                "type": "nested",
                "properties": { "collection": exact, "place": { "type": "long" } },
            },
            field::VECTOR: { "type": "binary", "doc_values": true },
            field::MODEL: exact,
            field::FINGERPRINT: { "type": "keyword", "index": false },
            // What stands beside the products: the position, and what was learned.
            "state": { "type": "object", "enabled": false },
        },
    })
}
