//! A product's page.

use ecom67_app::kept::Dependency;
use ecom67_app::port::StoreError;
use ecom67_domain::attribute::{Attribute, AttributeKind, AttributeValue, plain_number};
use ecom67_domain::product::{Contact, Variant};
use ecom67_domain::stock::{Availability, LAST_UNITS};
use ecom67_domain::text::in_language;
use ecom67_domain::{Language, Product, ProductLimit};

use super::card::{Available, availability, choices, tint, units};
use super::markdown::to_html;
use super::price::price;
use super::product_address::ProductAddresses;
use super::{Audience, Presenter};
use crate::problem::ApiError;
use crate::view;
use ecom67_words::messages;

/// What stands under a product's address.
#[derive(Debug)]
pub enum ProductAnswer {
    /// The product, and what it was made from.
    Found(Box<view::Product>, Dependency),
    /// It goes by another slug here.
    Moved(String),
}

impl Presenter {
    /// The product with this slug.
    pub async fn product(&self, audience: &Audience, slug: &str) -> Result<ProductAnswer, ApiError> {
        let not_found = || ApiError::not_found("product_not_found", "There is no such product.");
        let code = self.product_at(&audience.shop, audience.language(), slug).await?.ok_or_else(not_found)?;
        let stored = self.products.find(&code).await?.filter(|stored| stored.value.is_visible());
        let product = stored.ok_or_else(not_found)?.value;
        let languages = audience.shop.languages_of_slugs(audience.language());
        let addresses = self.product_addresses(&audience.shop, &languages, std::iter::once(&product)).await?;
        let own = addresses.of(audience.language(), &product);
        if own != slug {
            return Ok(ProductAnswer::Moved(own));
        }
        let view = self.product_view(audience, &product, &addresses).await?;
        Ok(ProductAnswer::Found(Box::new(view), Dependency::of_product(&product)))
    }

    async fn product_view(
        &self,
        audience: &Audience,
        product: &Product,
        addresses: &ProductAddresses<'_>,
    ) -> Result<view::Product, StoreError> {
        let language = audience.language();
        let text = product.text(language);
        let available = self.available(std::iter::once(product)).await?;
        let histories = self.histories(audience, std::iter::once(product)).await?;
        let mut pictures = Vec::with_capacity(product.pictures.len());
        // Where each of the product's pictures stands among those whose files are there.
        let mut places = Vec::with_capacity(product.pictures.len());
        for picture in &product.pictures {
            let shown = self.picture(&picture.media, picture.alt.get(language)).await?;
            places.push(shown.as_ref().map(|_| pictures.len()));
            pictures.extend(shown);
        }
        let variant = |variant: &Variant| {
            let units = units(variant, &available);
            let limits = product.limits_of(variant);
            view::Variant {
                sku: variant.sku.to_string(),
                barcode: variant.barcode.clone(),
                options: variant
                    .options
                    .iter()
                    .map(|(option, choice)| (option.to_string(), choice.to_string()))
                    .collect(),
                price: price(audience, variant, histories.of(product)),
                availability: availability(variant, &available).into(),
                last_units: (1..=LAST_UNITS).contains(&units).then_some(units),
                picture: product.picture_of(variant).and_then(|index| places[index]),
                weight_grams: variant.weight_grams,
                digital: variant.is_digital,
                quantity_min: limits.min(),
                quantity_max: limits.max(),
                quantity_step: limits.step(),
            }
        };
        let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
        let product_type = product.product_type.get(language);
        Ok(view::Product {
            code: product.code.to_string(),
            slug: addresses.of(language, product),
            name: text.name.clone(),
            brand: product.brand.clone(),
            product_type: (!product_type.is_empty()).then(|| product_type.to_owned()),
            tint: tint(audience, &product.categories).to_owned(),
            summary: text.summary.clone(),
            description_html: to_html(&text.description),
            breadcrumbs: breadcrumbs(audience, product),
            pictures,
            options: product
                .options
                .iter()
                .filter_map(|option| option_view(audience, product, option, &available))
                .collect(),
            variants: product.variants.iter().map(variant).collect(),
            max_per_cart: product.shared_limit().map(ProductLimit::units),
            attributes: attributes(audience, product),
            tags: product.tags.clone(),
            warnings: in_language(&product.warnings, language).cloned().unwrap_or_default(),
            origin: product.origin.map(|origin| origin.to_string()),
            manufacturer: product.manufacturer.as_ref().map(contact),
            responsible_person: product.responsible_person.as_ref().map(contact),
            seo: view::Seo {
                title: or(&text.seo_title, &text.name),
                description: or(&text.seo_description, &text.summary),
            },
            alternates: audience.alternates(|other| Some(addresses.of(other, product))),
        })
    }
}

fn breadcrumbs(audience: &Audience, product: &Product) -> Vec<view::Breadcrumb> {
    let Some(home) = product.categories.first() else { return Vec::new() };
    let step = |category: &ecom67_domain::catalog::Category| {
        let slug = audience.shop.category_address(category, audience.language())?.into_owned();
        let name = category.name.get(audience.language()).to_owned();
        Some(view::Breadcrumb { slug, name })
    };
    audience.shop.categories.path(home).into_iter().filter_map(step).collect()
}

fn option_view(
    audience: &Audience,
    product: &Product,
    option: &ecom67_domain::AttributeCode,
    available: &Available,
) -> Option<view::ProductOption> {
    let attribute = audience.shop.attributes.get(option)?;
    let mut values = Vec::new();
    for choice in choices(audience, option)?.iter() {
        let mut variants = product.variants.iter().filter(|variant| variant.options.get(option) == Some(&choice.code));
        let mut exists = false;
        let is_available = variants.any(|variant| {
            exists = true;
            availability(variant, available) != Availability::SoldOut
        });
        if exists {
            values.push(view::OptionValue {
                value: choice.code.to_string(),
                label: choice.label.get(audience.language()).to_owned(),
                color: choice.color.map(|color| color.to_string()),
                available: is_available,
            });
        }
    }
    let name = attribute.label.get(audience.language()).to_owned();
    Some(view::ProductOption { attribute: option.to_string(), name, values })
}

fn attributes(audience: &Audience, product: &Product) -> Vec<view::AttributeRow> {
    let mut known: Vec<(&Attribute, &AttributeValue)> = product
        .attributes
        .iter()
        .filter_map(|(code, value)| Some((audience.shop.attributes.get(code)?, value)))
        .collect();
    known.sort_by_key(|(attribute, _)| attribute.position);
    let row = |(attribute, value): (&Attribute, &AttributeValue)| view::AttributeRow {
        code: attribute.code.to_string(),
        name: attribute.label.get(audience.language()).to_owned(),
        value: value_text(audience.language(), attribute, value),
    };
    known.into_iter().map(row).collect()
}

/// An attribute's value as a shopper reads it.
pub(super) fn value_text(language: Language, attribute: &Attribute, value: &AttributeValue) -> String {
    match (&attribute.kind, value) {
        (AttributeKind::Choice(choices), AttributeValue::Text(code)) => choice_label(language, choices, code),
        (AttributeKind::Number { unit }, AttributeValue::Number(number)) => {
            let number = number_text(language, *number);
            if unit.is_empty() { number } else { format!("{number}\u{a0}{unit}") }
        }
        (_, AttributeValue::Text(text)) => text.clone(),
        (_, AttributeValue::Localized(text)) => text.get(language).to_owned(),
        (_, AttributeValue::Number(number)) => number_text(language, *number),
        (_, AttributeValue::YesNo(value)) => yes_no(language, *value),
    }
}

/// The label of a choice; its code where the choice has gone.
pub(super) fn choice_label(language: Language, choices: &ecom67_domain::attribute::Choices, code: &str) -> String {
    choices.get(code).map_or_else(|| code.to_owned(), |choice| choice.label.get(language).to_owned())
}

fn number_text(language: Language, number: f64) -> String {
    let plain = plain_number(number);
    if language == Language::GERMAN { plain.replace('.', ",") } else { plain }
}

pub(super) fn yes_no(language: Language, value: bool) -> String {
    messages(language).get(if value { "value-yes" } else { "value-no" })
}

fn contact(contact: &Contact) -> view::Contact {
    view::Contact { name: contact.name.clone(), address: contact.address.clone(), email: contact.email.clone() }
}
