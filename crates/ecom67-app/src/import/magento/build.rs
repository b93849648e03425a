//! Products out of Magento's rows.

use std::collections::{BTreeMap, BTreeSet};

use ecom67_domain::{Country, Currency, Language, Money};
use jiff::civil::Date;

use super::fields::{Fields, Variation, category_paths, date, pairs};
use super::{NamedPicture, SimpleVariant, limits};
use crate::document::{
    AttributeValueDocument, PictureDocument, PriceDocument, ProductDocument, ProductTextDocument, TextDocument,
    VariantDocument,
};
use crate::import::definitions::{Definitions, PlainKind};
use crate::import::report::Problem;
use crate::import::{label, markdown};

/// The folder, below that of the file, which the paths of pictures are meant from.
const MEDIA_FOLDER: &str = "media";
/// Magento's unit of weight, unless a shop is set up otherwise, in grams.
const GRAMS_PER_POUND: f64 = 453.592_37;
/// Attributes that say nothing of a product.
const INTERNAL_ATTRIBUTES: [&str; 2] = ["has_options", "required_options"];

/// The longest HTML in bytes. What it becomes has its own bounds; this keeps what is far beyond them from being read.
const HTML_BYTES_MAX: usize = 400 * 1024;

type Built = Result<(ProductDocument, Vec<Problem>), Vec<Problem>>;

/// Builds what one row says.
pub(super) struct Builder<'mapper> {
    definitions: &'mapper mut Definitions,
    line: u64,
    today: Date,
}

impl<'mapper> Builder<'mapper> {
    pub(super) const fn new(definitions: &'mapper mut Definitions, line: u64, today: Date) -> Self {
        Self { definitions, line, today }
    }

    /// The variant of a simple row, without its options.
    pub(super) fn variant(&mut self, fields: &Fields<'_>) -> Result<SimpleVariant, Vec<Problem>> {
        let mut problems = Vec::new();
        let prices = match self.price(fields) {
            Ok(price) => price.map(|price| (self.definitions.usd_market(self.line), price)).into_iter().collect(),
            Err(problem) => {
                problems.push(problem);
                BTreeMap::new()
            }
        };
        let weight_grams = weight(fields.get("weight")).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        // What Magento does not count it sells without end.
        let is_counted = fields.get("manage_stock") != "0" || fields.get("use_config_manage_stock") == "1";
        let stock = match quantity(fields.get("qty")) {
            _ if !is_counted => BTreeMap::new(),
            Ok(Some((units, mended))) => {
                problems.extend(mended.map(|problem| problem.with_sku(fields.sku())));
                BTreeMap::from([(self.definitions.main_location(self.line), units)])
            }
            Ok(None) => BTreeMap::new(),
            Err(problem) => {
                problems.push(problem);
                BTreeMap::new()
            }
        };
        let quantity = limits::quantity(fields).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        if problems.iter().any(Problem::is_refusal) {
            return Err(problems);
        }
        let tax_class = match fields.get("tax_class_name") {
            "None" => "zero",
            _ => "standard",
        };
        let stock_policy = match fields.get("allow_backorders") {
            "" | "0" if is_counted => "deny",
            _ => "back_order",
        };
        let variant = VariantDocument {
            sku: fields.sku().to_owned(),
            options: BTreeMap::new(),
            barcode: None,
            prices,
            content: None,
            weight_grams,
            digital: matches!(fields.get("product_type"), "virtual" | "downloadable"),
            tax_class: Some(tax_class.into()),
            stock_policy: Some(stock_policy.into()),
            quantity,
            stock,
        };
        Ok(SimpleVariant { variant, pictures: pictures(fields), problems })
    }

    /// The price, reduced where a special price is in force today.
    fn price(&self, fields: &Fields<'_>) -> Result<Option<PriceDocument>, Problem> {
        let dollars: Currency = "USD".parse().map_err(|_| Problem::refused("price", "currency_unknown", "USD"))?;
        let amount = |column: &str| match fields.get(column) {
            "" => Ok(None),
            text => Money::from_decimal(text, dollars)
                .map(|money| Some(money.minor()))
                .map_err(|invalid| Problem::refused(column, invalid.code, invalid.expected)),
        };
        let (price, special) = (amount("price")?, amount("special_price")?);
        let begins = date(fields.get("special_price_from_date"));
        let ends = date(fields.get("special_price_to_date"));
        let in_force = begins.is_none_or(|day| day <= self.today) && ends.is_none_or(|day| day >= self.today);
        Ok(price.map(|price| match special {
            Some(special) if in_force && special < price => {
                PriceDocument { currency: "USD".into(), amount: special, compare_at: Some(price) }
            }
            _ => PriceDocument { currency: "USD".into(), amount: price, compare_at: None },
        }))
    }

    /// The product of a simple row that is visible by itself.
    pub(super) fn simple_product(&mut self, fields: &Fields<'_>, simple: SimpleVariant) -> Built {
        let SimpleVariant { variant, pictures, problems } = simple;
        check_html(fields)?;
        let mut document = self.document(fields, &BTreeSet::new());
        let name = name_of(fields);
        let picture = |picture: NamedPicture| PictureDocument {
            alt: in_english(if picture.label.is_empty() { &name } else { &picture.label }),
            file: picture.file,
            options: BTreeMap::new(),
        };
        document.pictures = pictures.into_iter().map(picture).collect();
        document.variants = vec![variant];
        Ok((document, problems))
    }

    /// The product of a configurable row and the simple rows it names.
    pub(super) fn configurable_product(
        &mut self,
        fields: &Fields<'_>,
        variations: &[Variation<'_>],
        variants: Vec<SimpleVariant>,
    ) -> Built {
        check_html(fields)?;
        let names: Vec<&str> =
            variations.first().map(|first| first.options.iter().map(|(name, _)| *name).collect()).unwrap_or_default();
        let mut document = self.document(fields, &names.iter().copied().collect());
        let mut gallery = Gallery::new(&name_of(fields), pictures(fields));
        let mut problems = Vec::new();
        for (variation, simple) in variations.iter().zip(variants) {
            let SimpleVariant { mut variant, pictures, problems: of_variant } = simple;
            problems.extend(of_variant);
            let mut labels = Vec::new();
            for (name, value) in &variation.options {
                let (attribute, choice) = self.definitions.choice(self.line, name, value);
                if !document.options.contains(&attribute) && document.options.len() < names.len() {
                    document.options.push(attribute.clone());
                }
                labels.push((attribute.clone(), choice.clone(), value.clone()));
                variant.options.insert(attribute, choice);
            }
            gallery.add(pictures, &labels);
            document.variants.push(variant);
        }
        document.pictures = gallery.finish(document.variants.len());
        Ok((document, problems))
    }

    /// All that does not hang on variants.
    fn document(&mut self, fields: &Fields<'_>, options: &BTreeSet<&str>) -> ProductDocument {
        let mut categories: Vec<String> = Vec::new();
        for path in category_paths(fields.get("categories")) {
            if let Some(code) = self.definitions.category(self.line, &path)
                && !categories.contains(&code)
            {
                categories.push(code);
            }
        }
        let mut attributes = BTreeMap::new();
        let mut brand = None;
        for (name, value) in pairs(fields.get("additional_attributes")) {
            if INTERNAL_ATTRIBUTES.contains(&name) || options.contains(name) || name.is_empty() || value.is_empty() {
                continue;
            }
            if matches!(name, "manufacturer" | "brand") {
                brand = Some(value);
                continue;
            }
            let (kind, value) = attribute_value(&value);
            let code = self.definitions.attribute(self.line, name, kind, || label::from_code(name));
            attributes.insert(code, value);
        }
        let slug = fields.get("url_key");
        let text = ProductTextDocument {
            name: name_of(fields),
            slug: (!slug.is_empty()).then(|| slug.to_owned()),
            summary: markdown::plain_text(fields.get("short_description")),
            description: markdown::from_html(fields.get("description")),
            seo_title: fields.get("meta_title").to_owned(),
            seo_description: fields.get("meta_description").to_owned(),
        };
        let kind = fields.get("attribute_set_code");
        let origin = fields.get("country_of_manufacture");
        ProductDocument {
            code: fields.sku().to_owned(),
            status: if matches!(fields.get("product_online"), "" | "1") { "active" } else { "draft" }.into(),
            brand,
            product_type: if matches!(kind, "" | "Default") { TextDocument::new() } else { in_english(kind) },
            categories,
            tags: Vec::new(),
            texts: BTreeMap::from([(Language::ENGLISH.to_string(), text)]),
            attributes,
            options: Vec::new(),
            variants: Vec::new(),
            quantity: None,
            max_per_cart: None,
            pictures: Vec::new(),
            manufacturer: None,
            responsible_person: None,
            warnings: BTreeMap::new(),
            origin: origin.parse::<Country>().is_ok().then(|| origin.to_owned()),
            published_at: date(fields.get("created_at")).and_then(|day| format!("{day}T00:00:00Z").parse().ok()),
            price_history: Vec::new(),
        }
    }
}

fn in_english(text: &str) -> TextDocument {
    TextDocument::from([(Language::ENGLISH.to_string(), text.to_owned())])
}

fn check_html(fields: &Fields<'_>) -> Result<(), Vec<Problem>> {
    let too_long = |column: &&str| fields.get(column).len() > HTML_BYTES_MAX;
    let problem = |column| Problem::refused(column, "text_too_long", format!("at most {HTML_BYTES_MAX} bytes"));
    let problems: Vec<_> =
        ["name", "description", "short_description"].into_iter().filter(too_long).map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn name_of(fields: &Fields<'_>) -> String {
    markdown::plain_text(fields.get("name"))
}

fn attribute_value(value: &str) -> (PlainKind, AttributeValueDocument) {
    match value {
        "Yes" => (PlainKind::YesNo, AttributeValueDocument::YesNo(true)),
        "No" => (PlainKind::YesNo, AttributeValueDocument::YesNo(false)),
        text => (PlainKind::Text, AttributeValueDocument::Text(text.split('|').collect::<Vec<_>>().join(", "))),
    }
}

fn weight(text: &str) -> Result<Option<u32>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let invalid = || Problem::refused("weight", "weight_invalid", "a weight in pounds, zero or more");
    let pounds: f64 = text.parse().map_err(|_| invalid())?;
    let grams = (pounds * GRAMS_PER_POUND).round();
    if !(0.0..=f64::from(u32::MAX)).contains(&grams) {
        return Err(invalid());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and within the range")]
    let grams = grams as u32;
    Ok((grams > 0).then_some(grams))
}

/// The units on hand; fewer than none, which Magento has where it takes orders beyond its stock, are none.
fn quantity(text: &str) -> Result<Option<(u64, Option<Problem>)>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_whole = fraction.bytes().all(|byte| byte == b'0');
    match whole.parse::<i64>() {
        Ok(units) if is_whole => Ok(Some(match u64::try_from(units) {
            Ok(units) => (units, None),
            Err(_) => (0, Some(Problem::mended("qty", "stock_negative", "zero units or more: none are on hand"))),
        })),
        _ => Err(Problem::refused("qty", "stock_invalid", "a whole number of units")),
    }
}

/// The pictures of a row, the base one first.
fn pictures(fields: &Fields<'_>) -> Vec<NamedPicture> {
    let mut pictures: Vec<NamedPicture> = Vec::new();
    let mut add = |path: &str, label: &str| {
        let path = path.trim().trim_start_matches('/');
        let file = format!("{MEDIA_FOLDER}/{path}");
        if !path.is_empty() && path != "no_selection" && pictures.iter().all(|known| known.file != file) {
            pictures.push(NamedPicture { file, label: label.trim().to_owned() });
        }
    };
    add(fields.get("base_image"), fields.get("base_image_label"));
    let mut labels = fields.get("additional_image_labels").split(',');
    for path in fields.get("additional_images").split(',') {
        add(path, labels.next().unwrap_or_default());
    }
    pictures
}

/// Gathers the pictures of a product and its variants, each once.
struct Gallery {
    name: String,
    pictures: Vec<Hung>,
}

struct Hung {
    picture: NamedPicture,
    /// How many variants have it.
    variants: usize,
    /// The options that all of these have in common: attribute, choice and label.
    common: Vec<(String, String, String)>,
}

impl Gallery {
    fn new(name: &str, pictures: Vec<NamedPicture>) -> Self {
        let hang = |picture| Hung { picture, variants: 0, common: Vec::new() };
        Self { name: name.to_owned(), pictures: pictures.into_iter().map(hang).collect() }
    }

    fn add(&mut self, pictures: Vec<NamedPicture>, options: &[(String, String, String)]) {
        for picture in pictures {
            match self.pictures.iter_mut().find(|hung| hung.picture.file == picture.file) {
                Some(hung) if hung.variants > 0 => {
                    hung.variants += 1;
                    hung.common.retain(|option| options.contains(option));
                }
                Some(hung) => {
                    hung.variants = 1;
                    hung.common = options.to_vec();
                }
                None => self.pictures.push(Hung { picture, variants: 1, common: options.to_vec() }),
            }
        }
    }

    fn finish(self, variants: usize) -> Vec<PictureDocument> {
        let name = self.name;
        let document = |hung: Hung| {
            let common = if hung.variants == variants { Vec::new() } else { hung.common };
            let alt = if hung.picture.label.is_empty() {
                let labels = common.iter().map(|(_, _, label)| label.as_str());
                std::iter::once(name.as_str()).chain(labels).collect::<Vec<_>>().join(", ")
            } else {
                hung.picture.label
            };
            PictureDocument {
                file: hung.picture.file,
                alt: in_english(&alt),
                options: common.into_iter().map(|(attribute, choice, _)| (attribute, choice)).collect(),
            }
        };
        self.pictures.into_iter().map(document).collect()
    }
}
