//! What the index keeps of a product, and how a product is written into it.

use ecom67_app::search::{IndexEntry, IndexText, name_sort_key};
use ecom67_domain::stock::Availability;
use ecom67_domain::{AttributeCode, CollectionCode, Language, MarketCode, ProductCode};
use ecom67_ranking::bags::NAME_WEIGHT;
use ecom67_ranking::{measures, number_key};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, JsonObjectOptions, OwnedValue, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, Term};

use super::analysis::{self, Analysis};
use super::bags::{BagFields, Bags};
use super::words::{WORDS, Words};

/// Counts up whenever fields, words or values are written otherwise: an index of another format is built anew.
pub(super) const FORMAT: u32 = 9;

/// Between an attribute and its value. It sorts before everything that a code consists of, so that the values of one
/// attribute stand together.
pub(super) const SEPARATOR: char = '\u{1f}';

/// The availabilities in the order of the numbers they are kept as.
pub(super) const AVAILABILITIES: [Availability; 4] =
    [Availability::InStock, Availability::LowStock, Availability::BackOrder, Availability::SoldOut];

/// The number an availability is kept as.
pub(super) fn availability_number(availability: Availability) -> usize {
    AVAILABILITIES.iter().position(|known| *known == availability).expect("the list names every availability")
}

/// The columns of values, by the names the engine knows them by.
pub(super) mod column {
    pub(in super::super) const CODE: &str = "code";
    pub(in super::super) const CATEGORY: &str = "category";
    pub(in super::super) const BRAND: &str = "brand";
    pub(in super::super) const ATTRIBUTE: &str = "attribute";
    pub(in super::super) const AVAILABILITY: &str = "availability";
    pub(in super::super) const PUBLISHED_AT: &str = "published_at";
    pub(in super::super) const FINGERPRINT: &str = "fingerprint";
    /// Below this a column per market.
    pub(in super::super) const PRICE: &str = "price";
    /// Below this a column per collection.
    pub(in super::super) const PLACE: &str = "place";
    /// Below this a column per language.
    pub(in super::super) const NAME: &str = "name";
    /// Below this a column per language.
    pub(in super::super) const SORT_NAME: &str = "sort_name";

    /// The name of a column below another.
    pub(in super::super) fn below(parent: &str, child: &str) -> String {
        format!("{parent}.{child}")
    }
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    code: Field,
    bags: Bags,
    /// The stems of German names turned around: a dictionary of what compounds end in.
    pub(super) heads_german: Field,
    titles: Titles,
    numbers: Field,
    category: Field,
    collection: Field,
    brand: Field,
    tag: Field,
    attribute: Field,
    availability: Field,
    published_at: Field,
    fingerprint: Field,
    prices: Field,
    reduced: Field,
    places: Field,
    names: Field,
    sort_names: Field,
}

/// The dictionaries of the words in what products, their kinds and brands are called: one for each way in which texts are
/// analysed.
#[derive(Clone, Copy, Debug)]
struct Titles {
    english: Field,
    german: Field,
    other: Field,
}

impl Fields {
    /// The schema, and its fields.
    pub(super) fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let text = |tokenizer: &str, option, fieldnorms| {
            let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer);
            TextOptions::default().set_indexing_options(indexing.set_index_option(option).set_fieldnorms(fieldnorms))
        };
        let searched = text(WORDS, IndexRecordOption::WithFreqs, true);
        let listed = text(WORDS, IndexRecordOption::Basic, false);
        let exact = || text("raw", IndexRecordOption::Basic, false);
        let by_key = || JsonObjectOptions::default().set_fast("raw");
        let fields = Self {
            code: builder.add_text_field(column::CODE, STRING | FAST),
            bags: Bags::new(&mut builder, &searched),
            heads_german: builder.add_text_field("heads_de", listed.clone()),
            titles: Titles {
                english: builder.add_text_field("titles_en", listed.clone()),
                german: builder.add_text_field("titles_de", listed.clone()),
                other: builder.add_text_field("titles_other", listed),
            },
            numbers: builder.add_text_field("numbers", exact()),
            category: builder.add_text_field(column::CATEGORY, exact() | FAST),
            collection: builder.add_text_field("collection", exact()),
            brand: builder.add_text_field(column::BRAND, exact() | FAST),
            tag: builder.add_text_field("tag", exact()),
            attribute: builder.add_text_field(column::ATTRIBUTE, exact() | FAST),
            availability: builder.add_u64_field(column::AVAILABILITY, FAST),
            published_at: builder.add_i64_field(column::PUBLISHED_AT, FAST),
            fingerprint: builder.add_u64_field(column::FINGERPRINT, FAST),
            prices: builder.add_json_field(column::PRICE, by_key()),
            reduced: builder.add_text_field("reduced", exact()),
            places: builder.add_json_field(column::PLACE, by_key()),
            names: builder.add_json_field(column::NAME, by_key()),
            sort_names: builder.add_json_field(column::SORT_NAME, by_key()),
        };
        (builder.build(), fields)
    }

    /// The words of a product's texts, in a language.
    pub(super) fn bags(&self, language: Language) -> BagFields {
        self.bags.of(language)
    }

    /// The same, however they are analysed.
    pub(super) const fn all_bags(&self) -> &Bags {
        &self.bags
    }

    /// The dictionary of the words in what products, their kinds and brands are called.
    pub(super) fn titles(&self, language: Language) -> Field {
        match Analysis::of(language) {
            Analysis::English => self.titles.english,
            Analysis::German => self.titles.german,
            Analysis::Other => self.titles.other,
        }
    }

    /// What a word of a language is looked up by in every text.
    pub(super) fn word(&self, language: Language, word: &str) -> Term {
        Term::from_field_text(self.bags(language).all, &token(language, word))
    }

    /// What a product is looked up by.
    pub(super) fn product(&self, code: &ProductCode) -> Term {
        Term::from_field_text(self.code, code.as_str())
    }

    /// What the products with a number are looked up by.
    pub(super) fn number(&self, key: &str) -> Term {
        Term::from_field_text(self.numbers, key)
    }

    /// What the products below a category are looked up by.
    pub(super) fn category(&self, code: &str) -> Term {
        Term::from_field_text(self.category, code)
    }

    /// What the products of a collection are looked up by.
    pub(super) fn collection(&self, code: &CollectionCode) -> Term {
        Term::from_field_text(self.collection, code.as_str())
    }

    /// What the products of a brand are looked up by.
    pub(super) fn brand(&self, brand: &str) -> Term {
        Term::from_field_text(self.brand, brand)
    }

    /// What the products with a tag are looked up by.
    pub(super) fn tag(&self, tag: &str) -> Term {
        Term::from_field_text(self.tag, tag)
    }

    /// What the products that are reduced in a market are looked up by.
    pub(super) fn reduced(&self, market: &MarketCode) -> Term {
        Term::from_field_text(self.reduced, market.as_str())
    }

    /// What the products with a value are looked up by.
    pub(super) fn attribute(&self, code: &AttributeCode, value: &str) -> Term {
        Term::from_field_text(self.attribute, &attribute_token(code, value))
    }

    /// The entry as the engine takes it.
    pub(super) fn document(&self, entry: &IndexEntry, words: &mut Words) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_text(self.code, entry.code.as_str());
        let mut main_lengths: Vec<(Field, usize)> = Vec::new();
        for (language, text) in &entry.texts {
            let length = self.add_text(&mut document, words, *language, text, entry.brand.as_deref());
            let field = self.bags(*language).main_length;
            match main_lengths.iter_mut().find(|(known, _)| *known == field) {
                Some((_, sum)) => *sum += length,
                None => main_lengths.push((field, length)),
            }
        }
        for (field, length) in main_lengths {
            document.add_u64(field, length as u64);
        }
        for key in distinct(entry.numbers.iter().filter_map(|number| number_key(number))) {
            document.add_text(self.numbers, key);
        }
        for category in distinct(entry.categories.iter()) {
            document.add_text(self.category, category.as_str());
        }
        for (collection, _) in &entry.collections {
            document.add_text(self.collection, collection.as_str());
        }
        if let Some(brand) = &entry.brand {
            document.add_text(self.brand, brand);
        }
        for tag in distinct(entry.tags.iter()) {
            document.add_text(self.tag, tag);
        }
        for (code, value) in distinct(entry.attributes.iter()) {
            document.add_text(self.attribute, attribute_token(code, value));
        }
        document.add_u64(self.availability, availability_number(entry.availability) as u64);
        document.add_i64(self.published_at, entry.published_at.as_microsecond());
        document.add_u64(self.fingerprint, entry.fingerprint());
        let prices = entry.prices.iter();
        let prices = prices.map(|(market, price)| (market.as_str().to_owned(), OwnedValue::I64(*price)));
        add_by_key(&mut document, self.prices, prices);
        for market in distinct(entry.reduced_in.iter()) {
            document.add_text(self.reduced, market.as_str());
        }
        let places = entry.collections.iter();
        let places = places.map(|(code, place)| (code.as_str().to_owned(), OwnedValue::I64(i64::from(*place))));
        add_by_key(&mut document, self.places, places);
        let names = entry.texts.iter().map(|(language, text)| (language.to_string(), text.name.as_str()));
        add_by_key(&mut document, self.names, names.clone().map(|(key, name)| (key, OwnedValue::Str(name.to_owned()))));
        let sort_names = names.map(|(key, name)| (key, OwnedValue::Str(name_sort_key(name))));
        add_by_key(&mut document, self.sort_names, sort_names);
        document
    }

    /// The words of both bags, see `ecom67_ranking::bags`. Returns how many `main` has.
    fn add_text(
        &self,
        document: &mut TantivyDocument,
        words: &mut Words,
        language: Language,
        text: &IndexText,
        brand: Option<&str>,
    ) -> usize {
        let analysis = Analysis::of(language);
        let mut words = words.of(language);
        let parts = [&*text.name, &*text.description, brand.unwrap_or_default(), &*text.product_type, &*text.words];
        let measured: Vec<_> = parts.iter().flat_map(|part| measures(part, analysis == Analysis::German)).collect();
        let measured: Vec<_> = measured.iter().flat_map(|measure| words.ids(&measure.word)).collect();
        let [name, told, brand, kind, other] = parts.map(|part| words.ids(part));
        let written = || [&name, &told, &brand, &kind, &other].into_iter().flatten().copied();
        let beside = [&kind, &other, &measured].into_iter().flatten().copied();
        let fields = self.bags(language);
        document.add_text(fields.all, words.stems(written().chain(measured.iter().copied())));
        document.add_text(fields.name, words.stems(name.iter().copied()));
        document.add_text(fields.beside, words.stems(beside));
        words.note(written());
        let titles = [&name, &kind, &brand].into_iter().flatten().copied();
        document.add_text(self.titles(language), words.distinct_plain(titles));
        if analysis == Analysis::German {
            let heads = [&name, &kind, &other].into_iter().flatten().copied();
            document.add_text(self.heads_german, words.distinct_reversed(heads));
        }
        NAME_WEIGHT * name.len() + told.len() + brand.len()
    }
}

/// What stands for a word of a language in the fields of its texts.
pub(super) fn token(language: Language, word: &str) -> String {
    match Analysis::of(language) {
        Analysis::English | Analysis::German => word.to_owned(),
        Analysis::Other => analysis::word_in(language, word),
    }
}

/// An attribute and its value as one word.
pub(super) fn attribute_token(code: &AttributeCode, value: &str) -> String {
    format!("{code}{SEPARATOR}{value}")
}

/// Each of the values once: what stands twice would be counted twice.
fn distinct<T: Ord + Clone>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn add_by_key(document: &mut TantivyDocument, field: Field, values: impl Iterator<Item = (String, OwnedValue)>) {
    let values: Vec<_> = values.collect();
    if !values.is_empty() {
        document.add_field_value(field, &OwnedValue::Object(values));
    }
}
