//! Entries and queries with everything filled in that a case does not care about.

use ecom67_app::search::{Filter, IndexChange, IndexEntry, IndexText, ListHits, ListQuery, ProductIndex};
use ecom67_domain::Language;
use ecom67_domain::stock::Availability;
use jiff::SignedDuration;

use crate::noon;

pub(super) fn valid<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text:?} is not valid: {error:?}"))
}

/// A product for 14.90 EUR in the market `de`, in stock, whose name in English and German is its code, published at
/// [`noon`].
pub fn an_entry(code: &str) -> EntryBuilder {
    EntryBuilder(IndexEntry {
        code: valid(code),
        texts: vec![(Language::ENGLISH, text(code)), (Language::GERMAN, text(code))],
        numbers: vec![code.to_owned()],
        categories: vec![],
        collections: vec![],
        tags: vec![],
        brand: None,
        availability: Availability::InStock,
        prices: vec![(valid("de"), 1_490)],
        reduced_in: vec![],
        attributes: vec![],
        published_at: noon(),
    })
}

fn text(name: &str) -> IndexText {
    IndexText { name: name.to_owned(), product_type: String::new(), description: String::new(), words: String::new() }
}

/// Builds an entry.
#[derive(Clone, Debug)]
pub struct EntryBuilder(IndexEntry);

impl EntryBuilder {
    /// Gives it a name in a language.
    #[must_use]
    pub fn named(self, language: Language, name: &str) -> Self {
        self.text(language, |text| name.clone_into(&mut text.name))
    }

    /// Changes its text in a language, which it gets where it has none.
    #[must_use]
    pub fn text(mut self, language: Language, change: impl FnOnce(&mut IndexText)) -> Self {
        let texts = &mut self.0.texts;
        let place = texts.iter().position(|(own, _)| *own == language).unwrap_or_else(|| {
            texts.push((language, text("")));
            texts.len() - 1
        });
        change(&mut texts[place].1);
        self
    }

    /// Sets its price in a market.
    #[must_use]
    pub fn price(mut self, market: &str, minor: i64) -> Self {
        self.0.prices.retain(|(own, _)| own.as_str() != market);
        self.0.prices.push((valid(market), minor));
        self
    }

    /// Gives it a value.
    #[must_use]
    pub fn attribute(mut self, code: &str, value: &str) -> Self {
        self.0.attributes.push((valid(code), value.to_owned()));
        self
    }

    /// Puts it below a category; those above have to be named too.
    #[must_use]
    pub fn category(mut self, code: &str) -> Self {
        self.0.categories.push(valid(code));
        self
    }

    /// Picks it for a collection.
    #[must_use]
    pub fn collection(mut self, code: &str, place: u32) -> Self {
        self.0.collections.push((valid(code), place));
        self
    }

    /// Gives it a tag.
    #[must_use]
    pub fn tag(mut self, tag: &str) -> Self {
        self.0.tags.push(tag.to_owned());
        self
    }

    /// Gives it a brand.
    #[must_use]
    pub fn brand(mut self, brand: &str) -> Self {
        self.0.brand = Some(brand.to_owned());
        self
    }

    /// Publishes it so many days after the others.
    #[must_use]
    pub fn days_later(mut self, days: i64) -> Self {
        self.0.published_at = noon() + SignedDuration::from_hours(24 * days);
        self
    }

    /// Changes whatever has no method of its own.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut IndexEntry)) -> Self {
        change(&mut self.0);
        self
    }

    /// The entry.
    pub fn build(self) -> IndexEntry {
        self.0
    }
}

/// Puts entries into an index.
pub(super) async fn put(index: &dyn ProductIndex, entries: impl IntoIterator<Item = EntryBuilder>) {
    let changes = entries.into_iter().map(|entry| IndexChange::Put(Box::new(entry.build()))).collect();
    index.apply(changes, None).await.expect("the changes are applied");
}

/// A list of everything in the market `de`, in English, with facets.
pub fn a_list() -> ListQuery {
    ListQuery { limit: 50, facets: true, ..ListQuery::everything(Language::ENGLISH, valid("de")) }
}

/// The codes of hits in their order.
pub fn codes(hits: &ListHits) -> Vec<&str> {
    hits.hits.iter().map(|hit| hit.code.as_str()).collect()
}

pub(super) async fn list(index: &dyn ProductIndex, query: ListQuery) -> ListHits {
    index.list(query).await.expect("the list is answered")
}

/// What words find in a language, in the order of relevance.
pub(super) async fn found(index: &dyn ProductIndex, language: Language, text: &str) -> Vec<String> {
    let hits = list(index, ListQuery { language, text: Some(text.to_owned()), ..a_list() }).await;
    codes(&hits).into_iter().map(str::to_owned).collect()
}

pub(super) fn by_attribute(code: &str, values: &[&str]) -> Filter {
    Filter::Attribute(valid(code), values.iter().map(|value| (*value).to_owned()).collect())
}

pub(super) fn by_brand(brands: &[&str]) -> Filter {
    Filter::Brand(brands.iter().map(|brand| (*brand).to_owned()).collect())
}
