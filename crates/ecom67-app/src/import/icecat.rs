//! Open Icecat products: JSON lines with sparse attributes (`docs/IMPORT.md` has the mapping).

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use ecom67_domain::Language;
use ecom67_domain::product::is_barcode;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::definitions::{Definitions, PlainKind};
use super::json::parse_line;
use super::report::Problem;
use super::rows::{Mapper, MissingPictures, ProductRow, Record, Row, Work};
use super::{label, markdown};
use crate::document::{
    AttributeValueDocument, PriceDocument, ProductDocument, ProductTextDocument, TextDocument, VariantDocument,
};
use crate::shop::Shop;

/// How many units a product has to begin with: the catalog does not say.
const STOCK: u64 = 100;

/// Makes rows of Icecat's products.
pub(super) struct Icecat {
    definitions: Definitions,
    /// The shop's code for each attribute that was met, by its whole name.
    attributes: HashMap<String, String>,
}

impl Icecat {
    pub(super) fn new(shop: &Shop) -> Self {
        Self { definitions: Definitions::new(shop), attributes: HashMap::new() }
    }

    fn attribute_code(&mut self, line: u64, name: &str, value: &Scalar<'_>) -> String {
        if let Some(code) = self.attributes.get(name) {
            return code.clone();
        }
        let kind = match value {
            Scalar::Text(_) => PlainKind::Text,
            Scalar::Number(_) => PlainKind::Number,
            Scalar::YesNo(_) => PlainKind::YesNo,
        };
        let plain = &name[ATTRIBUTE_PREFIX_LENGTH..];
        let code = self.definitions.attribute(line, plain, kind, || label::from_code(plain));
        self.attributes.insert(name.to_owned(), code.clone());
        code
    }

    fn product(&mut self, line: u64, source: IcecatProduct<'_>) -> Result<ProductDocument, Vec<Problem>> {
        let about = |problem: Problem| vec![problem.about(format!("product/{}", source.id))];
        let published_at = match source.date_released.as_deref() {
            Some(date) if !date.is_empty() => Some(date.parse::<Timestamp>().map_err(|_| {
                about(Problem::refused("date_released", "date_invalid", "an instant such as 2009-12-10T00:00:00Z"))
            })?),
            _ => None,
        };
        if source.price.is_some_and(|price| price < 0) {
            return Err(about(Problem::refused("price", "price_negative", "a price is zero or more")));
        }
        let kind = source.product_type();
        let categories = kind.and_then(|kind| self.definitions.category(line, &[kind])).into_iter().collect();
        let mut prices = BTreeMap::new();
        // A price of nothing means that nobody knew it: the product is shown, and cannot be bought.
        if let Some(amount) = source.price.filter(|price| *price > 0) {
            let price = PriceDocument { currency: "USD".into(), amount, compare_at: None };
            prices.insert(self.definitions.usd_market(line), price);
        }
        let stock = BTreeMap::from([(self.definitions.main_location(line), STOCK)]);
        let english = Language::ENGLISH.to_string();
        let product_type = kind.map(|kind| TextDocument::from([(english.clone(), kind.to_owned())]));
        let name = if source.title.trim().is_empty() { source.name.as_ref() } else { source.title.as_ref() };
        let (summary, description) = summary_and_description(source.short_description.trim());
        let text = ProductTextDocument {
            name: name.trim().to_owned(),
            summary,
            description,
            ..ProductTextDocument::default()
        };
        let mut attributes = BTreeMap::new();
        for (name, value) in source.attributes {
            let code = self.attribute_code(line, &name, &value);
            attributes.insert(code, value.into());
        }
        let sku = source.id.into_owned();
        let barcode = source.ean.into_iter().find(|ean| is_barcode(ean)).map(Cow::into_owned);
        let variant = VariantDocument {
            sku: sku.clone(),
            options: BTreeMap::new(),
            barcode,
            prices,
            content: None,
            weight_grams: None,
            digital: false,
            tax_class: None,
            stock_policy: None,
            quantity: None,
            stock,
        };
        Ok(ProductDocument {
            code: sku,
            status: "active".into(),
            brand: Some(source.supplier.trim().to_owned()).filter(|brand| !brand.is_empty()),
            product_type: product_type.unwrap_or_default(),
            categories,
            tags: Vec::new(),
            texts: BTreeMap::from([(english, text)]),
            attributes,
            options: Vec::new(),
            variants: vec![variant],
            quantity: None,
            max_per_cart: None,
            pictures: Vec::new(),
            manufacturer: None,
            responsible_person: None,
            warnings: BTreeMap::new(),
            origin: None,
            published_at,
            price_history: Vec::new(),
        })
    }
}

impl Mapper for Icecat {
    fn map(&mut self, record: &Record<'_>, rows: &mut Vec<Row>) {
        let line = record.line();
        let mapped = parse_line(record.text).map_err(|problem| vec![problem]);
        match mapped.and_then(|source| self.product(line, source)) {
            Ok(document) => rows.push(Row::new(
                line,
                Work::Product(Box::new(ProductRow {
                    document,
                    missing_pictures: MissingPictures::Refuse,
                    field_names: field_name,
                    variant_lines: Vec::new(),
                })),
            )),
            Err(problems) => rows.push(Row::refused(line, problems)),
        }
    }

    fn definitions(&mut self) -> Vec<Row> {
        self.definitions.take()
    }
}

/// Up to so many characters a description is short enough to stand under a name.
const SUMMARY_LENGTH_MAX: usize = 200;

/// A short text is the summary. Of a long one, which is mostly a list of features, the summary is the beginning.
fn summary_and_description(text: &str) -> (String, String) {
    let Some((end, _)) = text.char_indices().nth(SUMMARY_LENGTH_MAX) else { return (text.to_owned(), String::new()) };
    let head = &text[..end];
    let end = head.rfind(", ").or_else(|| head.rfind(' ')).unwrap_or(end);
    (format!("{}…", head[..end].trim_end_matches(',')), markdown::escape(text))
}

/// What the file calls the field that a rule was broken at.
fn field_name(field: &str) -> String {
    let known = [
        ("code", "id"),
        ("variants[0].sku", "id"),
        ("variants[0].prices", "price"),
        ("variants[0].barcode", "ean"),
        ("texts.en.name", "title"),
        ("texts.en.slug", "title"),
        ("texts.en.summary", "short_description"),
        ("texts.en.description", "short_description"),
        ("categories", "attr_t_product_type"),
        ("brand", "supplier"),
    ];
    known
        .iter()
        .find(|(ours, _)| field.starts_with(ours))
        .map_or_else(|| field.to_owned(), |(_, theirs)| (*theirs).into())
}

/// The length of `attr_t_`.
const ATTRIBUTE_PREFIX_LENGTH: usize = 7;

#[derive(Debug)]
enum Scalar<'line> {
    Text(Cow<'line, str>),
    Number(f64),
    YesNo(bool),
}

impl From<Scalar<'_>> for AttributeValueDocument {
    fn from(value: Scalar<'_>) -> Self {
        match value {
            Scalar::Text(text) => Self::Text(text.into_owned()),
            Scalar::Number(number) => Self::Number(number),
            Scalar::YesNo(value) => Self::YesNo(value),
        }
    }
}

/// A line of Icecat's, as far as it is used.
#[derive(Debug, Default)]
struct IcecatProduct<'line> {
    id: Cow<'line, str>,
    name: Cow<'line, str>,
    title: Cow<'line, str>,
    short_description: Cow<'line, str>,
    supplier: Cow<'line, str>,
    date_released: Option<Cow<'line, str>>,
    price: Option<i64>,
    ean: Vec<Cow<'line, str>>,
    /// Those with a value, by their whole names.
    attributes: Vec<(Cow<'line, str>, Scalar<'line>)>,
}

impl IcecatProduct<'_> {
    /// What kind of thing it is: the product's type, or at least some type.
    fn product_type(&self) -> Option<&str> {
        let text = |wanted: &str| {
            self.attributes.iter().find_map(|(name, value)| match value {
                Scalar::Text(text) if name == wanted => Some(text.trim()).filter(|text| !text.is_empty()),
                _ => None,
            })
        };
        text("attr_t_product_type").or_else(|| text("attr_t_type"))
    }
}

/// A text that is borrowed from the line where it has no escapes.
struct Text<'line>(Cow<'line, str>);

impl<'line> Deserialize<'line> for Text<'line> {
    fn deserialize<D: Deserializer<'line>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'line> Visitor<'line> for TextVisitor {
            type Value = Text<'line>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'line str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed("")))
            }
        }

        deserializer.deserialize_any(TextVisitor)
    }
}

struct Texts<'line>(Vec<Cow<'line, str>>);

impl<'line> Deserialize<'line> for Texts<'line> {
    fn deserialize<D: Deserializer<'line>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;

        impl<'line> Visitor<'line> for TextsVisitor {
            type Value = Texts<'line>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of texts")
            }

            fn visit_seq<A: SeqAccess<'line>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(Text(text)) = sequence.next_element()? {
                    texts.push(text);
                }
                Ok(Texts(texts))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Texts(Vec::new()))
            }
        }

        deserializer.deserialize_any(TextsVisitor)
    }
}

impl<'line> Deserialize<'line> for IcecatProduct<'line> {
    fn deserialize<D: Deserializer<'line>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ProductVisitor)
    }
}

struct ProductVisitor;

impl<'line> Visitor<'line> for ProductVisitor {
    type Value = IcecatProduct<'line>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a product as a JSON object")
    }

    fn visit_map<A: MapAccess<'line>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut product = IcecatProduct::default();
        while let Some(Text(name)) = map.next_key()? {
            match name.as_ref() {
                "id" => product.id = map.next_value::<Text<'_>>()?.0,
                "name" => product.name = map.next_value::<Text<'_>>()?.0,
                "title" => product.title = map.next_value::<Text<'_>>()?.0,
                "short_description" => product.short_description = map.next_value::<Text<'_>>()?.0,
                "supplier" => product.supplier = map.next_value::<Text<'_>>()?.0,
                "date_released" => product.date_released = Some(map.next_value::<Text<'_>>()?.0),
                "price" => product.price = map.next_value()?,
                "ean" => product.ean = map.next_value::<Texts<'_>>()?.0,
                attribute if attribute.starts_with("attr_t_") && attribute.len() > ATTRIBUTE_PREFIX_LENGTH => {
                    let text = map.next_value::<Text<'_>>()?.0;
                    if !text.trim().is_empty() {
                        product.attributes.push((name, Scalar::Text(text)));
                    }
                }
                attribute if attribute.starts_with("attr_n_") && attribute.len() > ATTRIBUTE_PREFIX_LENGTH => {
                    if let Some(number) = map.next_value::<Option<f64>>()? {
                        product.attributes.push((name, Scalar::Number(number)));
                    }
                }
                attribute if attribute.starts_with("attr_b_") && attribute.len() > ATTRIBUTE_PREFIX_LENGTH => {
                    if let Some(value) = map.next_value::<Option<bool>>()? {
                        product.attributes.push((name, Scalar::YesNo(value)));
                    }
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if product.id.is_empty() {
            return Err(serde::de::Error::missing_field("id"));
        }
        Ok(product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::checkpoint::Place;

    fn mapped(lines: &[&str]) -> Vec<Row> {
        let mut icecat = Icecat::new(&Shop::default());
        let mut rows = Vec::new();
        for (index, text) in lines.iter().enumerate() {
            let place = Place { file: 0, offset: 0, lines: index as u64 };
            icecat.map(&Record { place, text }, &mut rows);
        }
        rows
    }

    fn document(line: &str) -> ProductDocument {
        let row = mapped(&[line]).remove(0);
        match row.work {
            Work::Product(product) => product.document,
            other => panic!("{other:?} is no product: {:?}", row.problems),
        }
    }

    const TONER: &str = r#"{"id":"3920564","name":"006R90321","title":"Xerox 006R90321 toner","ean":["123","0095205603217"],
        "short_description":"Toner (6 per box)","img_high":"http://images.example/1.jpg","date_released":"2009-12-10T00:00:00Z",
        "supplier":"Xerox","price":4995,"attr_t_type":"Original","attr_n_black_toner_page_yield":23000.0,"attr_b_duplex":false,
        "attr_t_empty":"","attr_t_size":"A4","attr_n_size":4}"#;

    #[test]
    fn a_product_is_mapped_whole_and_its_pictures_are_left_alone() {
        let toner = document(TONER);

        assert_eq!((toner.code.as_str(), toner.variants[0].sku.as_str()), ("3920564", "3920564"));
        assert_eq!(toner.texts["en"].name, "Xerox 006R90321 toner");
        assert_eq!(
            (toner.texts["en"].summary.as_str(), toner.texts["en"].description.as_str()),
            ("Toner (6 per box)", "")
        );
        assert_eq!(toner.brand.as_deref(), Some("Xerox"));
        assert_eq!(toner.product_type["en"], "Original");
        assert_eq!(toner.categories, ["original"]);
        assert_eq!(toner.variants[0].barcode.as_deref(), Some("0095205603217"));
        let price = PriceDocument { currency: "USD".into(), amount: 4995, compare_at: None };
        assert_eq!(toner.variants[0].prices, BTreeMap::from([("us".to_owned(), price)]));
        assert_eq!(toner.variants[0].stock, BTreeMap::from([("main".to_owned(), 100)]));
        assert_eq!(toner.published_at.map(|at| at.to_string()).as_deref(), Some("2009-12-10T00:00:00Z"));
        assert_eq!(toner.attributes["black_toner_page_yield"], AttributeValueDocument::Number(23000.0));
        assert_eq!(toner.attributes["duplex"], AttributeValueDocument::YesNo(false));
        assert_eq!(toner.attributes["size"], AttributeValueDocument::Text("A4".into()));
        assert_eq!(toner.attributes["size_number"], AttributeValueDocument::Number(4.0));
        assert_eq!(toner.attributes.len(), 5);
        assert!(toner.pictures.is_empty());
    }

    #[test]
    fn a_price_of_nothing_is_no_price() {
        let free = document(r#"{"id":"1","title":"Thing","price":0}"#);

        assert!(free.variants[0].prices.is_empty());
    }

    #[test]
    fn a_long_list_of_features_is_a_description_with_a_beginning() {
        let features = vec!["1.83 GHz *Core*"; 20].join(", ");
        let notebook =
            document(&format!(r#"{{"id":"1","title":"Notebook","short_description":"{features}","price":1}}"#));

        let text = &notebook.texts["en"];
        assert!(
            text.summary.chars().count() <= SUMMARY_LENGTH_MAX && text.summary.ends_with("*Core*…"),
            "{}",
            text.summary
        );
        assert!(text.description.starts_with("1.83 GHz \\*Core\\*, "), "{}", text.description);
    }

    #[test]
    fn rows_that_cannot_be_understood_are_refused_with_the_fields_of_the_file() {
        let rows = mapped(&[
            r#"{"id":"1","title":"Thing","price":-5}"#,
            r#"{"id":"1","title":"Thing","price":1.5}"#,
            r#"{"id":"1","title":"Thing","price":"12"}"#,
            r#"{"id":1,"title":"Thing"}"#,
            r#"{"title":"Thing"}"#,
            r#"{"id":"1","title":"Thing","date_released":"yesterday"}"#,
            r#"{"id":"1","title":"Thing","attr_n_width":"wide"}"#,
            r#"{"id":"1","title":"Thi"#,
            r#"["id"]"#,
        ]);

        let seen: Vec<_> = rows.iter().map(|row| (row.problems[0].field.as_str(), row.problems[0].code)).collect();
        assert_eq!(
            seen,
            [
                ("price", "price_negative"),
                ("price", "field_invalid"),
                ("price", "field_invalid"),
                ("id", "field_invalid"),
                ("", "field_invalid"),
                ("date_released", "date_invalid"),
                ("attr_n_width", "field_invalid"),
                ("title", "json_invalid"),
                ("", "field_invalid"),
            ]
        );
        assert_eq!(field_name("variants[0].prices.us"), "price");
    }
}
