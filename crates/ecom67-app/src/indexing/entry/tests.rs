use std::collections::BTreeMap;

use ecom67_domain::attribute::{Choice, Choices};
use ecom67_domain::catalog::{Category, CategoryTree, Tint};
use ecom67_domain::market::TaxDisplay;
use ecom67_domain::price::Price;
use ecom67_domain::product::{ProductParts, ProductStatus, ProductText, TaxClass, Variant};
use ecom67_domain::stock::{StockLevel, StockPolicy};
use ecom67_domain::{LocalizedText, LocationCode, Market, Money, QuantityLimits};
use jiff::Timestamp;

use super::*;

fn localized(english: &str, german: &str) -> LocalizedText {
    BTreeMap::from([(Language::ENGLISH, english.to_owned()), (Language::GERMAN, german.to_owned())]).into()
}

fn attribute(code: &str, label: LocalizedText, kind: AttributeKind) -> (AttributeCode, Attribute) {
    let code: AttributeCode = code.parse().unwrap();
    (code.clone(), Attribute { code, label, kind, facet: true, position: 0 })
}

fn category(code: &str, parent: Option<&str>, name: LocalizedText) -> Category {
    Category {
        code: code.parse().unwrap(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        name,
        slug: BTreeMap::new(),
        description: LocalizedText::default(),
        tint: Tint::default(),
        picture: None,
        position: 0,
    }
}

/// A shop for Germany, in German and English.
fn shop() -> Shop {
    let choice = |code: &str, label| Choice { code: code.parse().unwrap(), label, color: None };
    let colours = Choices::new(vec![
        choice("rose", localized("Dusty rose", "Altrosa")),
        choice("sky", localized("Sky blue", "Himmelblau")),
    ]);
    let mut shop = Shop::default();
    shop.markets.push(Market {
        code: "de".parse().unwrap(),
        countries: vec!["DE".parse().unwrap()],
        currency: "EUR".parse().unwrap(),
        tax: TaxDisplay::Included,
        languages: vec![Language::GERMAN, Language::ENGLISH],
        low_price_notice: true,
    });
    shop.attributes.extend([
        attribute("colour", localized("Colour", "Farbe"), AttributeKind::Choice(colours.unwrap())),
        attribute("material", localized("Material", "Material"), AttributeKind::Text),
        attribute("care", localized("Care", "Pflege"), AttributeKind::Text),
        attribute("volume", localized("Volume", "Inhalt"), AttributeKind::Number { unit: "ml".to_owned() }),
        attribute("dishwasher", localized("Dishwasher-safe", "Spülmaschinenfest"), AttributeKind::YesNo),
    ]);
    shop.categories = CategoryTree::new([
        category("kitchen", None, localized("Kitchen", "Küche")),
        category("mugs", Some("kitchen"), localized("Mugs", "Becher")),
    ]);
    shop
}

fn variant(sku: &str, colour: &str, amount: i64, compare_at: Option<i64>) -> Variant {
    let euros = |minor| Money::new(minor, "EUR".parse().unwrap());
    Variant {
        sku: sku.parse().unwrap(),
        options: BTreeMap::from([("colour".parse().unwrap(), colour.parse().unwrap())]),
        barcode: None,
        prices: BTreeMap::from([("de".parse().unwrap(), Price::new(euros(amount), compare_at.map(euros)).unwrap())]),
        content: None,
        weight_grams: None,
        is_digital: false,
        tax_class: TaxClass::Standard,
        stock_policy: StockPolicy::Deny,
        limits: QuantityLimits::NONE,
    }
}

fn mug(change: impl FnOnce(&mut ProductParts)) -> Product {
    let text = |name: &str, description: &str| ProductText {
        name: name.to_owned(),
        slug: "mug".parse().unwrap(),
        summary: "A summary.".to_owned(),
        description: description.to_owned(),
        seo_title: String::new(),
        seo_description: String::new(),
    };
    let mut parts = ProductParts {
        code: "mug".parse().unwrap(),
        status: ProductStatus::Active,
        texts: BTreeMap::from([(Language::ENGLISH, text("Little mug", "**Hand** made [in *Ulm*](https://ulm.de)."))]),
        brand: Some("Kiln".to_owned()),
        product_type: localized("Mug", "Becher"),
        categories: vec!["mugs".parse().unwrap()],
        tags: vec![],
        attributes: BTreeMap::new(),
        options: vec!["colour".parse().unwrap()],
        variants: vec![variant("MUG-R", "rose", 1_490, None), variant("MUG-S", "sky", 1_290, Some(1_590))],
        max_per_cart: None,
        pictures: vec![],
        manufacturer: None,
        responsible_person: None,
        warnings: BTreeMap::new(),
        origin: None,
        published_at: Timestamp::UNIX_EPOCH,
    };
    change(&mut parts);
    Product::new(parts).unwrap()
}

fn stock(sku: &str, on_hand: u64) -> StockRecord {
    let mut record = StockRecord::empty(sku.parse().unwrap());
    record.levels.insert(LocationCode::main(), StockLevel { on_hand, held: 0 });
    record
}

fn text_in(entry: &IndexEntry, language: Language) -> &IndexText {
    &entry.texts.iter().find(|(own, _)| *own == language).unwrap().1
}

#[test]
fn what_shoppers_may_not_see_has_no_entry() {
    for status in [ProductStatus::Draft, ProductStatus::Archived] {
        assert_eq!(entry(&shop(), &mug(|parts| parts.status = status), &[]), None);
    }
}

#[test]
fn a_product_is_searched_in_every_language_of_the_shop() {
    let entry = entry(&shop(), &mug(|_| {}), &[]).unwrap();

    let german = text_in(&entry, Language::GERMAN);
    assert_eq!(german.name, "Little mug", "English stands in where a text is missing");
    assert_eq!(german.product_type, "Becher");
    assert_eq!(entry.texts.len(), 2);
}

#[test]
fn it_is_found_by_the_names_of_its_categories_and_the_labels_of_its_choices() {
    let entry = entry(&shop(), &mug(|_| {}), &[]).unwrap();

    let words = |language| text_in(&entry, language).words.lines().collect::<Vec<_>>();
    assert_eq!(words(Language::GERMAN), ["Küche", "Becher", "Altrosa", "Himmelblau"]);
    assert_eq!(words(Language::ENGLISH), ["Kitchen", "Mugs", "Dusty rose", "Sky blue"]);
    assert_eq!(entry.categories, ["kitchen".parse().unwrap(), "mugs".parse().unwrap()]);
}

#[test]
fn a_description_is_searched_without_its_markup() {
    assert_eq!(plain_text("**Hand** made [in *Ulm*](https://ulm.de)."), "Hand made [in Ulm .");
    assert_eq!(plain_text("a <b class=\"x\">bold</b> word, 3 < 4 [x] ]"), "a  bold  word, 3 < 4 [x] ]");
    assert_eq!(plain_text("cut [off](http://"), "cut [off ");
    assert_eq!(plain_text("cut <off"), "cut  ");
    assert_eq!(plain_text(""), "");
    let entry = entry(&shop(), &mug(|_| {}), &[]).unwrap();
    assert_eq!(text_in(&entry, Language::ENGLISH).description, "A summary.\nHand made [in Ulm .");
}

#[test]
fn attributes_are_values_to_filter_by_and_words_to_find() {
    let product = mug(|parts| {
        parts.attributes = BTreeMap::from([
            ("material".parse().unwrap(), AttributeValue::Text("stoneware".to_owned())),
            ("care".parse().unwrap(), AttributeValue::Localized(localized("By hand", "Von Hand"))),
            ("volume".parse().unwrap(), AttributeValue::Number(350.0)),
            ("dishwasher".parse().unwrap(), AttributeValue::YesNo(true)),
            ("unknown".parse().unwrap(), AttributeValue::Text("nobody knows".to_owned())),
        ]);
    });

    let entry = entry(&shop(), &product, &[]).unwrap();

    let values: Vec<_> = entry.attributes.iter().map(|(code, value)| (code.as_str(), value.as_str())).collect();
    let expected =
        [("colour", "rose"), ("colour", "sky"), ("dishwasher", "true"), ("material", "stoneware"), ("volume", "350")];
    assert_eq!(values, expected);
    let words = &text_in(&entry, Language::GERMAN).words;
    for word in ["stoneware", "Von Hand", "Spülmaschinenfest"] {
        assert!(words.lines().any(|line| line == word), "{word} is missing in {words}");
    }
    assert!(!words.contains("nobody") && !words.contains("350"), "{words}");
}

#[test]
fn prose_and_attributes_that_are_no_facet_cannot_be_filtered_by() {
    let mut shop = shop();
    shop.attributes.get_mut("colour").unwrap().facet = false;
    let prose = "long ".repeat(20);
    let product = mug(|parts| {
        parts.attributes = BTreeMap::from([("material".parse().unwrap(), AttributeValue::Text(prose))]);
    });

    assert_eq!(entry(&shop, &product, &[]).unwrap().attributes, []);
}

#[test]
fn the_lowest_price_and_the_best_availability_of_its_variants_count() {
    let availability = |stock: &[StockRecord]| entry(&shop(), &mug(|_| {}), stock).unwrap().availability;
    let entry = entry(&shop(), &mug(|_| {}), &[]).unwrap();

    assert_eq!(entry.prices, [("de".parse().unwrap(), 1_290)]);
    assert_eq!(entry.reduced_in, ["de".parse().unwrap()]);
    assert_eq!(entry.numbers, ["MUG-R", "MUG-S", "mug"]);
    assert_eq!(entry.availability, Availability::SoldOut);
    assert_eq!(availability(&[stock("MUG-S", 3)]), Availability::LowStock);
    assert_eq!(availability(&[stock("MUG-S", 3), stock("MUG-R", 30)]), Availability::InStock);
}

#[test]
fn a_variant_of_which_less_is_left_than_one_has_to_take_is_sold_out() {
    let by_the_four = QuantityLimits::new(None, None, Some(4)).unwrap();
    let mug = mug(|parts| parts.variants.iter_mut().for_each(|variant| variant.limits = by_the_four));
    let availability = |units| entry(&shop(), &mug, &[stock("MUG-S", units)]).unwrap().availability;

    assert_eq!([3, 4, 6].map(availability), [Availability::SoldOut, Availability::LowStock, Availability::InStock]);
}
