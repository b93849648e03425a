//! A product's page.

use askama::Template;
use ecom67_app::kept::Dependency;
use ecom67_app::port::Subject;
use ecom67_domain::ProductCode;
use ecom67_domain::cart::LINE_QUANTITY_MAX;

use super::first_data::request_path;
use super::head::{Alternates, PageFacts, PageHead};
use super::manifest::{PageFiles, PageKind};
use super::structured;
use super::visit::{Frame, Outcome, Setting, rendered};
use super::words::ShopWords;
use crate::parameters::ListParameters;
use crate::present::ProductAnswer;
use crate::problem::ApiError;
use crate::view;

const PREFIX: &str = "/p/";

/// One row of four at the widest, and one more, since the product itself is left out.
const RELATED_LIMIT: usize = 5;
const RELATED_SHOWN_MAX: usize = 4;

#[derive(Template)]
#[template(path = "product.html")]
struct ProductTemplate<'page> {
    shop: &'page ShopWords<'page>,
    page: &'page PageHead,
    assets: &'page PageFiles,
    first_data: &'page str,
    product: &'page view::Product,
    shown: Shown<'page>,
    options: Vec<OptionChoice<'page>>,
    related: Option<Related<'page>>,
}

impl ProductTemplate<'_> {
    /// Whether to say that it is downloaded rather than how many there are of it.
    #[expect(clippy::unused_self, reason = "templates call methods of themselves alone")]
    fn is_download(&self, variant: &view::Variant) -> bool {
        variant.digital && matches!(variant.availability, view::Availability::InStock | view::Availability::BackOrder)
    }

    /// How many of a variant one cart may have, where that is not just any number.
    fn quantity_notes(&self, variant: &view::Variant) -> Vec<String> {
        let view::Variant { quantity_min: min, quantity_max: max, quantity_step: step, .. } = variant;
        let of_all = self.product.max_per_cart;
        // What all variants may be together says it for one that has no lower limit of its own.
        let is_lower = of_all.is_none_or(|of_all| max + step <= of_all);
        let notes = [
            (*step > 1, "quantity-step", *step),
            (min > step, "quantity-min", *min),
            (is_lower && max + step <= LINE_QUANTITY_MAX, "quantity-max", *max),
            (of_all.is_some(), "quantity-max-of-product", of_all.unwrap_or_default()),
        ];
        let told = notes.into_iter().filter(|(is_limit, ..)| *is_limit);
        told.map(|(_, key, count)| self.shop.t_with(key, "count", count)).collect()
    }
}

/// The variant on show.
struct Shown<'page> {
    variant: Option<&'page view::Variant>,
    picture: Option<&'page view::Picture>,
    picture_index: usize,
}

struct OptionChoice<'page> {
    name: &'page str,
    chosen_label: &'page str,
    values: Vec<ValueChoice<'page>>,
}

/// A value of an option, and the variant to go to when it is chosen.
struct ValueChoice<'page> {
    sku: &'page str,
    label: &'page str,
    color: Option<&'page str>,
    is_chosen: bool,
    is_sold_out: bool,
}

/// Others of the same category.
struct Related<'page> {
    category: &'page view::Breadcrumb,
    products: Vec<&'page view::ProductCard>,
}

impl Setting<'_> {
    pub(super) async fn product(&mut self, name: &str) -> Result<Outcome, ApiError> {
        let path = request_path(&format!("/api/products/{name}"), &[("locale", &self.locale)]);
        let (product, own) = match self.pages.presenter.product(&self.audience, name).await {
            Ok(ProductAnswer::Found(product, dependency)) => (product, dependency),
            Ok(ProductAnswer::Moved(slug)) => return Ok(Outcome::Moved(self.shop.path_of(PREFIX, &slug))),
            Err(error) => {
                self.note_refusal(path, &error);
                return Err(error);
            }
        };
        self.first_data.add(path, &*product);
        let (list, dependency) = self.related(&product, own).await;
        let html = self.product_page(&product, list.as_ref())?;
        Ok(Outcome::Page(html, dependency))
    }

    /// Others of the product's category, and what the page was made from with them. A failure costs the row alone.
    async fn related(&mut self, product: &view::Product, own: Dependency) -> (Option<view::ProductList>, Dependency) {
        let Some(category) = product.breadcrumbs.last() else { return (None, own) };
        let limit = RELATED_LIMIT.to_string();
        let parameters = [("locale", self.locale.as_str()), ("category", &category.slug), ("limit", &limit)];
        let path = request_path("/api/products", &parameters);
        let parameters = ListParameters {
            locale: self.locale.clone(),
            category: Some(category.slug.clone()),
            collection: None,
            filter: Vec::new(),
            sort: None,
            limit: Some(RELATED_LIMIT),
            cursor: None,
        };
        // Should it fail, the page holds until the index has moved on, and is tried again.
        let generation = Dependency::Index(self.pages.presenter.generation());
        let Ok(listed) = self.pages.presenter.list(&self.audience, &parameters, "").await else {
            return (None, generation);
        };
        let Ok(dependency) = self.with_subjects_of(&listed.list, own).await else { return (None, generation) };
        self.first_data.add(path, &listed.list);
        (Some(listed.list), dependency)
    }

    /// What the page was made from, with every product it shows beside its own. Not the index's generation: then each
    /// change of any product would make each product's page anew.
    async fn with_subjects_of(&self, list: &view::ProductList, own: Dependency) -> Result<Dependency, ApiError> {
        let Dependency::Product(mut subjects) = own else { return Ok(own) };
        let codes: Vec<ProductCode> = list.products.iter().filter_map(|card| card.code.parse().ok()).collect();
        for stored in self.pages.presenter.products.find_many(&codes).await? {
            subjects.push(Subject::Product(stored.value.code.clone()));
            subjects.extend(stored.value.variants.iter().map(|variant| Subject::Stock(variant.sku.clone())));
        }
        Ok(Dependency::Product(subjects))
    }

    fn product_page(&self, product: &view::Product, list: Option<&view::ProductList>) -> Result<String, ApiError> {
        let sku = self.address.parameter("sku");
        let variant = shown_variant(product, sku.as_deref());
        let picture_index = variant.and_then(|variant| variant.picture).unwrap_or(0);
        let crumbs = product.breadcrumbs.iter().map(|crumb| (crumb.slug.as_str(), crumb.name.as_str()));
        let own_path = format!("{PREFIX}{}", product.slug);
        let facts = PageFacts {
            title: product.seo.title.clone(),
            description: product.seo.description.clone(),
            query_text: self.address.query,
            alternates: Alternates::of(PREFIX, &product.alternates),
            is_product: true,
            picture: product.pictures.first(),
            structured: vec![
                structured::product(self.addresses(), product),
                structured::breadcrumbs(self.addresses(), crumbs, &product.name, &own_path),
            ],
            path: own_path,
            ..PageFacts::default()
        };
        let related = product.breadcrumbs.last().zip(list).map(|(category, list)| Related {
            category,
            products: list.products.iter().filter(|card| card.code != product.code).take(RELATED_SHOWN_MAX).collect(),
        });
        let Frame { page, assets, first_data } = self.frame(PageKind::Product, facts);
        let template = ProductTemplate {
            shop: &self.shop,
            page: &page,
            assets: &assets,
            first_data: &first_data,
            product,
            shown: Shown {
                variant,
                picture: product.pictures.get(picture_index).or_else(|| product.pictures.first()),
                picture_index,
            },
            options: variant.map(|shown| options(product, shown)).unwrap_or_default(),
            related,
        };
        rendered(&template)
    }
}

/// The variant that the address names; else the first that can be bought, else the first.
fn shown_variant<'product>(product: &'product view::Product, sku: Option<&str>) -> Option<&'product view::Variant> {
    let mut variants = product.variants.iter();
    let named = variants.clone().find(|variant| Some(variant.sku.as_str()) == sku);
    let available = || variants.clone().find(|variant| variant.availability != view::Availability::SoldOut);
    named.or_else(available).or_else(|| variants.next())
}

fn options<'product>(product: &'product view::Product, shown: &view::Variant) -> Vec<OptionChoice<'product>> {
    let choice = |option: &'product view::ProductOption| {
        let is_chosen = |value: &view::OptionValue| shown.options.get(&option.attribute) == Some(&value.value);
        let value = |value: &'product view::OptionValue| {
            let target = variant_with(product, shown, &option.attribute, &value.value)?;
            Some(ValueChoice {
                sku: &target.sku,
                label: &value.label,
                color: value.color.as_deref(),
                is_chosen: is_chosen(value),
                is_sold_out: target.availability == view::Availability::SoldOut,
            })
        };
        let chosen = option.values.iter().find(|value| is_chosen(value));
        OptionChoice {
            name: &option.name,
            chosen_label: chosen.map_or("", |value| &value.label),
            values: option.values.iter().filter_map(value).collect(),
        }
    };
    product.options.iter().map(choice).collect()
}

/// The variant to go to when a value is chosen: the one that keeps most of the other choices, and of those one that can
/// be bought, and of those the first.
fn variant_with<'product>(
    product: &'product view::Product,
    shown: &view::Variant,
    attribute: &str,
    value: &str,
) -> Option<&'product view::Variant> {
    let has_value = |variant: &&view::Variant| variant.options.get(attribute).is_some_and(|own| own == value);
    let rank = |variant: &&view::Variant| {
        let is_kept = |(option, choice): &(&String, &String)| variant.options.get(*option) == Some(*choice);
        let kept = shown.options.iter().filter(|(option, _)| *option != attribute).filter(is_kept).count();
        (kept, variant.availability != view::Availability::SoldOut)
    };
    // The first of several that rank equally: `max_by_key` would take the last.
    product.variants.iter().rev().filter(has_value).max_by_key(rank)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn variant(sku: &str, availability: view::Availability) -> view::Variant {
        let (colour, size) = sku.split_once('-').unwrap();
        let options = BTreeMap::from([("colour".into(), colour.into()), ("size".into(), size.into())]);
        view::Variant {
            sku: sku.into(),
            barcode: None,
            options,
            price: None,
            availability,
            last_units: None,
            picture: None,
            weight_grams: None,
            digital: false,
            quantity_min: 1,
            quantity_max: 999,
            quantity_step: 1,
        }
    }

    fn product(variants: Vec<view::Variant>) -> view::Product {
        view::Product {
            code: "shirt".into(),
            slug: "shirt".into(),
            name: "Shirt".into(),
            brand: None,
            product_type: None,
            tint: "sand".into(),
            summary: String::new(),
            description_html: String::new(),
            breadcrumbs: vec![],
            pictures: vec![],
            options: vec![],
            variants,
            max_per_cart: None,
            attributes: vec![],
            tags: vec![],
            warnings: vec![],
            origin: None,
            manufacturer: None,
            responsible_person: None,
            seo: view::Seo::default(),
            alternates: vec![],
        }
    }

    #[test]
    fn the_variant_of_the_address_is_shown_else_the_first_that_can_be_bought() {
        use view::Availability::{InStock, SoldOut};
        let shirt = product(vec![variant("red-s", SoldOut), variant("red-m", InStock), variant("blue-s", InStock)]);
        let sku = |wanted| shown_variant(&shirt, wanted).map(|variant| variant.sku.as_str());

        assert_eq!(sku(Some("blue-s")), Some("blue-s"));
        assert_eq!(sku(Some("red-s")), Some("red-s"));
        assert_eq!(sku(Some("green-s")), Some("red-m"));
        assert_eq!(sku(None), Some("red-m"));
        let sold_out = product(vec![variant("red-s", SoldOut), variant("red-m", SoldOut)]);
        assert_eq!(shown_variant(&sold_out, None).map(|variant| variant.sku.as_str()), Some("red-s"));
    }

    #[test]
    fn choosing_a_value_keeps_the_other_choices_then_prefers_what_can_be_bought() {
        use view::Availability::{InStock, SoldOut};
        let shirt = product(vec![
            variant("red-s", InStock),
            variant("blue-m", SoldOut),
            variant("blue-l", InStock),
            variant("blue-xl", InStock),
            variant("blue-s", SoldOut),
        ]);
        let blue_from = |index: usize| {
            variant_with(&shirt, &shirt.variants[index], "colour", "blue").map(|variant| variant.sku.as_str())
        };

        assert_eq!(blue_from(0), Some("blue-s"));
        let red_m = variant("red-m", InStock);
        assert_eq!(variant_with(&shirt, &red_m, "colour", "blue").unwrap().sku, "blue-m");
        let red_xs = variant("red-xs", InStock);
        assert_eq!(variant_with(&shirt, &red_xs, "colour", "blue").unwrap().sku, "blue-l");
        assert_eq!(variant_with(&shirt, &red_m, "colour", "green"), None);
    }
}
