//! The shop's own format: one document or product a line, as `docs/IMPORT.md` lays down.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::json::{parse_line, parse_typed_line};
use super::report::Problem;
use super::rows::{Mapper, MissingPictures, ProductRow, Record, Row, Work};
use crate::document::{DocumentKind, ProductDocument, ShopDocument};

/// Makes a row of each line.
#[derive(Debug, Default)]
pub(super) struct Jsonl;

#[derive(Deserialize, Serialize)]
struct Typed<'line> {
    #[serde(rename = "type", borrow)]
    kind: Option<Cow<'line, str>>,
}

impl Mapper for Jsonl {
    fn map(&mut self, record: &Record<'_>, rows: &mut Vec<Row>) {
        let line = record.line();
        match read(record.text) {
            Ok(work) => rows.push(Row::new(line, work)),
            Err(problem) => rows.push(Row::refused(line, vec![problem])),
        }
    }
}

fn read(text: &str) -> Result<Work, Problem> {
    let kind = parse_line::<Typed<'_>>(text)?.kind.unwrap_or_default();
    let document = match DocumentKind::parse(&kind) {
        Some(DocumentKind::Market) => ShopDocument::Market(parse_typed_line(text)?),
        Some(DocumentKind::Location) => ShopDocument::Location(parse_typed_line(text)?),
        Some(DocumentKind::Attribute) => ShopDocument::Attribute(parse_typed_line(text)?),
        Some(DocumentKind::Category) => ShopDocument::Category(parse_typed_line(text)?),
        Some(DocumentKind::Collection) => ShopDocument::Collection(parse_typed_line(text)?),
        Some(DocumentKind::Page) => ShopDocument::Page(parse_typed_line(text)?),
        Some(DocumentKind::Menu) => ShopDocument::Menu(parse_typed_line(text)?),
        Some(DocumentKind::Home) => ShopDocument::Home(parse_typed_line(text)?),
        Some(DocumentKind::Branding) => ShopDocument::Branding(parse_typed_line(text)?),
        Some(DocumentKind::Synonyms) => ShopDocument::Synonyms(parse_typed_line(text)?),
        Some(DocumentKind::QueryRule) => ShopDocument::QueryRule(parse_typed_line(text)?),
        Some(DocumentKind::Calendar) => ShopDocument::Calendar(parse_typed_line(text)?),
        Some(DocumentKind::TaxZone) => ShopDocument::TaxZone(parse_typed_line(text)?),
        Some(DocumentKind::Registration) => ShopDocument::Registration(parse_typed_line(text)?),
        Some(DocumentKind::DeliveryZone) => ShopDocument::DeliveryZone(parse_typed_line(text)?),
        Some(DocumentKind::DeliveryMethod) => ShopDocument::DeliveryMethod(parse_typed_line(text)?),
        Some(DocumentKind::PriceList) => ShopDocument::PriceList(parse_typed_line(text)?),
        Some(DocumentKind::Promotion) => ShopDocument::Promotion(parse_typed_line(text)?),
        None if kind == "product" => {
            let document: ProductDocument = parse_typed_line(text)?;
            return Ok(Work::Product(Box::new(ProductRow {
                document,
                missing_pictures: MissingPictures::Refuse,
                field_names: str::to_owned,
                variant_lines: Vec::new(),
            })));
        }
        None => {
            let kinds = DocumentKind::ALL.map(DocumentKind::as_str).join(", ");
            return Err(Problem::refused("type", "type_unknown", format!("product or one of {kinds}")));
        }
    };
    Ok(Work::Document(Box::new(document)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::checkpoint::Place;

    fn row(text: &str) -> Row {
        let mut rows = Vec::new();
        Jsonl.map(&Record { place: Place { file: 0, offset: 0, lines: 6 }, text }, &mut rows);
        rows.remove(0)
    }

    #[test]
    fn a_line_is_a_document_or_a_product() {
        let location = row(r#"{"type":"location","code":"main","name":"Main warehouse","country":"DE"}"#);
        let product =
            row(r#"{"type":"product","code":"cup","texts":{"en":{"name":"Cup"}},"variants":[{"sku":"CUP"}]}"#);

        let Work::Document(document) = location.work else { panic!("a document") };
        assert_eq!(document.key().to_string(), "location/main");
        let Work::Product(product) = product.work else { panic!("a product") };
        assert_eq!((product.document.code.as_str(), product.document.status.as_str()), ("cup", "active"));
    }

    #[test]
    fn a_line_of_no_known_type_is_refused_at_its_line() {
        for (text, code) in [
            (r#"{"type":"order","code":"1"}"#, "type_unknown"),
            (r#"{"code":"1"}"#, "type_unknown"),
            ("[1,2]", "field_invalid"),
            ("{\"type\":\"product\",", "json_invalid"),
            (r#"{"type":"location","code":"main","name":"Main","country":"DE","colour":1}"#, "field_invalid"),
        ] {
            let refused = row(text);

            assert_eq!((refused.line, refused.problems[0].code), (7, code), "{text}");
            assert!(matches!(refused.work, Work::Nothing));
        }
    }
}
