//! What a changed shop means for an index that was made with the shop before.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_domain::attribute::{Attribute, AttributeKind};
use ecom67_domain::{CategoryCode, Language, ProductCode};

use crate::document::DocumentKind;
use crate::shop::Shop;

/// What has to be indexed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Affected {
    /// These products; often none.
    Products(BTreeSet<ProductCode>),
    /// The whole catalog.
    Everything,
}

/// Whether anything that is indexed comes from documents of this kind.
pub(super) const fn is_indexed(kind: DocumentKind) -> bool {
    match kind {
        DocumentKind::Market | DocumentKind::Attribute | DocumentKind::Category | DocumentKind::Collection => true,
        DocumentKind::Location
        | DocumentKind::Page
        | DocumentKind::Menu
        | DocumentKind::Home
        | DocumentKind::Branding
        | DocumentKind::Synonyms
        | DocumentKind::QueryRule
        | DocumentKind::Calendar
        | DocumentKind::TaxZone
        | DocumentKind::Registration
        | DocumentKind::DeliveryZone
        | DocumentKind::DeliveryMethod
        | DocumentKind::PriceList
        | DocumentKind::Promotion => false,
    }
}

/// What has to be indexed again when `before` has become `after`. What is new affects nothing yet: no product can have
/// named it, and one that names it from now on is a change of its own.
pub(super) fn affected(before: &Shop, after: &Shop) -> Affected {
    let everything = languages(before) != languages(after)
        || before
            .attributes
            .values()
            .any(|attribute| !after.attributes.get(&attribute.code).is_some_and(|now| is_same(attribute, now)))
        || before.categories.iter().any(|category| path(before, &category.code) != path(after, &category.code));
    if everything {
        return Affected::Everything;
    }
    let picked = |shop: &Shop| -> BTreeSet<ProductCode> {
        shop.collections.values().flat_map(|collection| collection.products.iter().cloned()).collect()
    };
    let mut products = picked(before);
    products.append(&mut picked(after));
    products.retain(|product| before.collections_of(product) != after.collections_of(product));
    Affected::Products(products)
}

fn languages(shop: &Shop) -> BTreeSet<Language> {
    shop.markets.iter().flat_map(|market| market.languages.iter().copied()).collect()
}

/// Whether products with the attribute are found by the same words and values.
fn is_same(before: &Attribute, after: &Attribute) -> bool {
    let has_the_same_kind = match (&before.kind, &after.kind) {
        // A choice that is new is that of no product yet, and the order is not indexed.
        (AttributeKind::Choice(before), AttributeKind::Choice(after)) => {
            let labels: BTreeMap<_, _> = after.iter().map(|choice| (&choice.code, &choice.label)).collect();
            before.iter().all(|choice| labels.get(&choice.code) == Some(&&choice.label))
        }
        (before, after) => before == after,
    };
    before.label == after.label && has_the_same_kind && before.facet == after.facet
}

/// The codes and names that products of a category are found by.
fn path<'shop>(
    shop: &'shop Shop,
    category: &CategoryCode,
) -> Vec<(&'shop CategoryCode, &'shop ecom67_domain::LocalizedText)> {
    shop.categories.path(category).into_iter().map(|category| (&category.code, &category.name)).collect()
}

#[cfg(test)]
mod tests {
    use ecom67_domain::LocalizedText;
    use ecom67_domain::attribute::{Choice, Choices};
    use ecom67_domain::catalog::{Category, CategoryTree, Tint};

    use super::*;

    fn category(code: &str, parent: Option<&str>, name: &str) -> Category {
        Category {
            code: code.parse().unwrap(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            name: LocalizedText::new(Language::ENGLISH, name),
            slug: BTreeMap::new(),
            description: LocalizedText::default(),
            tint: Tint::default(),
            picture: None,
            position: 0,
        }
    }

    fn shop(categories: impl IntoIterator<Item = Category>) -> Shop {
        let mut shop = Shop::default();
        shop.categories = CategoryTree::new(categories);
        shop
    }

    fn with_attribute(label: &str, position: u32) -> Shop {
        let attribute = Attribute {
            code: "colour".parse().unwrap(),
            label: LocalizedText::new(Language::ENGLISH, label),
            kind: AttributeKind::Text,
            facet: true,
            position,
        };
        let mut shop = Shop::default();
        shop.attributes.insert(attribute.code.clone(), attribute);
        shop
    }

    fn nothing() -> Affected {
        Affected::Products(BTreeSet::new())
    }

    #[test]
    fn what_is_new_affects_no_product() {
        assert_eq!(affected(&shop([]), &shop([category("mugs", None, "Mugs")])), nothing());
        assert_eq!(affected(&Shop::default(), &with_attribute("Colour", 1)), nothing());
    }

    #[test]
    fn a_renamed_or_moved_category_affects_everything_below_it() {
        let before = shop([category("mugs", None, "Mugs"), category("tea", Some("mugs"), "Tea")]);
        let renamed = shop([category("mugs", None, "Cups"), category("tea", Some("mugs"), "Tea")]);
        let moved = shop([category("mugs", None, "Mugs"), category("tea", None, "Tea")]);

        assert_eq!(affected(&before, &renamed), Affected::Everything);
        assert_eq!(affected(&before, &moved), Affected::Everything);
        assert_eq!(affected(&before, &before.clone()), nothing());
    }

    fn with_choices(choices: &[(&str, &str)]) -> Shop {
        let mut shop = with_attribute("Colour", 1);
        let choice = |&(code, label): &(&str, &str)| Choice {
            code: code.parse().unwrap(),
            label: LocalizedText::new(Language::ENGLISH, label),
            color: None,
        };
        let choices = Choices::new(choices.iter().map(choice).collect()).unwrap();
        shop.attributes.get_mut("colour").unwrap().kind = AttributeKind::Choice(choices);
        shop
    }

    #[test]
    fn a_choice_that_is_new_affects_nothing_and_one_that_is_renamed_or_gone_everything() {
        let before = with_choices(&[("red", "Red"), ("blue", "Blue")]);

        let with_another = with_choices(&[("green", "Green"), ("blue", "Blue"), ("red", "Red")]);
        assert_eq!(affected(&before, &with_another), nothing());
        assert_eq!(affected(&before, &with_choices(&[("red", "Scarlet"), ("blue", "Blue")])), Affected::Everything);
        assert_eq!(affected(&before, &with_choices(&[("red", "Red")])), Affected::Everything);
    }

    #[test]
    fn an_attribute_that_only_moved_in_the_table_affects_nothing() {
        assert_eq!(affected(&with_attribute("Colour", 1), &with_attribute("Colour", 2)), nothing());
        assert_eq!(affected(&with_attribute("Colour", 1), &with_attribute("Color", 1)), Affected::Everything);
        assert_eq!(affected(&with_attribute("Colour", 1), &Shop::default()), Affected::Everything);
    }
}
