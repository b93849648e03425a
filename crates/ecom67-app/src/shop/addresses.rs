//! What stands for a record in addresses.
//!
//! Slugs are unique in each language only. A record without a slug in the reader's language goes by one it has in
//! another, as long as nobody else has that slug in a language that is looked at before; else the language is named
//! behind it, as in `gift~en`. No slug or code has that character, so an address leads to one record only.

use std::borrow::Cow;
use std::collections::HashMap;

use ecom67_domain::catalog::{Category, Collection};
use ecom67_domain::text::{ByLanguage, found_in_language};
use ecom67_domain::{Language, Market, Slug};

use super::{Shop, page_text_found};
use crate::document::{DocumentKind, PageDocument, PageText};

/// What stands between a slug and the language it is in.
const LANGUAGE_MARK: char = '~';

/// A slug with its language named.
pub fn marked(slug: &str, language: Language) -> String {
    format!("{slug}{LANGUAGE_MARK}{language}")
}

/// The address of a record by its code, for links made where its slug is not known.
pub fn by_code(code: &str) -> String {
    format!("{LANGUAGE_MARK}{code}")
}

/// An address, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'address> {
    /// For whoever has this slug in the reader's language, or else in another.
    Slug(&'address str),
    /// For whoever has this slug in this language, such as `en`.
    SlugIn(&'address str, &'address str),
    /// For the record with this code.
    Code(&'address str),
}

impl<'address> Asked<'address> {
    /// Takes an address apart.
    pub fn read(address: &'address str) -> Self {
        match address.split_once(LANGUAGE_MARK) {
            None => Self::Slug(address),
            Some(("", code)) => Self::Code(code),
            Some((slug, language)) => Self::SlugIn(slug, language),
        }
    }
}

/// Whose each slug is, among the records of each kind that are kept in memory.
#[derive(Clone, Debug, Default)]
pub(super) struct SlugOwners(HashMap<(DocumentKind, Language), HashMap<String, String>>);

impl SlugOwners {
    /// Takes note of all slugs of a record, in place of those it had.
    pub(super) fn put<'slug>(
        &mut self,
        kind: DocumentKind,
        code: &str,
        is_new: bool,
        slugs: impl Iterator<Item = (Language, &'slug str)>,
    ) {
        if !is_new {
            let of_kind = self.0.iter_mut().filter(|((owned_kind, _), _)| *owned_kind == kind);
            of_kind.for_each(|(_, owners)| owners.retain(|_, owner| owner != code));
        }
        for (language, slug) in slugs {
            self.0.entry((kind, language)).or_default().insert(slug.to_owned(), code.to_owned());
        }
    }

    fn owner(&self, kind: DocumentKind, language: Language, slug: &str) -> Option<&str> {
        self.0.get(&(kind, language))?.get(slug).map(String::as_str)
    }
}

impl Shop {
    /// The languages that a slug may be in for a reader of `language`, that one first.
    pub fn languages_of_slugs(&self, language: Language) -> Vec<Language> {
        let mut languages = vec![language];
        for other in std::iter::once(Language::ENGLISH).chain(self.locales().map(|(locale, _)| locale.language)) {
            if !languages.contains(&other) {
                languages.push(other);
            }
        }
        languages
    }

    /// What stands for the category in addresses below a locale of `language`.
    pub fn category_address<'shop>(&self, category: &'shop Category, language: Language) -> Option<Cow<'shop, str>> {
        self.address_of(DocumentKind::Category, category.code.as_str(), &category.slug, language)
    }

    /// What stands for the collection in addresses below a locale of `language`.
    pub fn collection_address<'shop>(
        &self,
        collection: &'shop Collection,
        language: Language,
    ) -> Option<Cow<'shop, str>> {
        self.address_of(DocumentKind::Collection, collection.code.as_str(), &collection.slug, language)
    }

    /// What stands for the page in addresses below a locale of `language`.
    pub fn page_address<'shop>(&self, page: &'shop PageDocument, language: Language) -> Option<Cow<'shop, str>> {
        let (spoken, text) = page_text_found(page, language)?;
        Some(self.address_by(DocumentKind::Page, &page.code, spoken, &text.slug, language))
    }

    /// The category that goes by this address for a reader of `language`.
    pub fn category_at(&self, language: Language, address: &str) -> Option<&Category> {
        self.at(DocumentKind::Category, language, address, |code| {
            let category = self.categories.get(code)?;
            Some((category, self.category_address(category, language)?))
        })
    }

    /// The collection that goes by this address for a reader of `language`.
    pub fn collection_at(&self, language: Language, address: &str) -> Option<&Collection> {
        self.at(DocumentKind::Collection, language, address, |code| {
            let collection = self.collections.get(code)?;
            Some((collection, self.collection_address(collection, language)?))
        })
    }

    /// The page of a market that goes by this address for a reader of `language`, with its text.
    pub fn page_at(&self, market: &Market, language: Language, address: &str) -> Option<(&PageDocument, &PageText)> {
        let page = self.at(DocumentKind::Page, language, address, |code| {
            let page = self.pages_in(market).into_iter().find(|page| page.code == code)?;
            Some((page, self.page_address(page, language)?))
        })?;
        Some((page, super::page_text(page, language)?))
    }

    fn address_of<'shop>(
        &self,
        kind: DocumentKind,
        code: &str,
        slugs: &'shop ByLanguage<Slug>,
        language: Language,
    ) -> Option<Cow<'shop, str>> {
        let (spoken, slug) = found_in_language(slugs, language)?;
        Some(self.address_by(kind, code, spoken, slug.as_str(), language))
    }

    /// The address by a slug that a record has in the language `spoken`.
    fn address_by<'slug>(
        &self,
        kind: DocumentKind,
        code: &str,
        spoken: Language,
        slug: &'slug str,
        language: Language,
    ) -> Cow<'slug, str> {
        if spoken == language {
            return slug.into();
        }
        for looked_at in self.languages_of_slugs(language) {
            if looked_at == spoken {
                return slug.into();
            }
            if self.slug_owners.owner(kind, looked_at, slug).is_some_and(|owner| owner != code) {
                break;
            }
        }
        // Somebody else has it, or nobody looks in that language.
        marked(slug, spoken).into()
    }

    /// The record that `address` leads to, if that is the address it goes by; `found` tells it by its code.
    fn at<'shop, R>(
        &'shop self,
        kind: DocumentKind,
        language: Language,
        address: &str,
        found: impl Fn(&str) -> Option<(&'shop R, Cow<'shop, str>)>,
    ) -> Option<&'shop R> {
        let (slug, languages) = match Asked::read(address) {
            Asked::Slug(slug) => (slug, self.languages_of_slugs(language)),
            Asked::SlugIn(slug, named) => (slug, named.parse().into_iter().collect()),
            Asked::Code(_) => return None,
        };
        let owners = languages.into_iter().filter_map(|looked_at| self.slug_owners.owner(kind, looked_at, slug));
        owners.filter_map(found).find(|(_, own)| own == address).map(|(record, _)| record)
    }
}
