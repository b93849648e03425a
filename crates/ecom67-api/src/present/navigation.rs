//! What stands around every page, and where the shop sells.

use ecom67_app::checkouts::legal_pages;
use ecom67_app::document::{LinkDocument, LinkTarget, PageDocument, TextDocument};
use ecom67_app::shop::{Shop, addresses, page_text};
use ecom67_domain::Language;
use ecom67_domain::market::TaxDisplay;

use super::order::legal_text_kind;
use super::{Audience, Presenter};
use crate::page::encode_path_segment;
use crate::view;

/// The menu that stands in the header.
const HEADER_MENU: &str = "header";

/// What the codes of the footer's menus begin with.
const FOOTER_MENUS: &str = "footer-";

/// A text in a language, or what stands in for it.
pub(super) fn localized(text: &TextDocument, language: Language) -> String {
    let found = text.get(language.as_str()).or_else(|| text.get("en")).or_else(|| text.values().next());
    found.cloned().unwrap_or_default()
}

/// The path of a page below the locale.
fn page_path(shop: &Shop, page: &PageDocument, language: Language) -> Option<String> {
    Some(format!("/pages/{}", shop.page_address(page, language)?))
}

/// The link, if what it leads to is there for this audience: no page has dead links.
pub(super) fn link(audience: &Audience, document: &LinkDocument) -> Option<view::Link> {
    let (shop, language) = (&audience.shop, audience.language());
    let href = match &document.to {
        LinkTarget::Category(code) => {
            format!("/c/{}", shop.category_address(shop.categories.get(code)?, language)?)
        }
        LinkTarget::Collection(code) => {
            format!("/l/{}", shop.collection_address(shop.collections.get(code)?, language)?)
        }
        LinkTarget::Page(code) => {
            let pages = shop.pages_in(&audience.market);
            page_path(shop, pages.into_iter().find(|page| page.code == *code)?, language)?
        }
        // A product's slug is not in memory: its page is asked for by code and leads on to the address it goes by.
        LinkTarget::Product(code) => format!("/p/{}", encode_path_segment(&addresses::by_code(code))),
        LinkTarget::Search(words) => {
            let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
            format!("/search?{query}")
        }
    };
    Some(view::Link { label: localized(&document.label, language), href })
}

impl Presenter {
    /// What stands around every page.
    pub fn navigation(&self, audience: &Audience) -> view::Navigation {
        let (shop, language) = (&audience.shop, audience.language());
        let menus = shop.menus_in(&audience.market);
        let links = |links: &[LinkDocument]| links.iter().filter_map(|document| link(audience, document)).collect();
        let header = menus.iter().find(|menu| menu.code == HEADER_MENU);
        let branding = shop.branding.as_ref();
        let delivery = branding.and_then(|branding| branding.delivery_page.as_ref()).and_then(|code| {
            let page = shop.pages_in(&audience.market).into_iter().find(|page| page.code == *code)?;
            let label = page_text(page, language)?.title.clone();
            Some(view::Link { label, href: page_path(shop, page, language)? })
        });
        view::Navigation {
            shop: view::ShopIdentity {
                name: branding.map_or_else(|| "E-Com67".to_owned(), |branding| branding.name.clone()),
                tagline: branding.map(|branding| localized(&branding.tagline, language)).unwrap_or_default(),
            },
            header: header.map(|menu| links(&menu.links)).unwrap_or_default(),
            footer: menus
                .iter()
                .filter(|menu| menu.code.starts_with(FOOTER_MENUS))
                .map(|menu| view::Menu { title: localized(&menu.title, language), links: links(&menu.links) })
                .collect(),
            service_note: branding.map(|branding| localized(&branding.service_note, language)).unwrap_or_default(),
            tax: tax(audience.market.tax),
            currency: audience.market.currency.code().to_owned(),
            delivery_link: delivery,
            legal_links: self.legal_links(audience),
        }
    }

    /// The texts under which orders are placed, as they are for this audience.
    pub fn legal_links(&self, audience: &Audience) -> Vec<view::LegalLink> {
        let (shop, language) = (&audience.shop, audience.language());
        let links = legal_pages(shop, &audience.market).into_iter().filter_map(|(kind, page)| {
            Some(view::LegalLink {
                label: page_text(page, language)?.title.clone(),
                href: page_path(shop, page, language)?,
                kind: legal_text_kind(kind),
                digest: shop.legal_digest(page, language)?.to_string(),
            })
        });
        links.collect()
    }

    /// Where the shop sells.
    pub fn markets(&self) -> view::Markets {
        let shop = self.shop.present();
        let market = |market: &ecom67_domain::Market| view::Market {
            code: market.code.to_string(),
            currency: market.currency.code().to_owned(),
            tax: tax(market.tax),
            countries: market.countries.iter().map(ToString::to_string).collect(),
            languages: market.languages.iter().map(ToString::to_string).collect(),
        };
        let locale = |(locale, market): (ecom67_domain::Locale, &ecom67_domain::Market)| view::Locale {
            locale: locale.to_string(),
            language: locale.language.to_string(),
            country: locale.country.to_string(),
            market: market.code.to_string(),
            currency: market.currency.code().to_owned(),
        };
        view::Markets {
            default_locale: shop.best_locale(&[]).map(|locale| locale.to_string()).unwrap_or_default(),
            markets: shop.markets.iter().map(market).collect(),
            locales: shop.locales().map(locale).collect(),
        }
    }
}

const fn tax(tax: TaxDisplay) -> view::Tax {
    match tax {
        TaxDisplay::Included => view::Tax::Included,
        TaxDisplay::Excluded => view::Tax::Excluded,
    }
}
